// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_QUESTION_H
#define QRCONFIRM_UI_VIEW_VIEW_QUESTION_H

// The question whether a browser may be signed in, and what is unusual about it. `now_ms` is
// the boot clock; `view` is begun by ui/view/flow_view.c.

#include "ui/view/view.h"

void view_asking(const struct flow *flow, int64_t now_ms, const struct wall_clock *clock,
                 struct view *view);

#endif
