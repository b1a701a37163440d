// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_BEGUN_H
#define QRCONFIRM_UI_FLOW_FLOW_BEGUN_H

// The part of the flow about a pairing that was begun before and neither kept nor given up
// (qr-login v1, section 6, step 6). What returns `unsigned` returns FLOW_DO_* bits. Private to
// the flow.

#include "ui/flow/flow_state.h"

// True if there is one that was not gone on with in this run.
bool flow_may_resume(const struct flow *flow);

// Goes on with flow.begun.pairing.
unsigned flow_resume_pairing(struct flow *flow, int64_t now_ms);

// Gives the pairing at hand up; see flow_may_give_up.
unsigned flow_give_up_pairing(struct flow *flow, int64_t now_ms);

// FLOW_EVENT_NET: it is given up, or a portal does not answer.
unsigned flow_take_given_up(struct flow *flow, enum net_giving_up what, int64_t now_ms);
unsigned flow_take_retrying(struct flow *flow, const struct fault *why, int64_t now_ms);

#endif
