// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_KEYBOARD_PAGE_H
#define QRCONFIRM_UI_SCREENS_KEYBOARD_PAGE_H

// How the on-screen keyboard looks: rows of keys along the lower edge of the screen. Beside
// each other they are pressed anywhere, so that a finger between two of them hits one.

#include "ui/screens/keyboard.h"
#include "ui/screens/page.h"

// Units that a key is high, on a phone and on a kiosk: 12 mm and more where 1280 by 800 pixels
// are 10.1 inches.
#define KEYBOARD_KEY      54.0f
#define KEYBOARD_WIDE_KEY 64.0f

// Puts the keys there; what comes after them on the page goes above.
void keyboard_page(struct page *page, const struct keyboard *keyboard);

#endif
