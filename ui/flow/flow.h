// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_H
#define QRCONFIRM_UI_FLOW_FLOW_H

// The way a person goes through a sign-in or a pairing, as one pure state machine: an event
// comes in, the state changes, and the return value says what the rest of the program must do
// now. It draws nothing, sends nothing and has no clock: every event brings its own time. The
// window, the terminal and JSON Lines are faces of the same states (ui/flow/flow_state.h).
//
// Rules that hold whatever comes:
//  - only FLOW_EVENT_ANSWER with NET_APPROVE, in the state ASKING, after the question has stood
//    for FLOW_APPROVE_DELAY_MS, before a person who can see it, and before the challenge ends,
//    gives FLOW_DO_DECIDE with an approval (qr-login v1, section 5, "The device shows");
//  - a question that is left, or runs out, sends nothing;
//  - while a person is asked no other code is looked at.

#include "ui/flow/flow_state.h"

// The caller owns `flow`; it holds no resources.
void flow_init(struct flow *flow, const struct flow_settings *settings);

// Takes one event; returns the FLOW_DO_* bits of what must be done.
unsigned flow_take(struct flow *flow, const struct flow_event *event);

#endif
