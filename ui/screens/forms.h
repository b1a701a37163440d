// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_FORMS_H
#define QRCONFIRM_UI_SCREENS_FORMS_H

// Screens with fields to be filled in.

#include "ui/screens/page.h"
#include "ui/screens/screen_facts.h"

void forms_build_keypad(struct page *page, const struct view *view,
                        const struct screen_facts *facts);
void forms_build(struct page *page, const struct view *view, const struct screen_facts *facts);

#endif
