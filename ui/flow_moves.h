// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_MOVES_H
#define QRCONFIRM_UI_FLOW_MOVES_H

// What the parts of the flow are made of: the moves from state to state, which all of them
// share, and the events that flow.c hands to flow_scan.c and flow_pairing.c. Each returns
// FLOW_DO_* bits. Private to the flow; no clock, no locks, as in ui/flow_state.h.

#include "ui/flow_state.h"

// ---- moves ----

// The network has begun something that leaving must take back.
bool flow_is_net_busy(enum flow_state state);

unsigned flow_enter(struct flow *flow, enum flow_state state, int64_t now_ms);
unsigned flow_stop_source(struct flow *flow);
// Stops a camera while a person is asked; a stream that is read on in is held.
unsigned flow_rest_source(struct flow *flow);
// It gives pictures.
void flow_source_works(struct flow *flow);
// It failed in a loop that nobody looks at: it is tried again, later each time.
unsigned flow_wait_for_source(struct flow *flow, enum failure why, int64_t now_ms);
unsigned flow_retry_source(struct flow *flow);
unsigned flow_aim(struct flow *flow, int64_t now_ms);
unsigned flow_outcome(struct flow *flow, enum flow_state state, enum exit_code exit,
                      int64_t now_ms);
unsigned flow_fail(struct flow *flow, const struct fault *fault, int64_t now_ms);
unsigned flow_fail_with(struct flow *flow, enum failure failure, int64_t now_ms);

// On to what `todo` (FLOW_DO_*) asks of the network.
unsigned flow_proceed(struct flow *flow, unsigned todo, int64_t now_ms);

// The same for what signs: by way of the PIN, if there is one.
unsigned flow_sign(struct flow *flow, unsigned todo, int64_t now_ms);

// What has failed, once more.
unsigned flow_again(struct flow *flow, int64_t now_ms);

// Back to where the person came from, nothing decided.
unsigned flow_leave(struct flow *flow, int64_t now_ms);

// ---- codes that were asked about (flow_asked.c) ----

void flow_forget_asked(struct flow *flow);

// A frame came: of the codes that were asked about only `seen` is in it, NULL: none. Those that
// are gone, or were asked about long ago, are forgotten.
void flow_miss_asked(struct flow *flow, const struct challenge *seen, int64_t now_ms);
bool flow_was_asked(const struct flow *flow, const struct challenge *found);

// Remembers a code. False if too many are in view: it has to wait for one of them to go.
bool flow_note_asked(struct flow *flow, const struct challenge *found, int64_t now_ms);

// What was asked about the code at hand has come to its end.
void flow_renew_asked(struct flow *flow, int64_t now_ms);

// ---- from aiming to a code (flow_scan.c) ----

// Nothing more will come: says why nothing was found, the best reason first.
unsigned flow_give_up_aiming(struct flow *flow, enum failure nothing_seen, int64_t now_ms);

unsigned flow_take_payload(struct flow *flow, const struct flow_event *event);
unsigned flow_take_no_code(struct flow *flow, enum hint hint, int64_t now_ms);
unsigned flow_take_by_hand(struct flow *flow, int64_t now_ms);
unsigned flow_take_back(struct flow *flow, int64_t now_ms);
unsigned flow_take_source_end(struct flow *flow, const struct flow_event *event);
unsigned flow_take_source_failure(struct flow *flow, const struct flow_event *event);

// ---- an open answer, and late receipts (flow_open.c) ----

// Asks about flow.open.answer.
unsigned flow_ask_open(struct flow *flow, int64_t now_ms);
unsigned flow_take_open_word(struct flow *flow, bool send, int64_t now_ms);
unsigned flow_take_open_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms);
unsigned flow_take_withdrawn(struct flow *flow, const struct net_event *net, int64_t now_ms);
unsigned flow_take_late_receipt(struct flow *flow, const struct net_receipt *receipt,
                                int64_t now_ms);

// The outcome of a receipt; a pickup code lives from `code_since_ms`.
unsigned flow_show_receipt(struct flow *flow, const struct net_receipt *receipt,
                           int64_t code_since_ms, int64_t now_ms);

// As flow_leave; from an outcome on to the next open answer or late receipt, if there is one.
unsigned flow_leave_seen(struct flow *flow, int64_t now_ms);

// ---- a pairing that was begun before (flow_begun.c) ----

// An outcome is of what a former run left, not of what this one was started for.
bool flow_is_of_before(const struct flow *flow);
bool flow_may_resume(const struct flow *flow);
unsigned flow_resume_pairing(struct flow *flow, int64_t now_ms);
unsigned flow_give_up_pairing(struct flow *flow, int64_t now_ms);
unsigned flow_take_given_up(struct flow *flow, enum net_giving_up what, int64_t now_ms);
unsigned flow_take_retrying(struct flow *flow, const struct fault *why, int64_t now_ms);

// ---- a pairing (flow_pairing.c) ----

// True where the pairing that is to begin could not be kept.
bool flow_is_unpairable(const struct flow *flow);
// ... which is told before a code is looked for, and before anything is sent.
unsigned flow_refuse_pairing(struct flow *flow, int64_t now_ms);

unsigned flow_take_by_address(struct flow *flow, int64_t now_ms);
unsigned flow_take_address(struct flow *flow, int64_t now_ms);
unsigned flow_take_login_need(struct flow *flow, const struct net_event *net, int64_t now_ms);
unsigned flow_take_certificate(struct flow *flow, const struct net_event *net, int64_t now_ms);
unsigned flow_take_keep(struct flow *flow, const struct flow_event *event);

#endif
