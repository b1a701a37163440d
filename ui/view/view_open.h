// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_OPEN_H
#define QRCONFIRM_UI_VIEW_VIEW_OPEN_H

// An answer that a former run left open, and what came of it. `now_ms` is the boot clock;
// `view` is begun by ui/view/flow_view.c.

#include "ui/view/view.h"

void view_open_answer(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                      struct view *view);
void view_withdrawn(const struct flow *flow, struct view *view);

#endif
