// SPDX-License-Identifier: MIT
#include "ui/view/view_pairing.h"

#include <string.h>

#include "net/protocol/address.h"
#include "net/protocol/pin_shown.h"
#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/view/view_visit.h"

// A portal that people know has a name; see net/protocol/address.h.
static void warn_of_address(const char *origin, struct view *view)
{
    switch (address_kind_of(origin)) {
    case ADDRESS_NAME:
        return;
    case ADDRESS_NUMBER:
        view_add_warning(view, _("This address is a bare number. Portals that people know "
                                 "have a name."));
        break;
    case ADDRESS_PRIVATE:
        view_add_warning(view, _("This address leads to a device in a private network, not to "
                                 "the internet."));
        break;
    case ADDRESS_LOOPBACK:
        view_add_warning(view, _("This address leads to this device itself."));
        break;
    }

    view->tone = VIEW_LOOK;
}

// The button that trusts, after the question had gone from the screen.
static void ripen(const struct flow *flow, int64_t now_ms, struct view *view)
{
    view->buttons[1].enabled = !flow_is_early(flow, now_ms);
    view->ripe = flow_ripe(flow, now_ms);
}

void view_pair_asking(const struct flow *flow, int64_t now_ms, struct view *view)
{
    view->form = VIEW_QUESTION;
    view_write(view->title, _("Pair with %s?"), shown_host(flow->portal_origin).text);
    view_write(view->text, "%s",
               _("Go on only if this is the address of the portal on your own screen."));
    warn_of_address(flow->portal_origin, view);
    view_add_button(view, ACTION_NO, _("No"));
    view_add_button(view, ACTION_YES, _("Pair"));
    ripen(flow, now_ms, view);
}

void view_by_address(struct view *view)
{
    view->form = VIEW_ENTRY;
    view_write(view->title, "%s", _("Pair with a Bitrix24 portal"));
    view_write(view->text, "%s", _("Type the address at which you open it on the computer."));
    view->fields[view->field_count++] =
        (struct view_field){_("Address of the portal"), ENTRY_ADDRESS, BASE_URL_MAX};
    view_add_quiet_button(view, ACTION_PASTE, _("Paste"));
    view_add_button(view, ACTION_SUBMIT, _("Continue"));
}

void view_certificate(const struct flow *flow, int64_t now_ms, struct view *view)
{
    view->form = VIEW_QUESTION;
    view->tone = VIEW_LOOK;
    view_write(view->title, _("Trust the key of %s?"), shown_host(flow->portal_origin).text);
    view_write(view->text, "%s",
               _("No authority vouches for the certificate of this portal. Go on only if your "
                 "administrator tells you the same key. From then on no other key is "
                 "accepted."));
    view_add_row(view, _("Key"), pin_shown(flow->key_pin).text);
    warn_of_address(flow->portal_origin, view);
    view_add_button(view, ACTION_NO, _("No"));
    view_add_button(view, ACTION_YES, _("Trust"));
    ripen(flow, now_ms, view);
}

void view_login(const struct flow *flow, struct view *view)
{
    const struct flow_login *login = &flow->login;

    view->form = VIEW_ENTRY;
    view_write(view->title, _("Sign in to %s"), shown_host(flow->portal_origin).text);
    warn_of_address(flow->portal_origin, view);

    switch (login->need) {
    case NET_LOGIN_PASSWORD:
        view_write(view->text, "%s",
                   _("Your own password is not kept. In its place you can type an application "
                     "password of the kind mobile, made in your profile."));
        view->fields[view->field_count++] =
            (struct view_field){_("Login"), ENTRY_TEXT, NET_LOGIN_MAX};
        view->fields[view->field_count++] =
            (struct view_field){_("Password"), ENTRY_SECRET, NET_LOGIN_MAX};
        break;
    case NET_LOGIN_CAPTCHA:
        view_write(view->text, "%s", _("Type the word that the picture shows."));
        view->fields[view->field_count++] =
            (struct view_field){_("Word"), ENTRY_TEXT, NET_WORD_MAX};
        break;
    case NET_LOGIN_OTP:
        view_write(view->text, "%s",
                   login->push_otp ? _(failure_next(FAILURE_PORTAL_PUSH_OTP))
                                   : _("Type the one-time code of your authenticator, or a "
                                       "recovery code."));
        view->fields[view->field_count++] =
            (struct view_field){login->push_otp ? _("Recovery code") : _("One-time code"),
                                ENTRY_TEXT, NET_WORD_MAX};
        break;
    }

    if (login->why != FAILURE_NONE)
        view_write(view->hint, "%s %s", _(failure_text(login->why)),
                   _(failure_next(login->why)));
    view_add_button(view, ACTION_SUBMIT, _("Continue"));
}

void view_typing_code(const struct flow *flow, struct view *view)
{
    view_write(view->title, "%s", _("Type this code in the browser"));
    view_write(view->text, "%s",
               flow->visit.first
                   ? _("Sign in to the portal on the computer as yourself: it asks for it.")
                   : _("The portal then knows that this device is yours."));
    memcpy(view->digits, flow->pairing_code, sizeof(view->digits));
}

void view_begun(const struct flow *flow, const struct wall_clock *clock, struct view *view)
{
    char begun[WALL_CLOCK_MAX];
    if (!flow->begun.at_hand)
        return;
    struct shown_host host = shown_host(flow->begun.pairing.origin);
    wall_clock_time(clock, flow->begun.pairing.begun_at, begun);
    if (*begun)
        view_write(view->note, _("%s, begun: %s"), host.text, begun);
    else
        view_write(view->note, "%s", host.text);
    view_add_quiet_button(view, ACTION_NO, _("Give up"));
    view_mark_danger(view);
}

void view_confirming(const struct flow *flow, int64_t now_ms, struct view *view)
{
    view->form = VIEW_QUESTION;
    view_write(view->title, "%s", _("Keep this pairing?"));
    view_write(view->text, "%s",
               _("This device will confirm sign-ins of this account. Keep it only if the "
                 "account is yours."));
    if (flow->visit.first)
        view_visit_confirming(view);
    view_add_row(view, _("Portal"), flow->portal_name);
    view_add_row(view, _("Address"), shown_host(flow->portal_origin).text);
    view_add_row(view, _("Account"), flow->account_name);
    view_add_button(view, ACTION_NO, _("No"));
    view_add_button(view, ACTION_YES, _("Keep"));
    ripen(flow, now_ms, view);
}

void view_paired(const struct flow *flow, struct view *view)
{
    view->tone = VIEW_DONE;
    view_write(view->title, "%s", _("Paired"));
    view_write(view->text, _("%s as %s"), shown_host(flow->portal_origin).text,
               isolated(flow->account_name).text);
    if (flow->visit.first)
        view_visit_paired(view);
    if (flow->settings.window)
        view_add_button(view, ACTION_SCAN,
                        flow->settings.badges ? _("Begin") : _("Scan QR code"));
}
