// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_STEPS_H
#define QRCONFIRM_UI_SCREENS_STEPS_H

// The first screen: what to do, in three steps. That of a kiosk says of whom it is and where,
// in letters that are read by whoever comes by (docs/screens.md).

#include "ui/screens/page.h"

void steps_build(struct page *page, const struct view *view);

#endif
