// SPDX-License-Identifier: MIT
#include "ui/view/flow_view.h"

#include "net/pairings/pin.h"
#include "ui/text/isolate.h"
#include "ui/text/language.h"
#include "ui/text/shown_host.h"
#include "ui/view/view_open.h"
#include "ui/view/view_outcome.h"
#include "ui/view/view_pairing.h"
#include "ui/view/view_question.h"
#include "ui/view/view_visit.h"

// Whoever comes by sees what this kiosk is for: whose account, and at which computer. With
// badges it is nobody's.
static void show_home(const struct flow *flow, const struct view_home *home, struct view *view)
{
    if (home->portal && flow->settings.badges)
        view_write(view->text, "%s", isolated(home->portal).text);
    else if (home->portal && home->account)
        view_write(view->text, _("%s, account %s"), isolated(home->portal).text,
                   isolated(home->account).text);
    if (home->place)
        view_write(view->note, "%s", isolated(home->place).text);
}

static void show_instructions(const struct flow *flow, const struct view_home *home,
                              struct view *view)
{
    view->form = VIEW_STEPS;
    bool kiosk = flow_is_kiosk(flow);
    view->has_menu = flow->settings.window && !kiosk;
    view->administrator = kiosk;

    if (flow->settings.pairing || !flow->settings.paired) {
        view_write(view->title, "%s", _("Pair this device with your portal"));
        view_add_step(view, _("Sign in to the portal on the computer"));
        view_add_step(view, _("Open Devices and press “Add device”"));
        view_add_step(view, _("Scan the code that is shown"));
        if (flow->settings.window)
            view_add_quiet_button(view, ACTION_BY_ADDRESS, _("Pair with a Bitrix24 portal"));
        view_add_button(view, ACTION_PAIR, _("Scan pairing code"));
        view->focus = view->button_count - 1;
        return;
    }

    view->anywhere = kiosk;
    view_write(view->title, "%s", _("Sign in on a computer"));
    if (kiosk && home)
        show_home(flow, home, view);
    if (home && home->host)
        view_write(view->steps[view->step_count++], _("Open %s on the computer"), home->host);
    else
        view_add_step(view, _("Open your portal on the computer"));
    if (flow->settings.badges) {
        view_visit_steps(view);
        return;
    }
    view_add_step(view, _("Press “Sign in by QR”"));
    view_add_step(view, _("Scan the code that is shown"));
    view_add_button(view, ACTION_SCAN, _("Scan QR code"));
}

static const char *kind_hint(const struct flow *flow)
{
    switch (flow->hint.kind) {
    case PAYLOAD_PART:
        return _("This is one of several parts of a larger code.");
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
    case PAYLOAD_BADGE:
        return _("This is a badge. Show it to a kiosk of its portal.");
    case PAYLOAD_NEWER_VERSION:
        return _("This code is of a newer version than this program knows.");
    case PAYLOAD_DAMAGED:
        return _("This sign-in code is damaged.");
    default:
        return payload_is_pairing(flow->hint.kind) ? _("This is a pairing code.")
                                                   : _("This is a sign-in code.");
    }
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
    case HINT_NO_BORDER:
        return _("The code has no border: turn the light theme on.");
    case HINT_NONE:
        break;
    }
    return "";
}

static void show_aiming(const struct flow *flow, struct view *view)
{
    view->form = VIEW_AIM;
    if (view_may_enter_by_hand(flow))
        view_add_quiet_button(view, ACTION_BY_HAND, _("Enter the code by hand"));
    view_write(view->title, "%s",
               flow->pairing           ? _("Point the camera at the pairing code")
               : flow->settings.badges ? view_visit_aim(flow)
                                       : _("Point the camera at the code"));

    if (flow->hint.waiting != FAILURE_NONE) {
        view->tone = VIEW_LOOK;
        view_write(view->hint, "%s %s", _(failure_text(flow->hint.waiting)),
                   view_next(flow, flow->hint.waiting));
    } else if (flow->hint.refused != FAILURE_NONE) {
        view->tone = VIEW_LOOK;
        view_write(view->hint, "%s %s", _(failure_text(flow->hint.refused)),
                   view_next(flow, flow->hint.refused));
    } else if (flow->hint.another_kind) {
        view->tone = VIEW_LOOK;
        view_write(view->hint, "%s %s", kind_hint(flow),
                   flow->pairing ? _("The portal shows a pairing code after “Add device”.")
                                 : _("Your portal shows a sign-in code."));
    } else {
        view_write(view->hint, "%s", advice_text(flow->advice.shown));
    }
}

static void show_by_hand(const struct flow *flow, struct view *view)
{
    view->form = VIEW_ENTRY;
    view_write(view->title, "%s",
               flow->pairing ? _("Enter the pairing code") : _("Enter the code"));
    view_write(view->text, "%s",
               _("Type or paste the text of the code, as the portal shows it."));
    view->fields[view->field_count++] =
        (struct view_field){_("Text of the code"), ENTRY_ADDRESS, ENTRY_MAX};

    if (flow->hint.another_kind)
        view_write(view->hint, "%s",
                   flow->hint.kind == PAYLOAD_TEXT
                       ? _("This is not the text of a code. Compare it letter by letter.")
                       : kind_hint(flow));

    view_add_quiet_button(view, ACTION_PASTE, _("Paste"));
    view_add_button(view, ACTION_SUBMIT, _("Continue"));
}

// As large as any other.
static void add_way_out(struct view *view)
{
    view_add_button(view, ACTION_BACK, _("Cancel"));
    view->focus = VIEW_ACTIONS_MAX; // a second press of Return is none of it
}

// Whom the device talks to, and a way out: for a window alone, as what stands at a terminal
// stays there.
static void add_wait(const char *origin, struct view *view)
{
    view_write(view->note, "%s", shown_host(origin).text);
    add_way_out(view);
}

static void show_working(const struct flow *flow, const char *title, struct view *view)
{
    view->tone = VIEW_WORKING;
    view_write(view->title, "%s", title);
    if (flow->retrying)
        view_write(view->text, "%s %s", _(failure_text(flow->fault.failure)),
                   _("Trying again."));
}

static void show_resolving(const struct flow *flow, struct view *view)
{
    show_working(flow, _("Asking the portal who wants to sign in"), view);
    if (flow->settings.window)
        add_wait(challenge_origin(&flow->challenge), view);
}

// Without "Cancel": an answer that has left is withdrawn, and that is asked about.
static void show_sending(const struct flow *flow, struct view *view)
{
    show_working(flow, _("Sending your answer"), view);
    if (flow->settings.window && !flow->open.at_hand)
        view_write(view->note, "%s", shown_host(flow->context.origin).text);
}

// Whoever is at a kiosk hears nothing of an answer that is not his.
static void show_withdrawing(const struct flow *flow, struct view *view)
{
    bool unasked = flow_withdraws_unasked(flow);
    show_working(flow, unasked ? _("One moment") : _("Withdrawing your answer"), view);
    if (unasked)
        add_way_out(view);
}

static void show_enrolling(const struct flow *flow, const struct wall_clock *clock,
                           struct view *view)
{
    show_working(flow,
                 flow->begun.at_hand ? _("Going on with a pairing that was begun")
                                     : _("Asking the portal to pair"),
                 view);
    if (flow->settings.window)
        add_wait(flow->portal_origin, view);
    view_begun(flow, clock, view);
}

static void show_ended(struct view *view)
{
    view->tone = VIEW_DONE;
    view_write(view->title, "%s", _("That browser is signed out"));
    view_add_button(view, ACTION_BACK, _("Done"));
}

static void show_unlocking(const struct flow *flow, int64_t now_ms, struct view *view)
{
    const struct flow_pin *pin = &flow->pin;
    int64_t wait_ms = pin->wait_until_ms - now_ms;

    view->form = VIEW_KEYPAD;
    view->fields[view->field_count++] =
        (struct view_field){_("PIN"), ENTRY_PIN, PIN_DIGITS_MAX};
    view->keys_on = flow_takes_pin(flow, now_ms);
    view_add_button(view, ACTION_SUBMIT, pin->checking ? _("One moment") : _("Continue"));
    view->buttons[0].enabled = view->keys_on;

    view_write(view->title, "%s", _("Enter your PIN"));
    if (flow->visit.on && flow->pin.then == 0)
        view_visit_pin(flow, view);
    if (flow->begun.at_hand)
        view_write(view->text, _("For the pairing with %s that was begun"),
                   shown_host(flow->begun.pairing.origin).text);
    view_pin_refused(view, pin->refused, wait_ms);
}

void flow_view(const struct flow *flow, const struct view_home *home, int64_t now_ms,
               const struct wall_clock *clock, struct view *out)
{
    *out = (struct view){.state = flow->state, .tone = VIEW_CALM, .seconds_left = -1};
    out->screen = (int)flow->state;
    out->ripe = 100;
    out->can_go_back = flow->state != FLOW_INSTRUCTIONS;
    out->kiosk = flow_is_kiosk(flow);

    switch (flow->state) {
    case FLOW_INSTRUCTIONS:
        show_instructions(flow, home, out);
        break;
    case FLOW_AIMING:
        show_aiming(flow, out);
        break;
    case FLOW_BY_HAND:
        show_by_hand(flow, out);
        break;
    case FLOW_UNLOCKING:
    case FLOW_PIN_AGAIN:
        show_unlocking(flow, now_ms, out);
        break;
    case FLOW_RESOLVING:
        show_resolving(flow, out);
        break;
    case FLOW_ASKING:
        view_asking(flow, now_ms, clock, out);
        break;
    case FLOW_SENDING:
        show_sending(flow, out);
        break;
    case FLOW_DONE:
        view_done(flow, now_ms, out);
        break;
    case FLOW_ENDING:
        show_working(flow, _("Signing that browser out"), out);
        break;
    case FLOW_RENEWING:
        show_working(flow, _("Renewing the key"), out);
        break;
    case FLOW_ENDED:
        show_ended(out);
        break;
    case FLOW_REFUSED:
        view_refused(flow, out);
        break;
    case FLOW_FAILED:
        view_failed(flow, out);
        break;
    case FLOW_OPEN_ANSWER:
        view_open_answer(flow, now_ms, clock, out);
        break;
    case FLOW_WITHDRAWING:
        show_withdrawing(flow, out);
        break;
    case FLOW_WITHDRAWN:
        view_withdrawn(flow, out);
        break;
    case FLOW_PAIR_ASKING:
        view_pair_asking(flow, now_ms, out);
        break;
    case FLOW_BY_ADDRESS:
        view_by_address(out);
        break;
    case FLOW_CERTIFICATE:
        view_certificate(flow, now_ms, out);
        break;
    case FLOW_LOGIN:
        view_login(flow, out);
        break;
    case FLOW_ENROLLING:
        show_enrolling(flow, clock, out);
        break;
    case FLOW_TYPING_CODE:
        view_typing_code(flow, out);
        if (flow->settings.window)
            add_wait(flow->portal_origin, out);
        view_begun(flow, clock, out);
        break;
    case FLOW_CONFIRMING:
        view_confirming(flow, now_ms, out);
        break;
    case FLOW_KEEPING:
        show_working(flow, _("Storing the pairing"), out);
        break;
    case FLOW_GIVING_UP:
        show_working(flow, _("Giving the pairing up"), out);
        break;
    case FLOW_PAIRED:
        view_paired(flow, out);
        break;
    case FLOW_STATES:
        break;
    }
}
