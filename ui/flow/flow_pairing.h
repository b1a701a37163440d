// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_PAIRING_H
#define QRCONFIRM_UI_FLOW_FLOW_PAIRING_H

// The part of the flow about a pairing, by code or by address, up to the word that it is kept.
// What returns `unsigned` returns FLOW_DO_* bits. Private to the flow.

#include "ui/flow/flow_state.h"

// True where the pairing that is to begin could not be kept.
bool flow_is_unpairable(const struct flow *flow);

// ... which is told before a code is looked for, and before anything is sent.
unsigned flow_refuse_pairing(struct flow *flow, int64_t now_ms);

// FLOW_EVENT_BY_ADDRESS, and FLOW_EVENT_ADDRESS once it was entered.
unsigned flow_take_by_address(struct flow *flow, int64_t now_ms);
unsigned flow_take_address(struct flow *flow, int64_t now_ms);

// FLOW_EVENT_NET: the portal wants more than it was told, or nobody vouches for its key.
unsigned flow_take_login_need(struct flow *flow, const struct net_event *net, int64_t now_ms);
unsigned flow_take_certificate(struct flow *flow, const struct net_event *net, int64_t now_ms);

// The word of the person: pair at all, trust the key, keep the pairing; or a no that gives up
// one that was begun before.
unsigned flow_take_keep(struct flow *flow, bool yes, int64_t now_ms);

#endif
