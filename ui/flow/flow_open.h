// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_OPEN_H
#define QRCONFIRM_UI_FLOW_FLOW_OPEN_H

// The part of the flow about an answer that a former run left open, and about receipts that
// come late (qr-login v1, section 8). What returns `unsigned` returns FLOW_DO_* bits. Private
// to the flow.

#include "ui/flow/flow_state.h"

// Asks about flow.open.answer.
unsigned flow_ask_open(struct flow *flow, int64_t now_ms);

// The same, or at a kiosk withdraws it before what was asked for by an event of that kind:
// START, SCAN or BY_HAND.
unsigned flow_begin_open(struct flow *flow, enum flow_event_kind then, int64_t now_ms);

// Whether that is what comes first before a scan. Not at a kiosk with badges whose own key is
// locked: nobody who comes has its PIN.
bool flow_open_comes_first(const struct flow *flow);

// FLOW_EVENT_NET: a kiosk's withdrawal is over, as `what` or by a failure. False: none was
// under way. Then the flow stands at the instructions, and `then` is to come.
bool flow_end_unasked(struct flow *flow, int64_t now_ms, enum flow_event_kind *then);

// The person's word: send it, or withdraw it.
unsigned flow_take_open_word(struct flow *flow, bool send, int64_t now_ms);

// FLOW_EVENT_NET: what came of it.
unsigned flow_take_open_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms);
unsigned flow_take_withdrawn(struct flow *flow, const struct net_event *net, int64_t now_ms);

// FLOW_EVENT_NET: a receipt for an answer that is not the one at hand.
unsigned flow_take_late_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms);

// The outcome of a receipt; a pickup code lives from `code_since_ms`.
unsigned flow_show_receipt(struct flow *flow, const struct net_receipt *receipt,
                           int64_t code_since_ms, int64_t now_ms);

// As flow_leave; from an outcome on to the next open answer or late receipt, if there is one.
unsigned flow_leave_seen(struct flow *flow, int64_t now_ms);

#endif
