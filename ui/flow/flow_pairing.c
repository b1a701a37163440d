// SPDX-License-Identifier: MIT
#include "ui/flow/flow_pairing.h"

#include "ui/flow/flow_begun.h"
#include "ui/flow/flow_moves.h"

bool flow_is_unpairable(const struct flow *flow)
{
    return flow->pairing && flow->settings.unpairable.failure != FAILURE_NONE;
}

unsigned flow_refuse_pairing(struct flow *flow, int64_t now_ms)
{
    struct fault why = flow->settings.unpairable;
    flow->again = 0;
    return flow_fail(flow, &why, now_ms);
}

// A portal can be paired by its address where it could be by its code.
unsigned flow_take_by_address(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_INSTRUCTIONS && flow->state != FLOW_AIMING &&
        !flow_is_outcome(flow->state))
        return 0;
    unsigned todo =
        flow_stop_source(flow) | (flow_is_net_busy(flow->state) ? FLOW_DO_CANCEL : 0);
    flow->pairing = true;
    flow->begun.at_hand = flow->begun.over = false;
    flow->exit = EXIT_CODE_INTERRUPTED;
    if (flow_is_unpairable(flow))
        return todo | flow_refuse_pairing(flow, now_ms);
    return todo | flow_enter(flow, FLOW_BY_ADDRESS, now_ms);
}

unsigned flow_take_address(struct flow *flow, int64_t now_ms)
{
    if (flow->state != FLOW_BY_ADDRESS)
        return 0;
    return flow_sign(flow, FLOW_DO_PAIR_BY_URL, now_ms);
}

unsigned flow_take_login_need(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    if (flow->state != FLOW_ENROLLING)
        return 0;
    flow->login = (struct flow_login){
        .need = net->login.need, .why = net->login.why, .push_otp = net->login.push_otp};
    memcpy(flow->portal_origin, net->login.origin, sizeof(flow->portal_origin));
    return flow_enter(flow, FLOW_LOGIN, now_ms);
}

unsigned flow_take_certificate(struct flow *flow, const struct net_event *net, int64_t now_ms)
{
    if (flow->state != FLOW_ENROLLING)
        return 0;
    memcpy(flow->portal_origin, net->certificate.origin, sizeof(flow->portal_origin));
    memcpy(flow->key_pin, net->certificate.pin, sizeof(flow->key_pin));
    return flow_enter(flow, FLOW_CERTIFICATE, now_ms);
}

unsigned flow_take_keep(struct flow *flow, bool yes, int64_t now_ms)
{
    if (yes && flow_is_early(flow, now_ms))
        return 0;

    if (flow->state == FLOW_PAIR_ASKING) {
        if (!yes && flow->settings.window)
            return flow_leave(flow, now_ms);
        if (!yes)
            return flow_outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
        return flow_sign(flow, FLOW_DO_PAIR, now_ms);
    }

    if (flow->state == FLOW_CERTIFICATE) {
        flow->trust = yes;
        if (yes)
            return FLOW_DO_TRUST | flow_enter(flow, FLOW_ENROLLING, now_ms);
        return FLOW_DO_CANCEL | flow_outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
    }

    if (!yes && flow_may_give_up(flow))
        return flow_give_up_pairing(flow, now_ms);
    if (flow->state != FLOW_CONFIRMING)
        return 0;

    flow->keep = yes;
    if (yes)
        return FLOW_DO_KEEP | flow_enter(flow, FLOW_KEEPING, now_ms);
    if (!flow->by_address) // the portal is told, and what came of that is said
        return FLOW_DO_KEEP | flow_enter(flow, FLOW_GIVING_UP, now_ms);
    return FLOW_DO_KEEP | flow_outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
}
