// SPDX-License-Identifier: MIT
// How a sign-in or pairing ended, and what can be done next.
#include <string.h>

#include "ui/isolate.h"
#include "ui/language.h"
#include "ui/view_parts.h"

// Whether it was typed in time only the browser shows.
static void show_pickup_over(struct view *view)
{
    view->tone = VIEW_LOOK;
    view_write(view->title, "%s", _("The time to type the code is over"));
    view_write(view->text, "%s",
               _("If the browser is not signed in, scan the new code that it shows."));
}

void view_done(const struct flow *flow, int64_t now_ms, struct view *view)
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
        view->seconds_left = view_seconds_to(flow->ends_ms, now_ms);
        view_write(view->title, "%s", _("Type this code in the browser"));
        memcpy(view->digits, receipt->pickup_code, sizeof(view->digits));
        if (receipt->otp_follows)
            view_write(view->note, "%s", _("The browser then asks for your one-time code."));
        break;
    case NET_RESULT_SENT:
        view_write(view->title, "%s", _("Sent. Look at the browser."));
        view_write(view->note, "%s", _("It may ask for a one-time code."));
        break;
    default:
        view_write(view->title, "%s",
                   receipt->otp_follows ? _("Now enter the one-time code in the browser")
                                        : _("Signed in"));
        break;
    }
    if (*host && !over)
        view_write(view->text, _("%s as %s"), host,
                   isolated(flow->context.account_name).text);
    if (receipt->may_end)
        view_add_quiet_button(view, VIEW_END_SESSION, _("Sign that browser out"));
    if (receipt->key_ends_soon && flow->settings.window)
        view_add_quiet_button(view, VIEW_RENEW, _("Renew the key, with the PIN"));
    if (receipt->key_ends_soon && !view->note[0])
        view_write(view->note, "%s",
                   flow->settings.window
                       ? _("The key of this device ends soon.")
                       : _("The key of this device ends soon. Renew it with qrconfirm renew."));
    if (flow->settings.window && over)
        view_add_button(view, VIEW_SCAN, _("Scan again"));
    else if (flow->settings.window)
        view_add_button(view, VIEW_BACK, _("Done"));
    view->focus = view->button_count - 1;
}

void view_refused(const struct flow *flow, struct view *view)
{
    view->tone = VIEW_STOP;
    if (flow->pairing) {
        view_write(view->title, "%s", _("Not paired"));
        view_write(view->text, "%s", _("The pairing was not kept."));
        if (flow->by_address && flow->account_name[0])
            view_write(view->note, "%s",
                       _("Remove its application password in your profile on the portal."));
    } else {
        view_write(view->title, "%s", _("You refused this sign-in"));
        view_write(view->text, "%s",
                   flow->answer == NET_DENY_AND_REPORT
                       ? _("The browser stays signed out. Your administrator is told.")
                       : _("The browser stays signed out."));
    }
    view_add_button(view, VIEW_BACK, _("Done"));
}

void view_failed(const struct flow *flow, struct view *view)
{
    enum failure failure = flow->fault.failure;
    bool must_pair = failure_exit(failure) == EXIT_CODE_NOT_PAIRED ||
                     failure == FAILURE_PORTAL_PASSWORD_REVOKED;
    view->tone = VIEW_STOP;
    view_write(view->title, "%s", _(failure_text(failure)));
    view_write(view->text, "%s", _(failure_next(failure)));
    if (failure == FAILURE_PAIRING_NONE && flow->settings.window)
        view_write(view->text, "%s",
                   _("On the portal open Devices, press \"Add device\" and scan the code that "
                     "is shown."));
    if (failure == FAILURE_PORTAL_REFUSED && flow->fault.detail[0])
        view_write(view->note, _("The portal says: %s"), flow->fault.detail);
    if (failure_exit(failure) == EXIT_CODE_CAMERA && flow->settings.window)
        view_add_quiet_button(view, VIEW_BY_HAND, _("Enter the code by hand"));
    // Whoever comes by a kiosk does not pair it anew.
    bool may_pair = !(flow->settings.loop && flow->settings.window && flow->settings.paired);
    if (may_pair && (must_pair || flow->pairing))
        view_add_button(view, VIEW_PAIR, _("Scan pairing code"));
    else
        view_add_button(view, VIEW_SCAN, _("Scan again"));
    view->focus = view->button_count - 1;
}
