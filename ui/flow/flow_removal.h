// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_REMOVAL_H
#define QRCONFIRM_UI_FLOW_FLOW_REMOVAL_H

// The part of the flow about a pairing that is removed. It changes no state: a removal stands
// beside the instructions. What returns `unsigned` returns FLOW_DO_* bits. Private to the flow.

#include "ui/flow/flow_state.h"

// FLOW_EVENT_REMOVE: removes that pairing, once its digits are the PIN.
unsigned flow_take_remove(struct flow *flow, const struct flow_event *event);

// True if `net` belongs to the removal under way and to nothing else; `todo` says what must be
// done then.
bool flow_take_removal_event(struct flow *flow, const struct net_event *net, unsigned *todo);

// After each event that asks for `todo`: hears no more of a removal where the network begins
// something else. Its digits are not the answer to another question for the PIN.
unsigned flow_leave_removal(struct flow *flow, unsigned todo);

#endif
