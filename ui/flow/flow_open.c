// SPDX-License-Identifier: MIT
#include "ui/flow/flow_open.h"

#include "ui/flow/flow_moves.h"

unsigned flow_ask_open(struct flow *flow, int64_t now_ms)
{
    unsigned todo = flow_stop_source(flow);
    flow->open.at_hand = true;
    flow->again = 0;
    flow->ends_ms = FLOW_NEVER;
    flow->answer = flow->open.answer.decision;
    flow->exit = EXIT_CODE_INTERRUPTED;
    return todo | flow_enter(flow, FLOW_OPEN_ANSWER, now_ms);
}

bool flow_open_comes_first(const struct flow *flow)
{
    const struct flow_settings *settings = &flow->settings;
    bool locked = flow_withdraws_unasked(flow) && settings->badges && settings->locked;
    return flow->open.any && !locked;
}

unsigned flow_begin_open(struct flow *flow, enum flow_event_kind then, int64_t now_ms)
{
    if (!flow_withdraws_unasked(flow))
        return flow_ask_open(flow, now_ms);

    unsigned todo = flow_stop_source(flow);
    flow->open.at_hand = true;
    flow->open.then = then;
    flow->ends_ms = FLOW_NEVER;
    flow->exit = EXIT_CODE_INTERRUPTED;
    return todo | flow_sign(flow, FLOW_DO_WITHDRAW, now_ms);
}

bool flow_end_unasked(struct flow *flow, int64_t now_ms, enum flow_event_kind *then)
{
    if (flow->state != FLOW_WITHDRAWING || !flow_withdraws_unasked(flow))
        return false;
    *then = flow->open.then;
    flow->open.at_hand = false;
    if (!flow->open.any) // else it is another one by now
        flow->open = (struct flow_open){0};
    flow_enter(flow, FLOW_INSTRUCTIONS, now_ms);
    return true;
}

unsigned flow_take_open_word(struct flow *flow, bool send, int64_t now_ms)
{
    if (!send)
        return flow_sign(flow, FLOW_DO_WITHDRAW, now_ms);
    if (flow_is_early(flow, now_ms))
        return 0;
    flow->decided_ms = now_ms;
    return FLOW_DO_SEND_OPEN | flow_enter(flow, FLOW_SENDING, now_ms);
}

// The receipt of an answer that is not of the scan at hand: what is known of its sign-in.
static void take_context(struct flow *flow, const char *origin, const char *account)
{
    flow->context = (struct net_context){0};
    memcpy(flow->context.origin, origin, sizeof(flow->context.origin));
    memcpy(flow->context.account_name, account, sizeof(flow->context.account_name));
}

// On a kiosk only who approved is to end the sign-in, and goes soon.
static int64_t end_offer_ms(const struct flow *flow, int64_t now_ms)
{
    if (!flow->receipt.may_end)
        return FLOW_NEVER;
    return now_ms + (flow_is_kiosk(flow) ? FLOW_KIOSK_END_MS : NET_END_OFFER_MS);
}

unsigned flow_show_receipt(struct flow *flow, const struct net_receipt *receipt,
                           int64_t code_since_ms, int64_t now_ms)
{
    flow->receipt = *receipt;
    flow->end_offer_ms = end_offer_ms(flow, now_ms);
    switch (receipt->result) {
    case NET_RESULT_DENIED:
        return flow_outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
    case NET_RESULT_ENDED:
        return flow_outcome(flow, FLOW_ENDED, EXIT_CODE_DENIED, now_ms);
    case NET_RESULT_APPROVED:
    case NET_RESULT_PICKUP_CODE:
    case NET_RESULT_SENT:
        break;
    }

    unsigned todo = flow_outcome(flow, FLOW_DONE, EXIT_CODE_OK, now_ms);
    if (receipt->result == NET_RESULT_PICKUP_CODE)
        flow->ends_ms = code_since_ms + FLOW_PICKUP_MS;
    return todo;
}

unsigned flow_take_open_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms)
{
    take_context(flow, flow->open.answer.origin, flow->open.answer.account_name);
    return flow_show_receipt(flow, receipt, now_ms, now_ms);
}

unsigned flow_take_withdrawn(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    if (flow->state != FLOW_WITHDRAWING)
        return 0;
    flow->open.what = net->withdrawal.what;
    if (net->withdrawal.what == NET_WITHDRAWAL_TAKEN)
        return flow_take_open_receipt(flow, &net->withdrawal.receipt, now_ms);
    return flow_outcome(flow, FLOW_WITHDRAWN, EXIT_CODE_DENIED, now_ms);
}

static unsigned show_late(struct flow *flow, int64_t now_ms)
{
    const struct net_receipt *receipt = &flow->late.receipt;
    int64_t since_ms = flow->late.until_ms - FLOW_PICKUP_MS;
    flow->late.until_ms = 0;
    flow->open.what = NET_WITHDRAWN;
    take_context(flow, receipt->origin, receipt->account_name);
    return flow_show_receipt(flow, receipt, since_ms, now_ms);
}

// A window shows it where nothing else is going on, and else as soon as that is over; the
// terminal prints it at once, and what is going on goes on. At a kiosk its person has gone.
unsigned flow_take_late_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms)
{
    if (flow_is_kiosk(flow))
        return 0;

    bool idle = flow->state == FLOW_INSTRUCTIONS || flow->state == FLOW_AIMING ||
                flow->state == FLOW_FAILED;
    flow->late.receipt = *receipt;
    flow->late.until_ms = now_ms + FLOW_PICKUP_MS;
    flow->late.count++;
    return flow->settings.window && idle ? show_late(flow, now_ms) : 0;
}

unsigned flow_leave_seen(struct flow *flow, int64_t now_ms)
{
    bool seen = flow_is_outcome(flow->state);
    bool next = flow->open.at_hand && flow->open.any && !flow_withdraws_unasked(flow);
    unsigned todo = flow_leave(flow, now_ms);
    if (!seen || !flow->settings.window)
        return todo;
    if (next)
        return todo | flow_ask_open(flow, now_ms);
    return now_ms < flow->late.until_ms ? todo | show_late(flow, now_ms) : todo;
}
