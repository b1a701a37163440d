// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_OUTCOME_H
#define QRCONFIRM_UI_VIEW_VIEW_OUTCOME_H

// How a sign-in or pairing ended, and what can be done next. `now_ms` is the boot clock; `view`
// is begun by ui/view/flow_view.c.

#include "ui/view/view.h"

void view_done(const struct flow *flow, int64_t now_ms, struct view *view);
void view_refused(const struct flow *flow, struct view *view);
void view_failed(const struct flow *flow, struct view *view);

#endif
