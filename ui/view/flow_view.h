// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_FLOW_VIEW_H
#define QRCONFIRM_UI_VIEW_FLOW_VIEW_H

// What each state of the flow shows, in the language of the moment. The gate and the places of
// a window fill in views of their own.

#include "ui/view/view.h"

// `portal` is the host of the paired portal for the instructions, or NULL; `clock` tells times;
// `now_ms` is the boot clock. `out` points to none of them.
void flow_view(const struct flow *flow, const char *portal, int64_t now_ms,
               const struct wall_clock *clock, struct view *out);

#endif
