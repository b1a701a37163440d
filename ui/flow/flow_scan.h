// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_FLOW_FLOW_SCAN_H
#define QRCONFIRM_UI_FLOW_FLOW_SCAN_H

// The flow from aiming to a code that is ours, or to why there is none. Each function takes an
// event and returns FLOW_DO_* bits. Private to the flow.

#include "ui/flow/flow_state.h"

// The events of the camera, and those of a person who looks for a code.
unsigned flow_take_payload(struct flow *flow, const struct flow_event *event);
unsigned flow_take_no_code(struct flow *flow, enum hint hint, int64_t now_ms);
unsigned flow_take_by_hand(struct flow *flow, int64_t now_ms);
unsigned flow_take_back(struct flow *flow, int64_t now_ms);
unsigned flow_take_source_end(struct flow *flow, const struct flow_event *event);
unsigned flow_take_source_failure(struct flow *flow, const struct flow_event *event);

#endif
