// SPDX-License-Identifier: MIT
#include "ui/view.h"

#include <stdarg.h>
#include <stdio.h>

#include "net/pin.h"
#include "ui/language.h"

__attribute__((format(printf, 2, 3))) static void write_text(char out[VIEW_TEXT_MAX],
                                                             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(out, VIEW_TEXT_MAX, format, args);
    va_end(args);
}

const char *view_host(const char *origin)
{
    const char *scheme_end = strstr(origin, "://");
    return scheme_end ? scheme_end + 3 : origin;
}

static void add_button(struct view *view, enum view_action action, const char *label)
{
    view->buttons[view->button_count++] =
        (struct view_button){.action = action, .label = label, .enabled = true};
}

static void add_quiet_button(struct view *view, enum view_action action, const char *label)
{
    add_button(view, action, label);
    view->buttons[view->button_count - 1].quiet = true;
}

static void add_row(struct view *view, const char *label, const char *value)
{
    if (!*value)
        return;
    struct view_row *row = &view->rows[view->row_count++];
    row->label = label;
    write_text(row->value, "%s", value);
}

static void add_step(struct view *view, const char *text)
{
    write_text(view->steps[view->step_count++], "%s", text);
}

static void add_warning(struct view *view, const char *text)
{
    write_text(view->warnings[view->warning_count++], "%s", text);
}

static void show_instructions(const struct flow *flow, const char *portal, struct view *view)
{
    view->form = VIEW_STEPS;
    bool kiosk = flow->settings.window && flow->settings.loop;
    view->has_menu = flow->settings.window && !kiosk;
    view->administrator = kiosk;
    if (flow->settings.pairing || !flow->settings.paired) {
        write_text(view->title, "%s", _("Pair this device with your portal"));
        add_step(view, _("Sign in to the portal on the computer"));
        add_step(view, _("Open Devices and press \"Add device\""));
        add_step(view, _("Scan the code that is shown"));
        if (flow->settings.window)
            add_quiet_button(view, VIEW_BY_ADDRESS, _("Pair with a Bitrix24 portal"));
        add_button(view, VIEW_PAIR, _("Scan pairing code"));
        view->focus = view->button_count - 1;
        return;
    }
    view->anywhere = kiosk;
    write_text(view->title, "%s", _("Sign in on a computer"));
    if (portal)
        write_text(view->steps[view->step_count++], _("Open %s on the computer"), portal);
    else
        add_step(view, _("Open your portal on the computer"));
    add_step(view, _("Press \"Sign in by QR\""));
    add_step(view, _("Scan the code that is shown"));
    add_button(view, VIEW_SCAN, _("Scan QR code"));
}

static const char *kind_hint(const struct flow *flow)
{
    switch (flow->hint.kind) {
    case PAYLOAD_WIFI:
        return _("This is a Wi-Fi code.");
    case PAYLOAD_CONTACT:
        return _("This is a contact card.");
    case PAYLOAD_OTP_SEED:
        return _("This is a secret of one-time codes. Show it to nobody.");
    case PAYLOAD_LINK:
        return _("This is a link to a web page.");
    case PAYLOAD_TEXT:
        return _("This is a plain text.");
    case PAYLOAD_BYTES:
        return _("This code holds data, not text.");
    case PAYLOAD_NEWER_VERSION:
        return _("This code is of a newer version than this program knows.");
    case PAYLOAD_DAMAGED:
        return _("This sign-in code is damaged.");
    case PAYLOAD_PAIRING:
        return _("This is a pairing code.");
    case PAYLOAD_LOGIN:
    case PAYLOAD_BITRIX24:
        return _("This is a sign-in code.");
    }
    return "";
}

// One short sentence that says what to do.
static const char *advice_text(enum hint hint)
{
    switch (hint) {
    case HINT_TOO_FAR:
        return _("Come closer.");
    case HINT_TOO_DARK:
        return _("It is too dark.");
    case HINT_GLARE:
        return _("The code is dazzled. Hold the camera at another angle.");
    case HINT_BLURRED:
        return _("Hold still, a little further away.");
    case HINT_TILTED:
        return _("Tilt less.");
    case HINT_MOVING:
        return _("Hold still.");
    case HINT_NONE:
        break;
    }
    return "";
}

static void show_aiming(const struct flow *flow, struct view *view)
{
    view->form = VIEW_AIM;
    add_quiet_button(view, VIEW_BY_HAND, _("Enter the code by hand"));
    write_text(view->title, "%s",
               flow->pairing ? _("Point the camera at the pairing code")
                             : _("Point the camera at the code"));
    if (flow->hint.waiting != FAILURE_NONE) {
        view->tone = VIEW_LOOK;
        write_text(view->hint, "%s %s", _(failure_text(flow->hint.waiting)),
                   _(failure_next(flow->hint.waiting)));
    } else if (flow->hint.refused != FAILURE_NONE) {
        view->tone = VIEW_LOOK;
        write_text(view->hint, "%s %s", _(failure_text(flow->hint.refused)),
                   _(failure_next(flow->hint.refused)));
    } else if (flow->hint.another_kind) {
        view->tone = VIEW_LOOK;
        write_text(view->hint, "%s %s", kind_hint(flow),
                   flow->pairing ? _("The portal shows a pairing code after \"Add device\".")
                                 : _("Your portal shows a sign-in code."));
    } else {
        write_text(view->hint, "%s", advice_text(flow->advice.shown));
    }
}

static void show_by_hand(const struct flow *flow, struct view *view)
{
    view->form = VIEW_ENTRY;
    write_text(view->title, "%s",
               flow->pairing ? _("Enter the pairing code") : _("Enter the code"));
    write_text(view->text, "%s",
               _("Type or paste the text of the code, as the portal shows it."));
    view->fields[view->field_count++] =
        (struct view_field){_("Text of the code"), ENTRY_ADDRESS, ENTRY_MAX};
    if (flow->hint.another_kind)
        write_text(view->hint, "%s",
                   flow->hint.kind == PAYLOAD_TEXT
                       ? _("This is not the text of a code. Compare it letter by letter.")
                       : kind_hint(flow));
    add_quiet_button(view, VIEW_PASTE, _("Paste"));
    add_button(view, VIEW_SUBMIT, _("Continue"));
}

static void write_age(char out[VIEW_TEXT_MAX], int64_t seconds)
{
    unsigned long count = seconds < 0 ? 0 : (unsigned long)seconds;
    if (count < 120)
        write_text(out, ngettext("%lu second ago", "%lu seconds ago", count), count);
    else
        write_text(out, ngettext("%lu minute ago", "%lu minutes ago", count / 60), count / 60);
}

static int64_t seconds_to(int64_t end_ms, int64_t now_ms)
{
    return end_ms > now_ms ? (end_ms - now_ms + 999) / 1000 : 0;
}

static void show_warnings(const struct net_context *context, struct view *view)
{
    if (!context->tells_browser) {
        add_warning(view, _("This portal does not tell which browser is asking. Approve only "
                            "if the code is on your own screen."));
        return;
    }
    if (!context->known_browser)
        add_warning(view, _("This browser has never signed in as you before."));
    if (!context->same_network)
        add_warning(view, _("This browser is in another network than this device."));
}

static void show_asking(const struct flow *flow, int64_t now_ms, struct view *view)
{
    view->form = VIEW_QUESTION;
    const struct net_context *context = &flow->context;
    write_text(view->title, _("Sign in to %s?"), view_host(context->origin));
    add_row(view, _("Account"), context->account_name);
    add_row(view, _("Browser"), context->browser);
    char from[VIEW_TEXT_MAX];
    bool both = *context->place && *context->address;
    write_text(from, "%s%s%s", context->place, both ? ", " : "", context->address);
    add_row(view, _("From"), from);
    if (context->tells_browser) {
        char age[VIEW_TEXT_MAX];
        write_age(age, context->page_age_s + (now_ms - flow->since_ms) / 1000);
        add_row(view, _("Code shown"), age);
    }
    add_row(view, _("Last sign-in"), context->last_use);
    show_warnings(context, view);
    if (view->warning_count > 0)
        view->tone = VIEW_LOOK;
    add_button(view, VIEW_DENY, _("Deny"));
    add_button(view, VIEW_APPROVE, _("Approve"));
    view->buttons[1].enabled = flow_may_approve(flow, now_ms);
    if (context->may_report)
        add_quiet_button(view, VIEW_REPORT, _("This was not me"));
    view->focus = 0;

    int64_t delay = FLOW_APPROVE_DELAY_MS, shown = now_ms - flow->since_ms;
    view->ripe = shown >= delay ? 100u : shown < 0 ? 0u : (unsigned)(shown * 100 / delay);
    view->seconds_left = seconds_to(flow->ends_ms, now_ms);
}

// Whether it was typed in time only the browser shows.
static void show_pickup_over(struct view *view)
{
    view->tone = VIEW_LOOK;
    write_text(view->title, "%s", _("The time to type the code is over"));
    write_text(view->text, "%s",
               _("If the browser is not signed in, scan the new code that it shows."));
}

static void show_done(const struct flow *flow, int64_t now_ms, struct view *view)
{
    const struct net_receipt *receipt = &flow->receipt;
    const char *host = view_host(flow->context.origin);
    bool over = receipt->result == NET_RESULT_PICKUP_CODE && now_ms >= flow->ends_ms;
    view->tone = VIEW_DONE;
    switch (receipt->result) {
    case NET_RESULT_PICKUP_CODE:
        if (over) {
            show_pickup_over(view);
            break;
        }
        view->seconds_left = seconds_to(flow->ends_ms, now_ms);
        write_text(view->title, "%s", _("Type this code in the browser"));
        memcpy(view->digits, receipt->pickup_code, sizeof(view->digits));
        if (receipt->otp_follows)
            write_text(view->note, "%s", _("The browser then asks for your one-time code."));
        break;
    case NET_RESULT_SENT:
        write_text(view->title, "%s", _("Sent. Look at the browser."));
        write_text(view->note, "%s", _("It may ask for a one-time code."));
        break;
    default:
        write_text(view->title, "%s",
                   receipt->otp_follows ? _("Now enter the one-time code in the browser")
                                        : _("Signed in"));
        break;
    }
    if (*host && !over)
        write_text(view->text, _("%s as %s"), host, flow->context.account_name);
    if (receipt->may_end)
        add_quiet_button(view, VIEW_END_SESSION, _("Sign that browser out"));
    if (receipt->key_ends_soon && flow->settings.window)
        add_quiet_button(view, VIEW_RENEW, _("Renew the key, with the PIN"));
    if (receipt->key_ends_soon && !view->note[0])
        write_text(view->note, "%s",
                   flow->settings.window
                       ? _("The key of this device ends soon.")
                       : _("The key of this device ends soon. Renew it with qrconfirm renew."));
    if (flow->settings.window && over)
        add_button(view, VIEW_SCAN, _("Scan again"));
    else if (flow->settings.window)
        add_button(view, VIEW_BACK, _("Done"));
    view->focus = view->button_count - 1;
}

static void show_refused(const struct flow *flow, struct view *view)
{
    view->tone = VIEW_STOP;
    if (flow->pairing) {
        write_text(view->title, "%s", _("Not paired"));
        write_text(view->text, "%s", _("The pairing was not kept."));
        if (flow->by_address && flow->account_name[0])
            write_text(view->note, "%s",
                       _("Remove its application password in your profile on the portal."));
    } else {
        write_text(view->title, "%s", _("You refused this sign-in"));
        write_text(view->text, "%s",
                   flow->answer == NET_DENY_AND_REPORT
                       ? _("The browser stays signed out. Your administrator is told.")
                       : _("The browser stays signed out."));
    }
    add_button(view, VIEW_BACK, _("Done"));
}

static void show_failed(const struct flow *flow, struct view *view)
{
    enum failure failure = flow->fault.failure;
    bool must_pair = failure_exit(failure) == EXIT_CODE_NOT_PAIRED ||
                     failure == FAILURE_PORTAL_PASSWORD_REVOKED;
    view->tone = VIEW_STOP;
    write_text(view->title, "%s", _(failure_text(failure)));
    write_text(view->text, "%s", _(failure_next(failure)));
    if (failure == FAILURE_PAIRING_NONE && flow->settings.window)
        write_text(view->text, "%s",
                   _("On the portal open Devices, press \"Add device\" and scan the code that "
                     "is shown."));
    if (failure == FAILURE_PORTAL_REFUSED && flow->fault.detail[0])
        write_text(view->note, _("The portal says: %s"), flow->fault.detail);
    if (failure_exit(failure) == EXIT_CODE_CAMERA && flow->settings.window)
        add_quiet_button(view, VIEW_BY_HAND, _("Enter the code by hand"));
    // Whoever comes by a kiosk does not pair it anew.
    bool may_pair = !(flow->settings.loop && flow->settings.window && flow->settings.paired);
    if (may_pair && (must_pair || flow->pairing))
        add_button(view, VIEW_PAIR, _("Scan pairing code"));
    else
        add_button(view, VIEW_SCAN, _("Scan again"));
    view->focus = view->button_count - 1;
}

static void show_working(const struct flow *flow, const char *title, struct view *view)
{
    view->tone = VIEW_WORKING;
    write_text(view->title, "%s", title);
    if (flow->retrying)
        write_text(view->text, "%s %s", _(failure_text(flow->fault.failure)),
                   _("Trying again."));
}

void view_pin_refused(struct view *view, enum failure refused, int64_t wait_ms)
{
    bool again = refused == FAILURE_KEY_WRONG_PIN || refused == FAILURE_KEY_WAIT;
    const char *next = _(failure_next(again ? FAILURE_KEY_WRONG_PIN : refused));
    if (refused != FAILURE_NONE)
        write_text(view->text, "%s %s", _(failure_text(refused)), wait_ms > 0 ? "" : next);
    if (wait_ms <= 0)
        return;
    unsigned long left = (unsigned long)(wait_ms + 999) / 1000;
    write_text(view->note,
               ngettext("The next one counts in %lu second.",
                        "The next one counts in %lu seconds.", left),
               left);
}

static void show_unlocking(const struct flow *flow, int64_t now_ms, struct view *view)
{
    const struct flow_pin *pin = &flow->pin;
    int64_t wait_ms = pin->wait_until_ms - now_ms;
    view->form = VIEW_KEYPAD;
    view->fields[view->field_count++] =
        (struct view_field){_("PIN"), ENTRY_PIN, PIN_DIGITS_MAX};
    view->keys_on = flow_takes_pin(flow, now_ms);
    add_button(view, VIEW_SUBMIT, pin->checking ? _("One moment") : _("Continue"));
    view->buttons[0].enabled = view->keys_on;
    write_text(view->title, "%s", _("Enter your PIN"));
    view_pin_refused(view, pin->refused, wait_ms);
}

static void show_pair_asking(const struct flow *flow, struct view *view)
{
    view->form = VIEW_QUESTION;
    write_text(view->title, _("Pair with %s?"), view_host(flow->portal_origin));
    write_text(view->text, "%s",
               _("Go on only if this is the address of the portal on your own screen."));
    add_button(view, VIEW_NO, _("No"));
    add_button(view, VIEW_YES, _("Pair"));
}

static void show_by_address(struct view *view)
{
    view->form = VIEW_ENTRY;
    write_text(view->title, "%s", _("Pair with a Bitrix24 portal"));
    write_text(view->text, "%s", _("Type the address at which you open it on the computer."));
    view->fields[view->field_count++] =
        (struct view_field){_("Address of the portal"), ENTRY_ADDRESS, BASE_URL_MAX};
    add_quiet_button(view, VIEW_PASTE, _("Paste"));
    add_button(view, VIEW_SUBMIT, _("Continue"));
}

static void show_certificate(const struct flow *flow, struct view *view)
{
    view->form = VIEW_QUESTION;
    view->tone = VIEW_LOOK;
    write_text(view->title, _("Trust the key of %s?"), view_host(flow->portal_origin));
    write_text(view->text, "%s",
               _("No authority vouches for the certificate of this portal. Go on only if your "
                 "administrator tells you the same key. From then on no other key is "
                 "accepted."));
    add_row(view, _("Key"), flow->key_pin);
    add_button(view, VIEW_NO, _("No"));
    add_button(view, VIEW_YES, _("Trust"));
}

static void show_login(const struct flow *flow, struct view *view)
{
    const struct flow_login *login = &flow->login;
    view->form = VIEW_ENTRY;
    write_text(view->title, _("Sign in to %s"), view_host(flow->portal_origin));
    switch (login->need) {
    case NET_LOGIN_PASSWORD:
        write_text(view->text, "%s",
                   _("Your own password is not kept. In its place you can type an application "
                     "password of the kind mobile, made in your profile."));
        view->fields[view->field_count++] =
            (struct view_field){_("Login"), ENTRY_TEXT, NET_LOGIN_MAX};
        view->fields[view->field_count++] =
            (struct view_field){_("Password"), ENTRY_SECRET, NET_LOGIN_MAX};
        break;
    case NET_LOGIN_CAPTCHA:
        write_text(view->text, "%s", _("Type the word that the picture shows."));
        view->fields[view->field_count++] =
            (struct view_field){_("Word"), ENTRY_TEXT, NET_WORD_MAX};
        break;
    case NET_LOGIN_OTP:
        write_text(view->text, "%s",
                   login->push_otp ? _(failure_next(FAILURE_PORTAL_PUSH_OTP))
                                   : _("Type the one-time code of your authenticator, or a "
                                       "recovery code."));
        view->fields[view->field_count++] =
            (struct view_field){login->push_otp ? _("Recovery code") : _("One-time code"),
                                ENTRY_TEXT, NET_WORD_MAX};
        break;
    }
    if (login->why != FAILURE_NONE)
        write_text(view->hint, "%s %s", _(failure_text(login->why)),
                   _(failure_next(login->why)));
    add_button(view, VIEW_SUBMIT, _("Continue"));
}

static void show_typing_code(const struct flow *flow, struct view *view)
{
    write_text(view->title, "%s", _("Type this code in the browser"));
    write_text(view->text, "%s", _("The portal then knows that this device is yours."));
    memcpy(view->digits, flow->pairing_code, sizeof(view->digits));
}

static void show_confirming(const struct flow *flow, struct view *view)
{
    view->form = VIEW_QUESTION;
    write_text(view->title, "%s", _("Keep this pairing?"));
    write_text(view->text, "%s",
               _("This device will confirm sign-ins of this account. Keep it only if the "
                 "account is yours."));
    add_row(view, _("Portal"), flow->portal_name);
    add_row(view, _("Address"), view_host(flow->portal_origin));
    add_row(view, _("Account"), flow->account_name);
    add_button(view, VIEW_NO, _("No"));
    add_button(view, VIEW_YES, _("Keep"));
}

static void show_paired(const struct flow *flow, struct view *view)
{
    view->tone = VIEW_DONE;
    write_text(view->title, "%s", _("Paired"));
    write_text(view->text, _("%s as %s"), view_host(flow->portal_origin), flow->account_name);
    if (flow->settings.window)
        add_button(view, VIEW_SCAN, _("Scan QR code"));
}

void view_make(const struct flow *flow, const char *portal, int64_t now_ms, struct view *out)
{
    *out = (struct view){.state = flow->state, .tone = VIEW_CALM, .seconds_left = -1};
    out->screen = (int)flow->state;
    out->ripe = 100;
    out->can_go_back = flow->state != FLOW_INSTRUCTIONS;
    out->kiosk = flow->settings.loop && flow->settings.window;
    switch (flow->state) {
    case FLOW_INSTRUCTIONS:
        show_instructions(flow, portal, out);
        break;
    case FLOW_AIMING:
        show_aiming(flow, out);
        break;
    case FLOW_BY_HAND:
        show_by_hand(flow, out);
        break;
    case FLOW_UNLOCKING:
        show_unlocking(flow, now_ms, out);
        break;
    case FLOW_RESOLVING:
        show_working(flow, _("Asking the portal who wants to sign in"), out);
        break;
    case FLOW_ASKING:
        show_asking(flow, now_ms, out);
        break;
    case FLOW_SENDING:
        show_working(flow, _("Sending your answer"), out);
        break;
    case FLOW_DONE:
        show_done(flow, now_ms, out);
        break;
    case FLOW_ENDING:
        show_working(flow, _("Signing that browser out"), out);
        break;
    case FLOW_RENEWING:
        show_working(flow, _("Renewing the key"), out);
        break;
    case FLOW_ENDED:
        out->tone = VIEW_DONE;
        write_text(out->title, "%s", _("That browser is signed out"));
        add_button(out, VIEW_BACK, _("Done"));
        break;
    case FLOW_REFUSED:
        show_refused(flow, out);
        break;
    case FLOW_FAILED:
        show_failed(flow, out);
        break;
    case FLOW_PAIR_ASKING:
        show_pair_asking(flow, out);
        break;
    case FLOW_BY_ADDRESS:
        show_by_address(out);
        break;
    case FLOW_CERTIFICATE:
        show_certificate(flow, out);
        break;
    case FLOW_LOGIN:
        show_login(flow, out);
        break;
    case FLOW_ENROLLING:
        show_working(flow, _("Asking the portal to pair"), out);
        break;
    case FLOW_TYPING_CODE:
        show_typing_code(flow, out);
        break;
    case FLOW_CONFIRMING:
        show_confirming(flow, out);
        break;
    case FLOW_KEEPING:
        show_working(flow, _("Storing the pairing"), out);
        break;
    case FLOW_PAIRED:
        show_paired(flow, out);
        break;
    case FLOW_STATES:
        break;
    }
}
