// SPDX-License-Identifier: MIT
#include "ui/flow/flow_state.h"

static const char *const state_names[FLOW_STATES] = {
    [FLOW_INSTRUCTIONS] = "instructions",
    [FLOW_AIMING] = "aiming",
    [FLOW_BY_HAND] = "by-hand",
    [FLOW_UNLOCKING] = "unlocking",
    [FLOW_PIN_AGAIN] = "badge-pin-again",
    [FLOW_RESOLVING] = "resolving",
    [FLOW_ASKING] = "asking",
    [FLOW_SENDING] = "sending",
    [FLOW_DONE] = "done",
    [FLOW_ENDING] = "ending",
    [FLOW_ENDED] = "ended",
    [FLOW_RENEWING] = "renewing",
    [FLOW_REFUSED] = "refused",
    [FLOW_FAILED] = "failed",
    [FLOW_OPEN_ANSWER] = "open-answer",
    [FLOW_WITHDRAWING] = "withdrawing",
    [FLOW_WITHDRAWN] = "withdrawn",
    [FLOW_PAIR_ASKING] = "pair-asking",
    [FLOW_BY_ADDRESS] = "by-address",
    [FLOW_CERTIFICATE] = "certificate",
    [FLOW_LOGIN] = "login",
    [FLOW_ENROLLING] = "enrolling",
    [FLOW_TYPING_CODE] = "typing-code",
    [FLOW_CONFIRMING] = "confirming",
    [FLOW_KEEPING] = "keeping",
    [FLOW_GIVING_UP] = "giving-up",
    [FLOW_PAIRED] = "paired",
};

const char *flow_state_name(enum flow_state state)
{
    return state_names[state];
}

bool flow_is_net_busy(enum flow_state state)
{
    switch (state) {
    case FLOW_UNLOCKING: // what was unlocked must be locked again
    case FLOW_RESOLVING:
    case FLOW_ASKING:
    case FLOW_SENDING:
    case FLOW_DONE: // the session may still be ended
    case FLOW_ENDING:
    case FLOW_CERTIFICATE:
    case FLOW_LOGIN:
    case FLOW_WITHDRAWING:
    case FLOW_RENEWING:
    case FLOW_ENROLLING:
    case FLOW_TYPING_CODE:
    case FLOW_CONFIRMING:
    case FLOW_KEEPING:
    case FLOW_GIVING_UP:
        return true;
    default:
        return false;
    }
}

bool flow_is_outcome(enum flow_state state)
{
    return state == FLOW_DONE || state == FLOW_ENDED || state == FLOW_REFUSED ||
           state == FLOW_FAILED || state == FLOW_PAIRED || state == FLOW_WITHDRAWN;
}

bool flow_takes_yes(const struct flow *flow)
{
    return flow->state == FLOW_ASKING || flow->state == FLOW_OPEN_ANSWER ||
           flow->state == FLOW_PAIR_ASKING || flow->state == FLOW_CONFIRMING ||
           flow->state == FLOW_CERTIFICATE;
}

bool flow_asks(const struct flow *flow)
{
    return flow_takes_yes(flow) || flow->state == FLOW_LOGIN || flow->state == FLOW_PIN_AGAIN ||
           (flow->state == FLOW_UNLOCKING && !flow->pin.checking);
}

bool flow_may_give_up(const struct flow *flow)
{
    return flow->begun.at_hand &&
           (flow->state == FLOW_ENROLLING || flow->state == FLOW_TYPING_CODE);
}

bool flow_may_remove(const struct flow *flow)
{
    return flow->state == FLOW_INSTRUCTIONS;
}

bool flow_listens(const struct flow *flow)
{
    return flow_asks(flow) || flow_may_give_up(flow);
}

bool flow_takes_pin(const struct flow *flow, int64_t now_ms)
{
    bool asked = flow->state == FLOW_UNLOCKING || flow->state == FLOW_PIN_AGAIN;
    return asked && !flow->pin.checking && now_ms >= flow->pin.wait_until_ms;
}

// A press or a word may be meant for what stood there before. A script has no person who reads.
static bool is_fresh_trust(const struct flow *flow, bool fresh)
{
    return fresh && (flow->settings.person || flow->away || flow->returned);
}

bool flow_is_early(const struct flow *flow, int64_t now_ms)
{
    bool fresh = flow->away || now_ms - flow->seen_ms < FLOW_APPROVE_DELAY_MS;

    switch (flow->state) {
    case FLOW_ASKING:
        return fresh;
    case FLOW_OPEN_ANSWER:
        return fresh && (flow->answer == NET_APPROVE || flow->away || flow->returned);
    case FLOW_PAIR_ASKING:
    case FLOW_CERTIFICATE:
    case FLOW_CONFIRMING:
        return is_fresh_trust(flow, fresh);
    default:
        return false;
    }
}

unsigned flow_ripe(const struct flow *flow, int64_t now_ms)
{
    int64_t stood_ms = now_ms - flow->seen_ms;
    if (!flow_is_early(flow, now_ms))
        return 100;
    return flow->away || stood_ms < 0 ? 0 : (unsigned)(stood_ms * 100 / FLOW_APPROVE_DELAY_MS);
}

bool flow_may_approve(const struct flow *flow, int64_t now_ms)
{
    return flow->state == FLOW_ASKING && now_ms < flow->ends_ms && !flow_is_early(flow, now_ms);
}

bool flow_is_kiosk(const struct flow *flow)
{
    return flow->settings.window && flow->settings.loop;
}

bool flow_withdraws_unasked(const struct flow *flow)
{
    return flow_is_kiosk(flow) && !flow->visit.on;
}

bool flow_is_of_before(const struct flow *flow)
{
    return flow->open.at_hand || flow->begun.at_hand;
}

bool flow_goes_on(const struct flow *flow)
{
    return !flow->settings.window && (flow->settings.loop || flow_is_of_before(flow));
}

// States in which the program waits for a person who may have gone.
static bool can_idle(const struct flow *flow)
{
    switch (flow->state) {
    case FLOW_AIMING:
    case FLOW_BY_HAND:
    case FLOW_UNLOCKING:
    case FLOW_PIN_AGAIN:
    case FLOW_ASKING:
    case FLOW_OPEN_ANSWER:
    case FLOW_PAIR_ASKING:
    case FLOW_BY_ADDRESS:
    case FLOW_CERTIFICATE:
    case FLOW_LOGIN:
        return true;
    case FLOW_TYPING_CODE:
    case FLOW_CONFIRMING:
        return flow->visit.on; // others come to this kiosk
    default:
        return flow_is_outcome(flow->state);
    }
}

// A code that is still being typed from the screen stays there longer.
static int64_t idle_limit_ms(const struct flow *flow)
{
    bool shows_code =
        flow->state == FLOW_TYPING_CODE ||
        (flow->state == FLOW_DONE && flow->receipt.result == NET_RESULT_PICKUP_CODE);
    return flow->settings.idle_ms * (shows_code ? 4 : 1);
}

int64_t flow_idle_end(const struct flow *flow)
{
    bool idles = flow->settings.idle_ms > 0 && can_idle(flow);
    bool untouched = flow->touched_ms < flow->since_ms;
    int64_t from_ms = untouched ? flow->since_ms : flow->touched_ms;
    return idles ? from_ms + idle_limit_ms(flow) : FLOW_NEVER;
}

int64_t flow_visit_end(const struct flow *flow)
{
    bool waits = flow->visit.unlocked && flow->state == FLOW_AIMING;
    return waits ? flow->visit.unlocked_ms + FLOW_VISIT_MS : FLOW_NEVER;
}

// What it waits for may be a question of the desktop that covers the window, so it waits on.
int64_t flow_unseen_end(const struct flow *flow)
{
    bool ends = flow->unseen && flow->settings.camera && flow->state == FLOW_AIMING &&
                flow->source_running && flow->source_shows &&
                flow->hint.waiting == FAILURE_NONE;
    int64_t from_ms = flow->unseen_ms > flow->since_ms ? flow->unseen_ms : flow->since_ms;
    return ends ? from_ms + FLOW_UNSEEN_MS : FLOW_NEVER;
}

int64_t flow_deadline(const struct flow *flow)
{
    int64_t deadline = FLOW_NEVER;
    if (flow->state == FLOW_ASKING)
        deadline = flow->ends_ms;
    if (flow->state == FLOW_UNLOCKING && flow->pin.wait_until_ms > 0)
        deadline = flow->pin.wait_until_ms;
    if (flow->state == FLOW_AIMING && flow->settings.scan_timeout_ms > 0)
        deadline = flow->since_ms + flow->settings.scan_timeout_ms;
    if (flow->state == FLOW_AIMING && flow->retry_ms < deadline)
        deadline = flow->retry_ms;
    if (flow_is_outcome(flow->state) && flow_goes_on(flow))
        deadline = flow->since_ms + (flow_is_of_before(flow) ? 0 : FLOW_PAUSE_MS);

    if (flow->state == FLOW_DONE && flow->end_offer_ms < deadline)
        deadline = flow->end_offer_ms;

    if (flow_unseen_end(flow) < deadline)
        deadline = flow_unseen_end(flow);
    if (flow_visit_end(flow) < deadline)
        deadline = flow_visit_end(flow);

    int64_t idle_end = flow_idle_end(flow);
    return idle_end < deadline ? idle_end : deadline;
}
