// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_VIEW_VIEW_VISIT_H
#define QRCONFIRM_UI_VIEW_VIEW_VISIT_H

// What a kiosk says to a person with a badge. The first PIN is asked for in the same words
// whether he has a key here or not: nobody learns from a badge where its person has been.

#include "ui/view/view.h"

// The instructions, in place of those without badges.
void view_visit_steps(struct view *view);

// What to hold before the camera next.
const char *view_visit_aim(const struct flow *flow);

// What stands beside a keypad; what was wrong with the last digits is written over it.
void view_visit_pin(const struct flow *flow, struct view *view);

// A first use that was confirmed in the browser, and one that is over.
void view_visit_confirming(struct view *view);
void view_visit_paired(struct view *view);

#endif
