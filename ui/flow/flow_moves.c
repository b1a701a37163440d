// SPDX-License-Identifier: MIT
#include "ui/flow/flow_moves.h"

#include "ui/flow/flow_asked.h"

unsigned flow_enter(struct flow *flow, enum flow_state state, int64_t now_ms)
{
    flow->state = state;
    flow->since_ms = now_ms;
    flow->seen_ms = now_ms;
    flow->returned = false;
    flow->retrying = false;
    return 0;
}

unsigned flow_stop_source(struct flow *flow)
{
    bool was_running = flow->source_running;
    flow->source_running = false;
    flow->retry_ms = FLOW_NEVER;
    return was_running ? FLOW_DO_STOP_SOURCE : 0;
}

unsigned flow_rest_source(struct flow *flow)
{
    bool held = flow->settings.loop && flow->settings.stream && flow->source_running;
    return held ? FLOW_DO_PAUSE : flow_stop_source(flow);
}

static unsigned run_source(struct flow *flow)
{
    if (flow->settings.loop && flow->settings.stream && flow->source_running)
        return FLOW_DO_RESUME;
    unsigned todo = flow_stop_source(flow) | FLOW_DO_START_SOURCE;
    flow->resting = flow->source_shows = false;
    flow->source_running = true;
    flow->source_ended = false;
    return todo;
}

void flow_source_works(struct flow *flow)
{
    flow->hint.waiting = FAILURE_NONE;
    flow->source_failures = 0;
    flow->source_shows = true;
}

unsigned flow_wait_for_source(struct flow *flow, enum failure why, int64_t now_ms)
{
    int64_t pause_ms = FLOW_PAUSE_MS;
    for (unsigned i = 0; i < flow->source_failures && pause_ms < FLOW_RETRY_MAX_MS; i++)
        pause_ms *= 2;
    unsigned todo = flow_stop_source(flow);
    flow->hint.waiting = why;
    flow->source_failures++;
    flow->retry_ms = now_ms + (pause_ms < FLOW_RETRY_MAX_MS ? pause_ms : FLOW_RETRY_MAX_MS);
    return todo;
}

unsigned flow_retry_source(struct flow *flow)
{
    flow->retry_ms = FLOW_NEVER;
    return run_source(flow);
}

unsigned flow_aim(struct flow *flow, int64_t now_ms)
{
    unsigned todo = run_source(flow);
    flow->hint = (struct flow_hint){0};
    if (flow->settings.window) // a person has asked to scan, again
        flow_forget_asked(flow);
    flow->source_failures = 0;
    flow->ends_ms = FLOW_NEVER;
    flow->begun.over = false;
    flow->visit = (struct flow_visit){0}; // whoever scans next is another person
    flow->changed = 0;
    flow->again = 0;
    flow->exit = EXIT_CODE_INTERRUPTED;
    advice_begin(&flow->advice, now_ms);
    return todo | flow_enter(flow, FLOW_AIMING, now_ms);
}

unsigned flow_outcome(struct flow *flow, enum flow_state state, enum exit_code exit,
                      int64_t now_ms)
{
    if (flow->state != FLOW_AIMING)
        flow_renew_asked(flow, now_ms);
    unsigned todo = flow_rest_source(flow) | flow_enter(flow, state, now_ms);
    flow->exit = exit;
    flow->ends_ms = FLOW_NEVER;

    if (flow->settings.window)
        return todo;
    if (!flow_is_of_before(flow)) { // which is of no code that stands before the camera
        flow->any_outcome = true;
        flow->last_exit = exit;
    }

    // On a command line the scan comes after what was left open.
    bool over = flow->settings.stream && flow->source_ended;
    bool goes_on = flow_is_of_before(flow) || (flow->settings.loop && !over);
    if (!goes_on)
        todo |= flow_stop_source(flow) | FLOW_DO_QUIT;
    return todo;
}

unsigned flow_fail(struct flow *flow, const struct fault *fault, int64_t now_ms)
{
    flow->fault = *fault;
    return flow_outcome(flow, FLOW_FAILED, failure_exit(fault->failure), now_ms);
}

unsigned flow_fail_with(struct flow *flow, enum failure failure, int64_t now_ms)
{
    struct fault fault = {.failure = failure};
    return flow_fail(flow, &fault, now_ms);
}

unsigned flow_proceed(struct flow *flow, unsigned todo, int64_t now_ms)
{
    bool pairs = todo & (FLOW_DO_PAIR | FLOW_DO_PAIR_BY_URL | FLOW_DO_RESUME_PAIRING);
    enum flow_state next = pairs                            ? FLOW_ENROLLING
                           : todo & FLOW_DO_END_SESSION     ? FLOW_ENDING
                           : todo & FLOW_DO_RENEW           ? FLOW_RENEWING
                           : todo & FLOW_DO_WITHDRAW        ? FLOW_WITHDRAWING
                           : todo & FLOW_DO_GIVE_UP_PAIRING ? FLOW_GIVING_UP
                                                            : FLOW_RESOLVING;
    if (pairs)
        flow->by_address = todo & FLOW_DO_PAIR_BY_URL;
    return todo | flow_enter(flow, next, now_ms);
}

unsigned flow_sign(struct flow *flow, unsigned todo, int64_t now_ms)
{
    flow->again = todo;
    if (!flow->settings.locked)
        return flow_proceed(flow, todo, now_ms);
    flow->pin = (struct flow_pin){.then = todo};
    return flow_enter(flow, FLOW_UNLOCKING, now_ms);
}

unsigned flow_leave(struct flow *flow, int64_t now_ms)
{
    unsigned todo = flow_is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    todo |= flow_stop_source(flow);
    flow->pairing = flow->settings.pairing;
    flow->open.at_hand = false;
    flow->begun.at_hand = false;
    flow->ends_ms = FLOW_NEVER;
    if (!flow->settings.window && !flow->settings.loop)
        todo |= FLOW_DO_QUIT;
    return todo | flow_enter(flow, FLOW_INSTRUCTIONS, now_ms);
}

unsigned flow_give_up_aiming(struct flow *flow, enum failure nothing_seen, int64_t now_ms)
{
    if (flow->hint.waiting != FAILURE_NONE)
        return flow_fail_with(flow, flow->hint.waiting, now_ms);
    if (flow->hint.refused != FAILURE_NONE)
        return flow_fail_with(flow, flow->hint.refused, now_ms);

    if (!flow->hint.another_kind)
        return flow_fail_with(flow, nothing_seen, now_ms);
    if (flow->hint.kind == PAYLOAD_NEWER_VERSION)
        return flow_fail_with(flow, FAILURE_CHALLENGE_NEWER_VERSION, now_ms);
    if (flow->hint.kind == PAYLOAD_DAMAGED)
        return flow_fail_with(flow, FAILURE_CHALLENGE_DAMAGED, now_ms);
    if (flow->hint.kind == PAYLOAD_PART)
        return flow_fail_with(flow, FAILURE_CHALLENGE_PART, now_ms);

    return flow_fail_with(
        flow, flow->pairing ? FAILURE_CHALLENGE_NOT_PAIRING : FAILURE_CHALLENGE_NOT_SIGN_IN,
        now_ms);
}
