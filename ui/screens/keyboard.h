// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_KEYBOARD_H
#define QRCONFIRM_UI_SCREENS_KEYBOARD_H

// Our own on-screen keyboard, for a screen that is only touched: what its keys do, without how
// they look. Keys of the machine work beside it. It holds no text: what a key types goes into
// the entry of a field (entry.h). Pure; times are milliseconds of one clock that never goes
// back.

#include <stdbool.h>
#include <stdint.h>

#include "ui/screens/keyboard_layout.h"
#include "ui/settings/options.h"

#define KEYBOARD_LOCK_MS         400 // shift, and again within this time: it stays
#define KEYBOARD_REPEAT_AFTER_MS 500 // backspace, held so long, goes on by itself
#define KEYBOARD_REPEAT_MS       80  // between two of them
#define KEYBOARD_NEVER           INT64_MAX

enum keyboard_shift { KEYBOARD_SHIFT_OFF, KEYBOARD_SHIFT_ONCE, KEYBOARD_SHIFT_LOCKED };

// The field that is typed into.
struct keyboard_field {
    int screen; // that it is on
    size_t index;
    bool last; // of the fields there
    enum entry_kind kind;
};

struct keyboard {
    struct keyboard_field field;
    bool hidden; // until a field is touched
    enum keyboard_script script;
    enum keyboard_layer layer;
    enum keyboard_shift shift;
    int64_t shifted_ms; // when shift was pressed last
    int64_t repeat_ms;  // when a key that is held does it again
    bool repeated;      // it has
};

enum keyboard_do {
    KEYBOARD_DO_NOTHING, // but what the keyboard looks like
    KEYBOARD_DO_TYPE,    // the key's text
    KEYBOARD_DO_ERASE,   // the character before the caret
    KEYBOARD_DO_LEAVE    // the field, to the next one or to what is done with them
};

// Whether the keyboard comes by itself: `kiosk` shows itself to whoever comes by, `has_keys`
// has a keyboard one can touch, `has_another` is a desktop that brings one of its own.
bool keyboard_is_wanted(enum keyboard_choice choice, bool kiosk, bool has_keys,
                        bool has_another);

void keyboard_init(struct keyboard *keyboard);

// Takes over where is typed. Another field begins with small letters, another screen as after
// keyboard_init.
void keyboard_follow(struct keyboard *keyboard, struct keyboard_field field);

// Shows it again.
void keyboard_show(struct keyboard *keyboard);

// The rows of the moment.
void keyboard_layout(const struct keyboard *keyboard, struct keyboard_layout *out);

// Keys have numbers, row after row. The key with this number, or false: there is none.
bool keyboard_key(const struct keyboard *keyboard, size_t number, struct key *out);
size_t keyboard_number(size_t row, size_t column);

// A key was pressed and let go.
enum keyboard_do keyboard_press(struct keyboard *keyboard, const struct key *key,
                                int64_t now_ms);

// A finger came down on a key; and left, whether or not that presses the key. True from the
// latter if it did already what it was held for.
void keyboard_hold(struct keyboard *keyboard, const struct key *key, int64_t now_ms);
bool keyboard_let_go(struct keyboard *keyboard);

// When a held key does it again; KEYBOARD_NEVER.
int64_t keyboard_repeat_at(const struct keyboard *keyboard);

// True if it is time for that: then it was done once.
bool keyboard_repeats(struct keyboard *keyboard, int64_t now_ms);

#endif
