// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_PAIRING_H
#define QRCONFIRM_UI_VIEW_VIEW_PAIRING_H

// The steps of a pairing, by code and by address: one function for each state of the flow.
// `now_ms` is the boot clock; `view` is begun by ui/view/flow_view.c.

#include "ui/view/view.h"

void view_pair_asking(const struct flow *flow, int64_t now_ms, struct view *view);
void view_by_address(struct view *view);
void view_certificate(const struct flow *flow, int64_t now_ms, struct view *view);
void view_login(const struct flow *flow, struct view *view);
void view_typing_code(const struct flow *flow, struct view *view);
void view_confirming(const struct flow *flow, int64_t now_ms, struct view *view);
void view_paired(const struct flow *flow, struct view *view);

// Adds, where the pairing at hand was begun before, whose it is, and a way to give it up.
void view_begun(const struct flow *flow, const struct wall_clock *clock, struct view *view);

#endif
