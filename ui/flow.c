// SPDX-License-Identifier: MIT
#include "ui/flow.h"

void flow_init(struct flow *flow, const struct flow_settings *settings)
{
    *flow = (struct flow){
        .settings = *settings,
        .state = FLOW_INSTRUCTIONS,
        .ends_ms = FLOW_NEVER,
        .pairing = settings->pairing,
        .exit = EXIT_CODE_INTERRUPTED,
    };
    flow->refused.kind = PAYLOAD_TEXT;
}

// The network has begun something that leaving must take back.
static bool is_net_busy(enum flow_state state)
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
    case FLOW_RENEWING:
    case FLOW_ENROLLING:
    case FLOW_TYPING_CODE:
    case FLOW_CONFIRMING:
    case FLOW_KEEPING:
        return true;
    default:
        return false;
    }
}

static unsigned enter(struct flow *flow, enum flow_state state, int64_t now_ms)
{
    flow->state = state;
    flow->since_ms = now_ms;
    flow->touched_ms = now_ms;
    flow->retrying = false;
    return 0;
}

static unsigned stop_source(struct flow *flow)
{
    bool was_running = flow->source_running;
    flow->source_running = false;
    return was_running ? FLOW_DO_STOP_SOURCE : 0;
}

static unsigned aim(struct flow *flow, int64_t now_ms)
{
    unsigned todo = stop_source(flow) | FLOW_DO_START_SOURCE;
    flow->source_running = true;
    flow->source_ended = false;
    flow->hint = (struct flow_hint){0};
    flow->refused.kind = PAYLOAD_TEXT;
    flow->ends_ms = FLOW_NEVER;
    flow->changed = 0;
    flow->exit = EXIT_CODE_INTERRUPTED;
    advice_begin(&flow->advice, now_ms);
    return todo | enter(flow, FLOW_AIMING, now_ms);
}

static unsigned outcome(struct flow *flow, enum flow_state state, enum exit_code exit,
                        int64_t now_ms)
{
    unsigned todo = stop_source(flow) | enter(flow, state, now_ms);
    flow->exit = exit;
    flow->ends_ms = FLOW_NEVER;
    if (!flow->settings.window)
        todo |= flow->settings.loop ? 0 : FLOW_DO_QUIT;
    return todo;
}

static unsigned fail(struct flow *flow, const struct fault *fault, int64_t now_ms)
{
    flow->fault = *fault;
    return outcome(flow, FLOW_FAILED, failure_exit(fault->failure), now_ms);
}

static unsigned fail_with(struct flow *flow, enum failure failure, int64_t now_ms)
{
    struct fault fault = {.failure = failure};
    return fail(flow, &fault, now_ms);
}

static unsigned proceed(struct flow *flow, unsigned todo, int64_t now_ms)
{
    bool pairs = todo & (FLOW_DO_PAIR | FLOW_DO_PAIR_BY_URL);
    enum flow_state next = pairs                        ? FLOW_ENROLLING
                           : todo & FLOW_DO_END_SESSION ? FLOW_ENDING
                           : todo & FLOW_DO_RENEW       ? FLOW_RENEWING
                                                        : FLOW_RESOLVING;
    if (pairs)
        flow->by_address = todo & FLOW_DO_PAIR_BY_URL;
    return todo | enter(flow, next, now_ms);
}

// What signs goes by way of the PIN, if there is one.
static unsigned sign(struct flow *flow, unsigned todo, int64_t now_ms)
{
    if (!flow->settings.locked)
        return proceed(flow, todo, now_ms);
    flow->pin = (struct flow_pin){.then = todo};
    return enter(flow, FLOW_UNLOCKING, now_ms);
}

// Back to where the person came from, nothing decided.
static unsigned leave(struct flow *flow, int64_t now_ms)
{
    unsigned todo = is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    todo |= stop_source(flow);
    flow->pairing = flow->settings.pairing;
    flow->ends_ms = FLOW_NEVER;
    if (!flow->settings.window && !flow->settings.loop)
        todo |= FLOW_DO_QUIT;
    return todo | enter(flow, FLOW_INSTRUCTIONS, now_ms);
}

static bool challenge_same(const struct challenge *a, const struct challenge *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case PAYLOAD_LOGIN:
        return memcmp(a->login.tag, b->login.tag, sizeof(a->login.tag)) == 0 &&
               memcmp(a->login.id, b->login.id, sizeof(a->login.id)) == 0 &&
               a->login.frame_size == b->login.frame_size &&
               memcmp(a->login.frame, b->login.frame, a->login.frame_size) == 0;
    case PAYLOAD_PAIRING:
        return memcmp(a->pairing.token, b->pairing.token, sizeof(a->pairing.token)) == 0;
    case PAYLOAD_BITRIX24:
        return strcmp(a->bitrix24.unique_id, b->bitrix24.unique_id) == 0 &&
               strcmp(a->bitrix24.channel_tag, b->bitrix24.channel_tag) == 0;
    default:
        return false;
    }
}

// Nothing more will come: say why nothing was found, the best reason first.
static unsigned give_up_aiming(struct flow *flow, enum failure nothing_seen, int64_t now_ms)
{
    if (flow->hint.waiting != FAILURE_NONE)
        return fail_with(flow, flow->hint.waiting, now_ms);
    if (flow->hint.refused != FAILURE_NONE)
        return fail_with(flow, flow->hint.refused, now_ms);
    if (!flow->hint.another_kind)
        return fail_with(flow, nothing_seen, now_ms);
    if (flow->hint.kind == PAYLOAD_NEWER_VERSION)
        return fail_with(flow, FAILURE_CHALLENGE_NEWER_VERSION, now_ms);
    if (flow->hint.kind == PAYLOAD_DAMAGED)
        return fail_with(flow, FAILURE_CHALLENGE_DAMAGED, now_ms);
    return fail_with(
        flow, flow->pairing ? FAILURE_CHALLENGE_NOT_PAIRING : FAILURE_CHALLENGE_NOT_SIGN_IN,
        now_ms);
}

static unsigned take_payload(struct flow *flow, const struct flow_event *event)
{
    const struct challenge *found = &event->challenge;
    bool aimed = flow->state == FLOW_AIMING && !challenge_same(found, &flow->refused);
    if (!aimed && flow->state != FLOW_BY_HAND)
        return 0;
    advice_begin(&flow->advice, event->now_ms);

    bool sign_in = found->kind == PAYLOAD_LOGIN || found->kind == PAYLOAD_BITRIX24;
    bool fits = flow->pairing ? found->kind == PAYLOAD_PAIRING : sign_in;
    if (!fits) {
        flow->hint = (struct flow_hint){
            .another_kind = true, .kind = found->kind, .at_ms = event->now_ms};
        return 0;
    }
    flow->challenge = *found;
    if (flow->pairing && flow->settings.window) {
        // The person sees the host before anything is sent (qr-login v1, section 6, step 2).
        strcpy(flow->portal_origin, found->pairing.origin.text);
        return FLOW_DO_PAUSE | stop_source(flow) | enter(flow, FLOW_PAIR_ASKING, event->now_ms);
    }
    return FLOW_DO_PAUSE |
           sign(flow, flow->pairing ? FLOW_DO_PAIR : FLOW_DO_RESOLVE, event->now_ms);
}

// What was said of another code is over some time after that code is gone.
static unsigned take_no_code(struct flow *flow, enum hint hint, int64_t now_ms)
{
    if (flow->state != FLOW_AIMING)
        return 0;
    if (flow->hint.another_kind && now_ms - flow->hint.at_ms >= FLOW_HINT_MS)
        flow->hint.another_kind = false;
    advice_take(&flow->advice, hint, now_ms);
    return 0;
}

// A code can be typed in where one is looked for, or where that was of no use.
static unsigned take_by_hand(struct flow *flow, int64_t now_ms)
{
    bool from_start = flow->state == FLOW_INSTRUCTIONS || flow->state == FLOW_FAILED;
    if (flow->state != FLOW_AIMING && !from_start)
        return 0;
    unsigned todo = flow->source_running ? FLOW_DO_PAUSE : 0;
    flow->hint = (struct flow_hint){0};
    flow->refused.kind = PAYLOAD_TEXT;
    flow->changed = 0;
    flow->exit = EXIT_CODE_INTERRUPTED;
    return todo | enter(flow, FLOW_BY_HAND, now_ms);
}

// A portal can be paired by its address where it could be by its code.
static unsigned take_by_address(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_INSTRUCTIONS && flow->state != FLOW_AIMING &&
        !flow_is_outcome(flow->state))
        return 0;
    unsigned todo = stop_source(flow) | (is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0);
    flow->pairing = true;
    flow->exit = EXIT_CODE_INTERRUPTED;
    return todo | enter(flow, FLOW_BY_ADDRESS, now_ms);
}

static unsigned take_address(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_BY_ADDRESS)
        return 0;
    return sign(flow, FLOW_DO_PAIR_BY_URL, now_ms);
}

// The portal wants more than it was told.
static unsigned take_login_need(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    if (flow->state != FLOW_ENROLLING)
        return 0;
    flow->login = (struct flow_login){
        .need = net->login.need, .why = net->login.why, .push_otp = net->login.push_otp};
    memcpy(flow->portal_origin, net->login.origin, sizeof(flow->portal_origin));
    return enter(flow, FLOW_LOGIN, now_ms);
}

static unsigned take_certificate(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    if (flow->state != FLOW_ENROLLING)
        return 0;
    memcpy(flow->portal_origin, net->certificate.origin, sizeof(flow->portal_origin));
    memcpy(flow->key_pin, net->certificate.pin, sizeof(flow->key_pin));
    return enter(flow, FLOW_CERTIFICATE, now_ms);
}

// Back to the camera if it still runs.
static unsigned take_back(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_BY_HAND || !flow->source_running || flow->source_ended)
        return leave(flow, now_ms);
    flow->hint = (struct flow_hint){0};
    advice_begin(&flow->advice, now_ms);
    return FLOW_DO_RESUME | enter(flow, FLOW_AIMING, now_ms);
}

static unsigned take_source_end(struct flow *flow, const struct flow_event *event)
{
    flow->source_ended = true;
    if (flow->state != FLOW_AIMING)
        return 0;
    return give_up_aiming(flow, FAILURE_SCAN_NO_CODE, event->now_ms);
}

static unsigned take_source_failure(struct flow *flow, const struct flow_event *event)
{
    if (flow->state == FLOW_AIMING)
        return fail(flow, &event->fault, event->now_ms);
    flow->source_ended = true; // nothing to go back to; the sign-in at hand goes on
    return 0;
}

// These say "scan another code", so the camera keeps running.
static bool can_aim_again(enum failure failure)
{
    return failure == FAILURE_CHALLENGE_OTHER_PORTAL || failure == FAILURE_CHALLENGE_EXPIRED ||
           failure == FAILURE_CHALLENGE_STALE_FRAME || failure == FAILURE_CHALLENGE_UNKNOWN;
}

static unsigned take_net_failure(struct flow *flow, const struct fault *fault, int64_t now_ms)
{
    if (flow->state == FLOW_SENDING && fault->failure == FAILURE_CHALLENGE_CHANGED &&
        ++flow->changed < FLOW_CHANGED_MAX)
        return sign(flow, FLOW_DO_RESOLVE, now_ms);

    if (flow->state == FLOW_RESOLVING && can_aim_again(fault->failure) &&
        flow->source_running && !flow->source_ended) {
        flow->hint = (struct flow_hint){.refused = fault->failure};
        flow->refused = flow->challenge;
        advice_begin(&flow->advice, now_ms);
        return FLOW_DO_RESUME | enter(flow, FLOW_AIMING, now_ms);
    }
    return is_net_busy(flow->state) ? fail(flow, fault, now_ms) : 0;
}

static unsigned take_receipt(struct flow *flow, const struct net_receipt *receipt,
                             int64_t now_ms)
{
    if (flow->state != FLOW_SENDING && flow->state != FLOW_ENDING)
        return 0;
    flow->receipt = *receipt;
    switch (receipt->result) {
    case NET_RESULT_DENIED:
        return outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
    case NET_RESULT_ENDED:
        return outcome(flow, FLOW_ENDED, EXIT_CODE_DENIED, now_ms);
    case NET_RESULT_APPROVED:
    case NET_RESULT_PICKUP_CODE:
    case NET_RESULT_SENT:
        break;
    }
    unsigned todo = outcome(flow, FLOW_DONE, EXIT_CODE_OK, now_ms);
    if (receipt->result == NET_RESULT_PICKUP_CODE)
        flow->ends_ms = flow->decided_ms + FLOW_PICKUP_MS;
    return todo;
}

// An answer given before has arrived after all. A window shows it where nothing else is going
// on; elsewhere the answer at hand comes first.
static unsigned take_late_receipt(struct flow *flow, const struct net_receipt *receipt,
                                  int64_t now_ms)
{
    bool idle = flow->state == FLOW_INSTRUCTIONS || flow->state == FLOW_AIMING ||
                flow->state == FLOW_FAILED;
    if (!flow->settings.window || !idle)
        return 0;
    flow->receipt = *receipt;
    flow->context = (struct net_context){0};
    if (receipt->result == NET_RESULT_DENIED)
        return outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
    return outcome(flow, FLOW_DONE, EXIT_CODE_OK, now_ms);
}

static unsigned take_pin(struct flow *flow, int64_t now_ms)
{
    if (!flow_takes_pin(flow, now_ms))
        return 0;
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
        return FLOW_DO_CANCEL | fail(flow, &net->locked.fault, now_ms);
    flow->pin.checking = false;
    flow->pin.refused = why;
    flow->pin.refusals++;
    flow->pin.wait_until_ms = net->locked.wait_ms > 0 ? now_ms + net->locked.wait_ms : 0;
    flow->touched_ms = now_ms;
    return 0;
}

// Back to the receipt: its code may still have to be typed.
static unsigned take_renewed(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_RENEWING)
        return 0;
    flow->receipt.key_ends_soon = false;
    flow->receipt.may_end = false; // the sign-in was left for it
    return enter(flow, FLOW_DONE, now_ms);
}

static unsigned take_unlocked(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_UNLOCKING)
        return 0;
    return proceed(flow, flow->pin.then, now_ms);
}

static unsigned take_net(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    switch (net->kind) {
    case NET_EVENT_CONTEXT:
        if (flow->state != FLOW_RESOLVING)
            return 0;
        flow->context = net->context;
        flow->ends_ms = now_ms + net->context.expires_in_s * 1000;
        return stop_source(flow) | enter(flow, FLOW_ASKING, now_ms);
    case NET_EVENT_RECEIPT:
        return take_receipt(flow, &net->receipt, now_ms);
    case NET_EVENT_PAIRING_CODE:
        if (flow->state != FLOW_ENROLLING)
            return 0;
        memcpy(flow->pairing_code, net->pairing.pairing_code, sizeof(flow->pairing_code));
        return stop_source(flow) | enter(flow, FLOW_TYPING_CODE, now_ms);
    case NET_EVENT_PAIRED:
        if (flow->state != FLOW_ENROLLING && flow->state != FLOW_TYPING_CODE)
            return 0;
        memcpy(flow->portal_name, net->pairing.portal_name, sizeof(flow->portal_name));
        memcpy(flow->portal_origin, net->pairing.origin, sizeof(flow->portal_origin));
        memcpy(flow->account_name, net->pairing.account_name, sizeof(flow->account_name));
        return stop_source(flow) | enter(flow, FLOW_CONFIRMING, now_ms);
    case NET_EVENT_KEPT:
        if (flow->state != FLOW_KEEPING)
            return 0;
        flow->settings.paired = true;
        flow->settings.pairing = !flow->settings.window; // what follows is a sign-in
        return outcome(flow, FLOW_PAIRED, EXIT_CODE_OK, now_ms);
    case NET_EVENT_RETRYING:
        flow->retrying = true;
        flow->fault = net->fault;
        return 0;
    case NET_EVENT_FAILED:
        return take_net_failure(flow, &net->fault, now_ms);
    case NET_EVENT_LATE_RECEIPT:
        return take_late_receipt(flow, &net->receipt, now_ms);
    case NET_EVENT_UNLOCKED:
        return take_unlocked(flow, now_ms);
    case NET_EVENT_LOCKED:
        return take_locked(flow, net, now_ms);
    case NET_EVENT_CERTIFICATE:
        return take_certificate(flow, net, now_ms);
    case NET_EVENT_LOGIN:
        return take_login_need(flow, net, now_ms);
    case NET_EVENT_RENEWED:
        return take_renewed(flow, now_ms);
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
    return FLOW_DO_DECIDE | enter(flow, FLOW_SENDING, event->now_ms);
}

static unsigned take_keep(struct flow *flow, const struct flow_event *event)
{
    if (flow->state == FLOW_PAIR_ASKING) {
        if (!event->yes)
            return leave(flow, event->now_ms);
        return sign(flow, FLOW_DO_PAIR, event->now_ms);
    }
    if (flow->state == FLOW_CERTIFICATE) {
        flow->trust = event->yes;
        if (event->yes)
            return FLOW_DO_TRUST | enter(flow, FLOW_ENROLLING, event->now_ms);
        return FLOW_DO_CANCEL | outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, event->now_ms);
    }
    if (flow->state != FLOW_CONFIRMING)
        return 0;
    flow->keep = event->yes;
    if (event->yes)
        return FLOW_DO_KEEP | enter(flow, FLOW_KEEPING, event->now_ms);
    return FLOW_DO_KEEP | outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, event->now_ms);
}

static bool is_past(int64_t since_ms, int64_t limit_ms, int64_t now_ms)
{
    return limit_ms > 0 && now_ms - since_ms >= limit_ms;
}

static unsigned take_tick(struct flow *flow, int64_t now_ms)
{
    if (flow->state == FLOW_ASKING && now_ms >= flow->ends_ms)
        return FLOW_DO_CANCEL | fail_with(flow, FAILURE_CHALLENGE_EXPIRED, now_ms);
    if (flow->state == FLOW_UNLOCKING && now_ms >= flow->pin.wait_until_ms)
        flow->pin.wait_until_ms = 0;
    if (flow->state == FLOW_AIMING &&
        is_past(flow->since_ms, flow->settings.scan_timeout_ms, now_ms))
        return give_up_aiming(flow, FAILURE_SCAN_TIMEOUT, now_ms);
    if (flow_is_outcome(flow->state) && flow->settings.loop && !flow->settings.window)
        return aim(flow, now_ms);
    if (now_ms >= flow_idle_end(flow))
        return leave(flow, now_ms);
    return 0;
}

static unsigned close_down(struct flow *flow, int64_t now_ms)
{
    unsigned todo = is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    return todo | stop_source(flow) | FLOW_DO_QUIT | enter(flow, FLOW_INSTRUCTIONS, now_ms);
}

static unsigned take_silence(struct flow *flow, int64_t now_ms)
{
    if (!flow_asks(flow))
        return 0;
    if (flow->state == FLOW_LOGIN && flow->login.why != FAILURE_NONE)
        return FLOW_DO_CANCEL | fail_with(flow, flow->login.why, now_ms);
    if (flow->state != FLOW_UNLOCKING)
        return FLOW_DO_CANCEL | fail_with(flow, FAILURE_PERSON_SILENT, now_ms);
    bool refused = flow->pin.refused != FAILURE_NONE;
    return FLOW_DO_CANCEL |
           fail_with(flow, refused ? flow->pin.refused : FAILURE_KEY_LOCKED, now_ms);
}

static unsigned take_scan(struct flow *flow, bool pairing, int64_t now_ms)
{
    if (flow->state != FLOW_INSTRUCTIONS && !flow_is_outcome(flow->state))
        return 0;
    unsigned todo = is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0;
    flow->pairing = pairing;
    return todo | aim(flow, now_ms);
}

// A window begins with the instructions; a command line was the instruction.
static unsigned take_start(struct flow *flow, int64_t now_ms)
{
    if (flow->settings.by_url)
        return sign(flow, FLOW_DO_PAIR_BY_URL, now_ms);
    if (flow->settings.window)
        return enter(flow, FLOW_INSTRUCTIONS, now_ms);
    return aim(flow, now_ms);
}

unsigned flow_take(struct flow *flow, const struct flow_event *event)
{
    int64_t now_ms = event->now_ms;
    switch (event->kind) {
    case FLOW_EVENT_START:
        return take_start(flow, now_ms);
    case FLOW_EVENT_SCAN:
        return take_scan(flow, flow->settings.pairing, now_ms);
    case FLOW_EVENT_PAIR:
        return take_scan(flow, true, now_ms);
    case FLOW_EVENT_BACK:
        return take_back(flow, now_ms);
    case FLOW_EVENT_BY_HAND:
        return take_by_hand(flow, now_ms);
    case FLOW_EVENT_BY_ADDRESS:
        return take_by_address(flow, now_ms);
    case FLOW_EVENT_ADDRESS:
        return take_address(flow, now_ms);
    case FLOW_EVENT_LOGIN:
        if (flow->state != FLOW_LOGIN)
            return 0;
        return enter(flow, FLOW_ENROLLING, now_ms);
    case FLOW_EVENT_NO_CODE:
        return take_no_code(flow, event->hint, now_ms);
    case FLOW_EVENT_PAYLOAD:
        return take_payload(flow, event);
    case FLOW_EVENT_SOURCE_ENDED:
        return take_source_end(flow, event);
    case FLOW_EVENT_SOURCE_FAILED:
        return take_source_failure(flow, event);
    case FLOW_EVENT_SOURCE_WAITING:
        flow->hint.waiting = event->fault.failure;
        return 0;
    case FLOW_EVENT_SOURCE_RUNNING:
        flow->hint.waiting = FAILURE_NONE;
        return 0;
    case FLOW_EVENT_PIN:
        return take_pin(flow, now_ms);
    case FLOW_EVENT_NET:
        return take_net(flow, &event->net, now_ms);
    case FLOW_EVENT_ANSWER:
        return take_answer(flow, event);
    case FLOW_EVENT_KEEP:
        return take_keep(flow, event);
    case FLOW_EVENT_SILENCE:
        return take_silence(flow, now_ms);
    case FLOW_EVENT_END_SESSION:
        if (flow->state != FLOW_DONE || !flow->receipt.may_end)
            return 0;
        return sign(flow, FLOW_DO_END_SESSION, now_ms);
    case FLOW_EVENT_RENEW:
        if (flow->state != FLOW_DONE || !flow->receipt.key_ends_soon)
            return 0;
        return sign(flow, FLOW_DO_RENEW, now_ms);
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
