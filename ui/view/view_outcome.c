// SPDX-License-Identifier: MIT
#include "ui/view/view_outcome.h"

#include <string.h>

#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/text/way_out.h"

// Whether it was typed in time only the browser shows.
static void show_pickup_over(struct view *view)
{
    view->tone = VIEW_LOOK;
    view_write(view->title, "%s", _("The time to type the code is over"));
    view_write(view->text, "%s",
               _("If the browser is not signed in, scan the new code that it shows."));
}

// Whose wish it is that the key is renewed.
static const char *why_renew(const struct flow *flow)
{
    if (flow->receipt.renewal_asked)
        return flow->settings.window
                   ? _("The portal asks for a new key of this device.")
                   : _("The portal asks for a new key of this device. Renew it with "
                       "qrconfirm renew.");
    return flow->settings.window
               ? _("The key of this device ends soon.")
               : _("The key of this device ends soon. Renew it with qrconfirm renew.");
}

void view_done(const struct flow *flow, int64_t now_ms, struct view *view)
{
    const struct net_receipt *receipt = &flow->receipt;
    struct shown_host shown = shown_host(flow->context.origin);
    const char *host = shown.text;
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
        view_write(view->note, "%s",
                   _("It may ask for a one-time code. If it shows a tick but no page comes, "
                     "reload it and scan again."));
        break;
    default:
        view_write(view->title, "%s",
                   receipt->otp_follows ? _("Now enter the one-time code in the browser")
                                        : _("Signed in"));
        break;
    }

    if (flow->open.what == NET_WITHDRAWAL_TAKEN)
        view_write(view->note, "%s",
                   flow->settings.window
                       ? _("The portal had the answer already. If nobody is to be signed in, "
                           "sign that browser out.")
                       : _("The portal had the answer already. If nobody is to be signed in, "
                           "end the session in the portal."));
    if (*host && !over)
        view_write(view->text, _("%s as %s"), host, isolated(flow->context.account_name).text);

    if (receipt->may_end) {
        view_add_quiet_button(view, ACTION_END_SESSION, _("Sign that browser out"));
        view_mark_danger(view);
    }
    if (receipt->key_ends_soon && flow->settings.window)
        view_add_quiet_button(view, ACTION_RENEW, _("Renew the key, with the PIN"));
    if (receipt->key_ends_soon && !view->note[0])
        view_write(view->note, "%s", why_renew(flow));
    if (flow->settings.window && over)
        view_add_button(view, ACTION_SCAN, _("Scan again"));
    else if (flow->settings.window)
        view_add_button(view, ACTION_BACK, _("Done"));
    view->focus = view->button_count - 1;
}

static const char *text_of_giving_up(enum net_giving_up what)
{
    switch (what) {
    case NET_GIVEN_UP:
        return _("The pairing is given up, and the portal does not list this device.");
    case NET_GIVEN_UP_UNTYPED:
        return _("The pairing is given up. Do not type its digits in the browser any more.");
    case NET_GIVEN_UP_UNTOLD:
        return _("The pairing is given up. The portal could not be told: if its list of "
                 "devices shows this one, remove it there.");
    }
    return "";
}

void view_refused(const struct flow *flow, struct view *view)
{
    view->tone = VIEW_STOP;

    if (flow->visit.first && flow->begun.over) {
        view_write(view->title, "%s", _("Your badge was not set up here"));
        view_write(view->text, "%s", text_of_giving_up(flow->begun.what));
    } else if (flow->pairing && flow->begun.over) {
        view_write(view->title, "%s", _("Not paired"));
        view_write(view->text, "%s", text_of_giving_up(flow->begun.what));
    } else if (flow->pairing) {
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

    view_add_button(view, ACTION_BACK, _("Done"));
}

// What was being done, as far as it tells which way leads out.
struct attempt {
    bool signs_in;
    bool by_address; // a pairing
    bool no_code;    // a sign-in at a portal that gives no pairing code
};

static struct attempt attempt_of(const struct flow *flow)
{
    return (struct attempt){.signs_in = !flow->pairing,
                            .by_address = flow->pairing && (flow->again & FLOW_DO_PAIR_BY_URL),
                            .no_code =
                                !flow->pairing && flow->again && flow->challenge.by_address};
}

static void add_scan(const struct attempt *attempt, struct view *view)
{
    if (attempt->signs_in)
        view_add_button(view, ACTION_SCAN, _("Scan again"));
    else if (attempt->by_address) // no code is there to be scanned
        view_add_button(view, ACTION_AGAIN, _("Try again"));
    else
        view_add_button(view, ACTION_PAIR, _("Scan pairing code"));
}

static void add_pair(const struct flow *flow, const struct attempt *attempt, struct view *view)
{
    if (attempt->by_address)
        view_add_button(view, ACTION_AGAIN, _("Pair this device again"));
    else if (attempt->no_code)
        view_add_button(view, ACTION_BY_ADDRESS, _("Pair this device again"));
    else if (attempt->signs_in && flow->settings.paired &&
             flow->fault.failure != FAILURE_PAIRING_NONE)
        view_add_button(view, ACTION_PAIR, _("Pair this device again"));
    else
        view_add_button(view, ACTION_PAIR, _("Scan pairing code"));
}

// What changes a kiosk is stopped by its gate (ui/places/gate.c), not hidden here.
static void add_way_out(const struct flow *flow, struct view *view)
{
    struct attempt attempt = attempt_of(flow);
    enum failure failure = flow->fault.failure;

    switch (way_out_of(failure)) {
    case WAY_OUT_AGAIN:
        if (attempt.by_address && failure_exit(failure) == EXIT_CODE_NETWORK)
            view_add_quiet_button(view, ACTION_BY_ADDRESS, _("Change the address"));
        view_add_button(view, ACTION_AGAIN, _("Try again"));
        break;
    case WAY_OUT_SCAN_OR_PAIR:
        if (attempt.signs_in)
            view_add_quiet_button(view, ACTION_PAIR, _("Pair with a portal"));
        add_scan(&attempt, view);
        break;
    case WAY_OUT_SCAN:
        add_scan(&attempt, view);
        break;
    case WAY_OUT_PAIR:
        add_pair(flow, &attempt, view);
        break;
    case WAY_OUT_ADDRESS:
        if (attempt.by_address)
            view_add_button(view, ACTION_BY_ADDRESS, _("Change the address"));
        break;
    case WAY_OUT_SET_PIN:
        view_add_button(view, ACTION_SET_PIN, _("Set a PIN"));
        break;
    case WAY_OUT_PORTALS:
        view_add_button(view, ACTION_PORTALS, _("Portals"));
        break;
    case WAY_OUT_NONE:
    case WAY_OUT_UNSAID:
    case WAYS_OUT:
        break;
    }

    if (view->button_count == 0 || view->buttons[view->button_count - 1].quiet)
        view_add_button(view, ACTION_BACK, _("Done"));
    view->focus = view->button_count - 1;
}

// Whom it was that did not answer.
static struct shown_host host_of(const struct flow *flow)
{
    return shown_host(flow->pairing ? flow->portal_origin : challenge_origin(&flow->challenge));
}

// The next step, and whatever the buttons do beyond its words.
static void write_next(const struct flow *flow, struct view *view)
{
    enum failure failure = flow->fault.failure;
    enum way_out way = way_out_of(failure);
    bool camera = failure_exit(failure) == EXIT_CODE_CAMERA;
    bool scans =
        way == WAY_OUT_SCAN || way == WAY_OUT_SCAN_OR_PAIR || failure == FAILURE_PAIRING_NONE;
    const char *next = view_next(flow, failure);

    if (flow->settings.window && camera && way == WAY_OUT_AGAIN)
        view_write(view->text, "%s %s", next, _("Then try again."));
    else if (flow->settings.window && failure == FAILURE_PAIRING_NONE &&
             attempt_of(flow).no_code)
        view_write(view->text, "%s", _("Pair this device with your portal first."));
    else if (scans && attempt_of(flow).by_address)
        view_write(view->text, "%s", _("Try again."));
    else
        view_write(view->text, "%s", next);
}

// Red is for danger alone: who sees it at each code that is over does not see it any more.
static enum view_tone tone_of(enum failure failure)
{
    if (way_out_is_danger(failure))
        return VIEW_STOP;
    return failure_exit(failure) == EXIT_CODE_CAMERA ? VIEW_NO_CAMERA : VIEW_TROUBLE;
}

void view_failed(const struct flow *flow, struct view *view)
{
    enum failure failure = flow->fault.failure;
    enum exit_code exit_code = failure_exit(failure);
    bool of_a_portal = exit_code == EXIT_CODE_NETWORK || exit_code == EXIT_CODE_PORTAL ||
                       exit_code == EXIT_CODE_CHALLENGE;
    view->tone = tone_of(failure);
    view_write(view->title, "%s", _(failure_text(failure)));
    write_next(flow, view);
    if (of_a_portal)
        view_write(view->note, "%s", host_of(flow).text);
    if (failure == FAILURE_PORTAL_REFUSED && flow->fault.detail[0])
        view_write(view->note, _("The portal says: %s"), flow->fault.detail);
    if (failure_exit(failure) == EXIT_CODE_CAMERA && view_may_enter_by_hand(flow))
        view_add_quiet_button(view, ACTION_BY_HAND, _("Enter the code by hand"));
    add_way_out(flow, view);
}
