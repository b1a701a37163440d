// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_ASKED_H
#define QRCONFIRM_UI_FLOW_FLOW_ASKED_H

// The codes that the portal was asked about while aiming: each once, as long as it stays in
// view. Private to the flow.

#include "ui/flow/flow_state.h"

// Of every code.
void flow_forget_asked(struct flow *flow);

// A frame came: of the codes that were asked about only `seen` is in it, NULL: none. Those that
// are gone, or were asked about long ago, are forgotten.
void flow_miss_asked(struct flow *flow, const struct challenge *seen, int64_t now_ms);

// True as long as it is remembered.
bool flow_was_asked(const struct flow *flow, const struct challenge *found);

// Remembers a code. False if too many are in view: it has to wait for one of them to go.
bool flow_note_asked(struct flow *flow, const struct challenge *found, int64_t now_ms);

// What was asked about the code at hand has come to its end.
void flow_renew_asked(struct flow *flow, int64_t now_ms);

#endif
