// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_LISTS_H
#define QRCONFIRM_UI_SCREENS_LISTS_H

// Screens that are a list: the menu, the portals, the history, the settings.

#include "ui/screens/page.h"

void lists_build(struct page *page, const struct view *view);

#endif
