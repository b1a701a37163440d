// SPDX-License-Identifier: MIT
#include "ui/flow/flow_begun.h"

#include "ui/flow/flow_moves.h"

bool flow_may_resume(const struct flow *flow)
{
    return flow->begun.any && !flow->begun.resumed;
}

unsigned flow_resume_pairing(struct flow *flow, int64_t now_ms)
{
    unsigned todo = flow_stop_source(flow);
    flow->begun.resumed = true;
    flow->begun.at_hand = true;
    flow->begun.over = false;
    flow->pairing = true;
    flow->ends_ms = FLOW_NEVER;
    flow->exit = EXIT_CODE_INTERRUPTED;
    memcpy(flow->portal_origin, flow->begun.pairing.origin, sizeof(flow->portal_origin));
    return todo | flow_sign(flow, FLOW_DO_RESUME_PAIRING, now_ms);
}

unsigned flow_give_up_pairing(struct flow *flow, int64_t now_ms)
{
    return FLOW_DO_CANCEL | flow_sign(flow, FLOW_DO_GIVE_UP_PAIRING, now_ms);
}

unsigned flow_take_given_up(struct flow *flow, enum net_giving_up what, int64_t now_ms)
{
    if (flow->state != FLOW_GIVING_UP)
        return 0;
    flow->begun.over = true;
    flow->begun.what = what;
    return flow_outcome(flow, FLOW_REFUSED, EXIT_CODE_DENIED, now_ms);
}

// On a command line a portal that does not answer holds up nothing else: it is asked again at
// the next start.
unsigned flow_take_retrying(struct flow *flow, const struct fault *why, int64_t now_ms)
{
    if (!flow->settings.window && flow->begun.at_hand && flow->state == FLOW_ENROLLING)
        return FLOW_DO_CANCEL | flow_fail(flow, why, now_ms);
    flow->retrying = true;
    flow->fault = *why;
    return 0;
}
