// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_MOVES_H
#define QRCONFIRM_UI_FLOW_FLOW_MOVES_H

// The moves from state to state that all parts of the flow share. Each returns the FLOW_DO_*
// bits of what must be done. Private to the flow; no clock, no locks, as in ui/flow/flow.h.

#include "ui/flow/flow_state.h"

// Into a state; it does nothing else.
unsigned flow_enter(struct flow *flow, enum flow_state state, int64_t now_ms);

unsigned flow_stop_source(struct flow *flow);

// Stops a camera while a person is asked; a stream that is read on in is held.
unsigned flow_rest_source(struct flow *flow);

// It gives pictures.
void flow_source_works(struct flow *flow);

// It failed in a loop that nobody looks at: it is tried again, later each time.
unsigned flow_wait_for_source(struct flow *flow, enum failure why, int64_t now_ms);
unsigned flow_retry_source(struct flow *flow);

// Looks for a code, from the beginning.
unsigned flow_aim(struct flow *flow, int64_t now_ms);

// The end of a sign-in or pairing, and what comes next without a window.
unsigned flow_outcome(struct flow *flow, enum flow_state state, enum exit_code exit,
                      int64_t now_ms);
unsigned flow_fail(struct flow *flow, const struct fault *fault, int64_t now_ms);
unsigned flow_fail_with(struct flow *flow, enum failure failure, int64_t now_ms);

// On to what `todo` (FLOW_DO_*) asks of the network.
unsigned flow_proceed(struct flow *flow, unsigned todo, int64_t now_ms);

// The same for what signs: by way of the PIN, if there is one.
unsigned flow_sign(struct flow *flow, unsigned todo, int64_t now_ms);

// Back to where the person came from, nothing decided.
unsigned flow_leave(struct flow *flow, int64_t now_ms);

// Nothing more will come: says why nothing was found, the best reason first.
unsigned flow_give_up_aiming(struct flow *flow, enum failure nothing_seen, int64_t now_ms);

#endif
