// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_VISIT_H
#define QRCONFIRM_UI_FLOW_FLOW_VISIT_H

// The visit of a person with a badge at a kiosk (docs/protocol, section 6.2): his badge, his
// PIN, and the code of the page before or after them. Where he has no key here yet, his PIN is
// chosen, and six digits go to his browser. A part of the flow: see flow.h.

#include "ui/flow/flow_state.h"

// What one frame has shown that is of use: a sign-in code, a badge, or both; NULL: none.
unsigned flow_take_shown(struct flow *flow, const struct challenge *code,
                         const struct challenge *badge, int64_t now_ms);

// Digits were entered in a visit, and are kept by the program or with the network thread.
unsigned flow_take_visit_pin(struct flow *flow, int64_t now_ms);
// They cannot be the PIN: `why` is PIN_FORM, or NONE where the two are not the same.
unsigned flow_take_pin_refused(struct flow *flow, enum failure why, int64_t now_ms);
unsigned flow_take_forgot_pin(struct flow *flow, int64_t now_ms);

// They were: his key is unlocked.
unsigned flow_take_visit_unlocked(struct flow *flow, int64_t now_ms);

// What his key was refused for, in the words of a badge.
enum failure flow_visit_failure(const struct flow *flow, enum failure failure);

// Whoever is at the first screen again, or has come to the end of a first use, has gone.
void flow_follow_visit(struct flow *flow);

#endif
