// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_KEYBOARD_LAYOUT_H
#define QRCONFIRM_UI_SCREENS_KEYBOARD_LAYOUT_H

// The keys of our own on-screen keyboard, as tables: which stand in which row, how wide each is
// and what it types. Letters stand where the keyboards of phones have them, so that nobody has
// to look for one: 10 columns of Latin, 11 of Russian. Pure.

#include <stddef.h>

#include "ui/view/entry.h"

#define KEYBOARD_ROWS_MAX     5u
#define KEYBOARD_ROW_KEYS_MAX 12u
#define KEY_TEXT_MAX          5u // bytes: one character of UTF-8, and the zero byte

enum key_kind {
    KEY_TEXT, // types its text
    KEY_SHIFT,
    KEY_ERASE, // backspace
    KEY_ENTER, // on to the next field, or done with the last one
    KEY_HIDE,
    KEY_SCRIPT,  // to the letters of the other language
    KEY_LETTERS, // back from symbols
    KEY_SYMBOLS,
    KEY_MORE_SYMBOLS
};

enum keyboard_script { KEYBOARD_LATIN, KEYBOARD_RUSSIAN };
enum keyboard_layer { KEYBOARD_LETTERS, KEYBOARD_SYMBOLS, KEYBOARD_MORE_SYMBOLS };

struct key {
    enum key_kind kind;
    unsigned width; // in halves of a letter's key
    char text[KEY_TEXT_MAX];
};

struct keyboard_row {
    struct key key[KEYBOARD_ROW_KEYS_MAX];
    size_t count;
    unsigned width; // of all its keys; a row narrower than others stands in the middle
};

struct keyboard_layout {
    struct keyboard_row row[KEYBOARD_ROWS_MAX];
    size_t count;
    unsigned width; // of the widest row
};

// Writes the keys for a field of this kind: an address has digits and its signs at hand and no
// blank, digits have a pad of their own, where script and layer mean nothing.
void keyboard_layout_of(enum entry_kind kind, enum keyboard_script script,
                        enum keyboard_layer layer, bool capitals, struct keyboard_layout *out);

#endif
