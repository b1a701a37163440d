// SPDX-License-Identifier: MIT
#include "ui/flow/flow.h"

#include "ui/flow/flow_asked.h"
#include "ui/flow/flow_begun.h"
#include "ui/flow/flow_moves.h"
#include "ui/flow/flow_open.h"
#include "ui/flow/flow_pairing.h"
#include "ui/flow/flow_removal.h"
#include "ui/flow/flow_scan.h"
#include "ui/flow/flow_visit.h"

void flow_init(struct flow *flow, const struct flow_settings *settings)
{
    *flow = (struct flow){
        .settings = *settings,
        .state = FLOW_INSTRUCTIONS,
        .ends_ms = FLOW_NEVER,
        .pairing = settings->pairing,
        .exit = EXIT_CODE_INTERRUPTED,
    };
    flow->retry_ms = FLOW_NEVER;
    flow->end_offer_ms = FLOW_NEVER;
    flow_forget_asked(flow);
}

// These say "scan another code", so the camera keeps running.
static bool can_aim_again(enum failure failure)
{
    return failure == FAILURE_CHALLENGE_OTHER_PORTAL || failure == FAILURE_CHALLENGE_EXPIRED ||
           failure == FAILURE_CHALLENGE_STALE_FRAME || failure == FAILURE_CHALLENGE_UNKNOWN;
}

static unsigned take_net_failure(struct flow *flow, const struct fault *fault, int64_t now_ms)
{
    enum flow_event_kind then;
    bool unseen = flow->open.then == FLOW_EVENT_START; // nobody has asked for anything
    if (unseen && flow_end_unasked(flow, now_ms, &then))
        return 0;

    if (flow->state == FLOW_SENDING && !flow->open.at_hand &&
        fault->failure == FAILURE_CHALLENGE_CHANGED && ++flow->changed < FLOW_CHANGED_MAX)
        return flow_sign(flow, FLOW_DO_RESOLVE, now_ms);

    if (flow->state == FLOW_RESOLVING && can_aim_again(fault->failure) &&
        flow->source_running && !flow->source_ended) {
        flow->hint = (struct flow_hint){.refused = fault->failure};
        flow_renew_asked(flow, now_ms);
        advice_begin(&flow->advice, now_ms);
        return FLOW_DO_RESUME | flow_enter(flow, FLOW_AIMING, now_ms);
    }
    struct fault named = *fault;
    named.failure = flow_visit_failure(flow, fault->failure);
    return flow_is_net_busy(flow->state) ? flow_fail(flow, &named, now_ms) : 0;
}

static unsigned take_receipt(struct flow *flow, const struct net_receipt *receipt,
                             int64_t now_ms)
{
    if (flow->state != FLOW_SENDING && flow->state != FLOW_ENDING)
        return 0;
    if (flow->state == FLOW_SENDING)
        flow->open.what = NET_WITHDRAWN; // not of an answer that was to be withdrawn
    if (flow->open.at_hand && flow->state == FLOW_SENDING)
        return flow_take_open_receipt(flow, receipt, now_ms);
    return flow_show_receipt(flow, receipt, flow->decided_ms, now_ms);
}

static unsigned take_pin(struct flow *flow, int64_t now_ms)
{
    if (!flow_takes_pin(flow, now_ms))
        return 0;
    if (flow->visit.on)
        return flow_take_visit_pin(flow, now_ms);
    flow->pin.checking = true;
    flow->touched_ms = now_ms;
    return 0;
}

// The digits were not the PIN: asked again, unless nobody can wait for it.
static unsigned take_locked(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    enum failure why = net->locked.fault.failure;
    if (flow->state != FLOW_UNLOCKING)
        return 0;

    bool again =
        why == FAILURE_KEY_WRONG_PIN || (why == FAILURE_KEY_WAIT && flow->settings.window);
    if (!again)
        return FLOW_DO_CANCEL | flow_fail(flow, &net->locked.fault, now_ms);

    flow->pin.checking = false;
    flow->pin.refused = why;
    flow->pin.refusals++;
    flow->pin.wait_until_ms = net->locked.wait_ms > 0 ? now_ms + net->locked.wait_ms : 0;
    flow->touched_ms = now_ms;
    return 0;
}

// "Sign that browser out" is not offered any more.
static void withdraw_offer(struct flow *flow)
{
    flow->receipt.may_end = false;
    flow->end_offer_ms = FLOW_NEVER;
}

// Back to the receipt: its code may still have to be typed.
static unsigned take_renewed(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_RENEWING)
        return 0;
    flow->receipt.key_ends_soon = flow->receipt.renewal_asked = false;
    withdraw_offer(flow); // the sign-in was left for it
    return flow_enter(flow, FLOW_DONE, now_ms);
}

static unsigned take_unlocked(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_UNLOCKING)
        return 0;
    if (flow->visit.on && flow->pin.then == 0)
        return flow_take_visit_unlocked(flow, now_ms);
    return flow_proceed(flow, flow->pin.then, now_ms);
}

// What a former run left open comes first. A window then begins with the instructions; a
// command line was the instruction.
static unsigned take_start(struct flow *flow, int64_t now_ms)
{
    bool kiosk = flow_is_kiosk(flow);

    flow->open.at_hand = false;
    flow->begun.at_hand = false;
    flow->pairing = flow->settings.pairing;

    if (flow->open.any && !(kiosk && flow->settings.locked)) // nobody is there with the PIN
        return flow_begin_open(flow, FLOW_EVENT_START, now_ms);
    if (!kiosk && flow_may_resume(flow))
        return flow_resume_pairing(flow, now_ms);
    if (!flow->settings.window && flow_is_unpairable(flow))
        return flow_refuse_pairing(flow, now_ms);
    if (flow->settings.by_url)
        return flow_sign(flow, FLOW_DO_PAIR_BY_URL, now_ms);
    if (flow->settings.window)
        return flow_enter(flow, FLOW_INSTRUCTIONS, now_ms);
    return flow_aim(flow, now_ms);
}

static unsigned take_scan(struct flow *flow, bool pairing, int64_t now_ms)
{
    if (flow->state != FLOW_INSTRUCTIONS && !flow_is_outcome(flow->state))
        return 0;

    unsigned todo = flow_is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    flow->pairing = pairing;
    flow->open.at_hand = false;
    flow->begun.at_hand = false;

    if (flow_open_comes_first(flow) && !pairing)
        return todo | flow_begin_open(flow, FLOW_EVENT_SCAN, now_ms);
    if (pairing && flow_may_resume(flow))
        return todo | flow_resume_pairing(flow, now_ms);
    if (flow_is_unpairable(flow))
        return todo | flow_refuse_pairing(flow, now_ms);
    return todo | flow_aim(flow, now_ms);
}

// Another program, or its age, has ended what a kiosk was to withdraw.
static bool has_ended_meanwhile(const struct flow *flow, const struct fault *fault)
{
    return fault->failure == FAILURE_ANSWER_NONE && flow->state == FLOW_WITHDRAWING &&
           flow_withdraws_unasked(flow) && !flow->open.any;
}

// At a kiosk what was asked for goes on. Nobody there is to end what the portal had taken.
static unsigned take_withdrawn(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    enum flow_event_kind then;
    if (!flow_end_unasked(flow, now_ms, &then))
        return flow_take_withdrawn(flow, net, now_ms);

    switch (then) {
    case FLOW_EVENT_SCAN:
        return FLOW_DO_CANCEL | take_scan(flow, flow->settings.pairing, now_ms);
    case FLOW_EVENT_BY_HAND:
        return FLOW_DO_CANCEL | flow_take_by_hand(flow, now_ms);
    default:
        return FLOW_DO_CANCEL | take_start(flow, now_ms);
    }
}

static unsigned take_net(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    unsigned todo;
    if (flow_take_removal_event(flow, net, &todo))
        return todo;

    switch (net->kind) {
    case NET_EVENT_CONTEXT:
        if (flow->state != FLOW_RESOLVING)
            return 0;
        flow->context = net->context;
        flow->ends_ms = now_ms + net->context.expires_in_s * 1000;
        return flow_rest_source(flow) | flow_enter(flow, FLOW_ASKING, now_ms);
    case NET_EVENT_RECEIPT:
        return take_receipt(flow, &net->receipt, now_ms);
    case NET_EVENT_PAIRING_CODE:
        if (flow->state != FLOW_ENROLLING)
            return 0;
        memcpy(flow->pairing_code, net->pairing.pairing_code, sizeof(flow->pairing_code));
        flow->again = 0; // the code that was scanned is used up
        return flow_stop_source(flow) | flow_enter(flow, FLOW_TYPING_CODE, now_ms);
    case NET_EVENT_PAIRED:
        if (flow->state != FLOW_ENROLLING && flow->state != FLOW_TYPING_CODE)
            return 0;
        memcpy(flow->portal_name, net->pairing.portal_name, sizeof(flow->portal_name));
        memcpy(flow->portal_origin, net->pairing.origin, sizeof(flow->portal_origin));
        memcpy(flow->account_name, net->pairing.account_name, sizeof(flow->account_name));
        return flow_stop_source(flow) | flow_enter(flow, FLOW_CONFIRMING, now_ms);
    case NET_EVENT_KEPT:
        if (flow->state != FLOW_KEEPING)
            return 0;
        flow->settings.paired = true;
        if (flow->settings.pairing) // then it is what the program was started for
            flow->begun.at_hand = false;
        if (flow->settings.window)
            flow->settings.pairing = false; // what follows is a sign-in
        return flow_outcome(flow, FLOW_PAIRED, EXIT_CODE_OK, now_ms);
    case NET_EVENT_RETRYING:
        return flow_take_retrying(flow, &net->fault, now_ms);
    case NET_EVENT_FAILED:
        if (has_ended_meanwhile(flow, &net->fault))
            return take_withdrawn(flow, net, now_ms);
        return take_net_failure(flow, &net->fault, now_ms);
    case NET_EVENT_LATE_RECEIPT:
        return flow_take_late_receipt(flow, &net->receipt, now_ms);
    case NET_EVENT_UNLOCKED:
        return take_unlocked(flow, now_ms);
    case NET_EVENT_LOCKED:
        return take_locked(flow, net, now_ms);
    case NET_EVENT_CERTIFICATE:
        return flow_take_certificate(flow, net, now_ms);
    case NET_EVENT_LOGIN:
        return flow_take_login_need(flow, net, now_ms);
    case NET_EVENT_RENEWED:
        return take_renewed(flow, now_ms);
    case NET_EVENT_WITHDRAWN:
        return take_withdrawn(flow, net, now_ms);
    case NET_EVENT_GIVEN_UP:
        return flow_take_given_up(flow, net->given_up, now_ms);
    case NET_EVENT_UNPAIRED:
        return 0;
    }
    return 0;
}

static unsigned take_answer(struct flow *flow, const struct flow_event *event)
{
    if (flow->state != FLOW_ASKING || event->now_ms >= flow->ends_ms)
        return 0;
    if (event->answer == NET_APPROVE && !flow_may_approve(flow, event->now_ms))
        return 0;
    flow->answer = event->answer;
    flow->decided_ms = event->now_ms;
    return FLOW_DO_DECIDE | flow_enter(flow, FLOW_SENDING, event->now_ms);
}

static bool is_past(int64_t since_ms, int64_t limit_ms, int64_t now_ms)
{
    return limit_ms > 0 && now_ms - since_ms >= limit_ms;
}

// Its person has gone: at a kiosk what else he left open is shown to nobody.
static unsigned leave_alone(struct flow *flow, int64_t now_ms)
{
    return flow_is_kiosk(flow) ? flow_leave(flow, now_ms) : flow_leave_seen(flow, now_ms);
}

static unsigned take_tick(struct flow *flow, int64_t now_ms)
{
    if (flow->state == FLOW_ASKING && now_ms >= flow->ends_ms)
        return FLOW_DO_CANCEL | flow_fail_with(flow, FAILURE_CHALLENGE_EXPIRED, now_ms);
    if (flow->state == FLOW_UNLOCKING && now_ms >= flow->pin.wait_until_ms)
        flow->pin.wait_until_ms = 0;
    if (flow->state == FLOW_DONE && now_ms >= flow->end_offer_ms)
        withdraw_offer(flow);

    if (flow->state == FLOW_AIMING &&
        is_past(flow->since_ms, flow->settings.scan_timeout_ms, now_ms))
        return flow_give_up_aiming(flow, FAILURE_SCAN_TIMEOUT, now_ms);
    if (flow->state == FLOW_AIMING && now_ms >= flow->retry_ms)
        return flow_retry_source(flow);

    if (now_ms >= flow_unseen_end(flow)) {
        flow->resting = true;
        return flow_stop_source(flow);
    }

    bool pauses = flow_is_outcome(flow->state) && flow_goes_on(flow);
    if (pauses && (flow_is_of_before(flow) || is_past(flow->since_ms, FLOW_PAUSE_MS, now_ms)))
        return take_start(flow, now_ms);

    if (now_ms >= flow_idle_end(flow) || now_ms >= flow_visit_end(flow))
        return leave_alone(flow, now_ms);
    return 0;
}

// Nobody can answer what he was not shown, so a sign-in that was not answered yet is over. What
// was answered goes on to its end.
static unsigned take_unshown(struct flow *flow, const struct fault *fault, int64_t now_ms)
{
    switch (flow->state) {
    case FLOW_SENDING:
    case FLOW_ENDING:
    case FLOW_RENEWING:
    case FLOW_WITHDRAWING:
    case FLOW_KEEPING:
    case FLOW_GIVING_UP:
        return 0;
    default:
        break;
    }

    flow->open.at_hand = false;
    flow->begun.at_hand = false;
    if (flow_is_outcome(flow->state))
        return flow->settings.window ? 0 : flow_stop_source(flow) | FLOW_DO_QUIT;

    unsigned todo = flow_is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    todo |= flow_stop_source(flow) | flow_fail(flow, fault, now_ms);
    return flow->settings.window ? todo : todo | FLOW_DO_QUIT;
}

static unsigned close_down(struct flow *flow, int64_t now_ms)
{
    unsigned todo = flow_is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    flow->left_open = flow->state == FLOW_SENDING || flow->state == FLOW_WITHDRAWING;
    return todo | flow_stop_source(flow) | FLOW_DO_QUIT |
           flow_enter(flow, FLOW_INSTRUCTIONS, now_ms);
}

static unsigned take_silence(struct flow *flow, int64_t now_ms)
{
    if (!flow_asks(flow))
        return 0;
    flow->open.at_hand = false; // nobody is there for what comes after it either
    flow->begun.at_hand = false;
    if (flow->state == FLOW_LOGIN && flow->login.why != FAILURE_NONE)
        return FLOW_DO_CANCEL | flow_fail_with(flow, flow->login.why, now_ms);
    if (flow->state != FLOW_UNLOCKING && flow->state != FLOW_PIN_AGAIN)
        return FLOW_DO_CANCEL | flow_fail_with(flow, FAILURE_PERSON_SILENT, now_ms);
    bool refused = flow->pin.refused != FAILURE_NONE;
    return FLOW_DO_CANCEL |
           flow_fail_with(flow, refused ? flow->pin.refused : FAILURE_KEY_LOCKED, now_ms);
}

// What has failed, once more.
static unsigned take_again(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_FAILED)
        return 0;
    if (flow_is_unpairable(flow))
        return flow_refuse_pairing(flow, now_ms);
    if (flow->again == 0)
        return flow_aim(flow, now_ms);
    flow->exit = EXIT_CODE_INTERRUPTED;
    return flow_sign(flow, flow->again, now_ms);
}

static unsigned take_return(struct flow *flow, int64_t now_ms)
{
    if (flow->away) {
        flow->seen_ms = now_ms;
        flow->returned = true;
    }
    flow->away = flow->unseen = false;
    return flow->state == FLOW_AIMING && flow->resting ? flow_retry_source(flow) : 0;
}

static unsigned take_event(struct flow *flow, const struct flow_event *event)
{
    int64_t now_ms = event->now_ms;

    switch (event->kind) {
    case FLOW_EVENT_START:
        return take_start(flow, now_ms);
    case FLOW_EVENT_SCAN:
        return take_scan(flow, flow->settings.pairing, now_ms);
    case FLOW_EVENT_PAIR:
        return take_scan(flow, true, now_ms);
    case FLOW_EVENT_AGAIN:
        return take_again(flow, now_ms);
    case FLOW_EVENT_BACK:
        return flow_take_back(flow, now_ms);
    case FLOW_EVENT_BY_HAND:
        return flow_take_by_hand(flow, now_ms);
    case FLOW_EVENT_BY_ADDRESS:
        return flow_take_by_address(flow, now_ms);
    case FLOW_EVENT_ADDRESS:
        return flow_take_address(flow, now_ms);
    case FLOW_EVENT_LOGIN:
        if (flow->state != FLOW_LOGIN)
            return 0;
        return flow_enter(flow, FLOW_ENROLLING, now_ms);
    case FLOW_EVENT_NO_CODE:
        return flow_take_no_code(flow, event->hint, now_ms);
    case FLOW_EVENT_PAYLOAD:
        return flow_take_payload(flow, event);
    case FLOW_EVENT_SOURCE_ENDED:
        return flow_take_source_end(flow, event);
    case FLOW_EVENT_SOURCE_FAILED:
        return flow_take_source_failure(flow, event);
    case FLOW_EVENT_SOURCE_WAITING:
        flow->hint.waiting = event->fault.failure;
        return 0;
    case FLOW_EVENT_SOURCE_RUNNING:
        flow_source_works(flow);
        return 0;
    case FLOW_EVENT_PIN:
        return take_pin(flow, now_ms);
    case FLOW_EVENT_PIN_REFUSED:
        return flow_take_pin_refused(flow, event->fault.failure, now_ms);
    case FLOW_EVENT_FORGOT_PIN:
        return flow_take_forgot_pin(flow, now_ms);
    case FLOW_EVENT_NET:
        return take_net(flow, &event->net, now_ms);
    case FLOW_EVENT_ANSWER:
        return take_answer(flow, event);
    case FLOW_EVENT_KEEP:
        if (flow->state == FLOW_OPEN_ANSWER)
            return flow_take_open_word(flow, event->yes, now_ms);
        return flow_take_keep(flow, event->yes, now_ms);
    case FLOW_EVENT_AWAY:
        flow->away = true;
        return 0;
    case FLOW_EVENT_UNSEEN:
        flow->unseen = true;
        flow->unseen_ms = now_ms;
        return 0;
    case FLOW_EVENT_RETURNED:
        return take_return(flow, now_ms);
    case FLOW_EVENT_UNSHOWN:
    case FLOW_EVENT_VISIT_FAILED:
        return take_unshown(flow, &event->fault, now_ms);
    case FLOW_EVENT_SILENCE:
        return take_silence(flow, now_ms);
    case FLOW_EVENT_END_SESSION:
        if (flow->state != FLOW_DONE || !flow->receipt.may_end)
            return 0;
        return flow_sign(flow, FLOW_DO_END_SESSION, now_ms);
    case FLOW_EVENT_RENEW:
        if (flow->state != FLOW_DONE || !flow->receipt.key_ends_soon)
            return 0;
        return flow_sign(flow, FLOW_DO_RENEW, now_ms);
    case FLOW_EVENT_REMOVE:
        return flow_take_remove(flow, event);
    case FLOW_EVENT_TOUCH:
        flow->touched_ms = now_ms;
        return 0;
    case FLOW_EVENT_TICK:
        return take_tick(flow, now_ms);
    case FLOW_EVENT_CLOSE:
        return close_down(flow, now_ms);
    case FLOW_EVENT_INTERRUPT:
        flow->exit = EXIT_CODE_INTERRUPTED;
        return close_down(flow, now_ms);
    }
    return 0;
}

unsigned flow_take(struct flow *flow, const struct flow_event *event)
{
    unsigned todo = take_event(flow, event);
    flow_follow_visit(flow);
    return flow_leave_removal(flow, todo);
}
