// SPDX-License-Identifier: MIT
#include "ui/screens/keyboard.h"

bool keyboard_is_wanted(enum keyboard_choice choice, bool kiosk, bool has_keys,
                        bool has_another)
{
    if (choice != KEYBOARD_CHOICE_AUTO)
        return choice == KEYBOARD_CHOICE_YES;
    return kiosk && !has_keys && !has_another;
}

void keyboard_init(struct keyboard *keyboard)
{
    *keyboard = (struct keyboard){.field.screen = -1, .repeat_ms = KEYBOARD_NEVER};
}

static void begin_letters(struct keyboard *keyboard)
{
    keyboard->layer = KEYBOARD_LETTERS;
    keyboard->shift = KEYBOARD_SHIFT_OFF;
    keyboard_let_go(keyboard);
}

void keyboard_follow(struct keyboard *keyboard, struct keyboard_field field)
{
    const struct keyboard_field *old = &keyboard->field;
    if (field.screen != old->screen)
        keyboard_init(keyboard);
    else if (field.index != old->index || field.kind != old->kind)
        begin_letters(keyboard);
    keyboard->field = field;
}

void keyboard_show(struct keyboard *keyboard)
{
    keyboard->hidden = false;
}

void keyboard_layout(const struct keyboard *keyboard, struct keyboard_layout *out)
{
    keyboard_layout_of(keyboard->field.kind, keyboard->script, keyboard->layer,
                       keyboard->shift != KEYBOARD_SHIFT_OFF, out);
}

size_t keyboard_number(size_t row, size_t column)
{
    return row * KEYBOARD_ROW_KEYS_MAX + column;
}

bool keyboard_key(const struct keyboard *keyboard, size_t number, struct key *out)
{
    struct keyboard_layout layout;
    size_t row = number / KEYBOARD_ROW_KEYS_MAX, column = number % KEYBOARD_ROW_KEYS_MAX;
    keyboard_layout(keyboard, &layout);
    if (row >= layout.count || column >= layout.row[row].count)
        return false;
    *out = layout.row[row].key[column];
    return true;
}

static void press_shift(struct keyboard *keyboard, int64_t now_ms)
{
    bool twice = keyboard->shift == KEYBOARD_SHIFT_ONCE &&
                 now_ms - keyboard->shifted_ms <= KEYBOARD_LOCK_MS;
    keyboard->shifted_ms = now_ms;
    if (twice)
        keyboard->shift = KEYBOARD_SHIFT_LOCKED;
    else if (keyboard->shift == KEYBOARD_SHIFT_OFF)
        keyboard->shift = KEYBOARD_SHIFT_ONCE;
    else
        keyboard->shift = KEYBOARD_SHIFT_OFF;
}

static void turn_to(struct keyboard *keyboard, enum keyboard_layer layer)
{
    keyboard->layer = layer;
    keyboard->shift = KEYBOARD_SHIFT_OFF;
}

enum keyboard_do keyboard_press(struct keyboard *keyboard, const struct key *key,
                                int64_t now_ms)
{
    switch (key->kind) {
    case KEY_TEXT:
        if (keyboard->shift == KEYBOARD_SHIFT_ONCE)
            keyboard->shift = KEYBOARD_SHIFT_OFF;
        return KEYBOARD_DO_TYPE;
    case KEY_ERASE:
        return KEYBOARD_DO_ERASE;
    case KEY_ENTER:
        return KEYBOARD_DO_LEAVE;
    case KEY_SHIFT:
        press_shift(keyboard, now_ms);
        break;
    case KEY_HIDE:
        keyboard->hidden = true;
        break;
    case KEY_SCRIPT:
        keyboard->script =
            keyboard->script == KEYBOARD_LATIN ? KEYBOARD_RUSSIAN : KEYBOARD_LATIN;
        break;
    case KEY_LETTERS:
        turn_to(keyboard, KEYBOARD_LETTERS);
        break;
    case KEY_SYMBOLS:
        turn_to(keyboard, KEYBOARD_SYMBOLS);
        break;
    case KEY_MORE_SYMBOLS:
        turn_to(keyboard, KEYBOARD_MORE_SYMBOLS);
        break;
    }

    return KEYBOARD_DO_NOTHING;
}

void keyboard_hold(struct keyboard *keyboard, const struct key *key, int64_t now_ms)
{
    keyboard->repeated = false;
    keyboard->repeat_ms =
        key->kind == KEY_ERASE ? now_ms + KEYBOARD_REPEAT_AFTER_MS : KEYBOARD_NEVER;
}

bool keyboard_let_go(struct keyboard *keyboard)
{
    bool repeated = keyboard->repeated;
    keyboard->repeated = false;
    keyboard->repeat_ms = KEYBOARD_NEVER;
    return repeated;
}

int64_t keyboard_repeat_at(const struct keyboard *keyboard)
{
    return keyboard->repeat_ms;
}

bool keyboard_repeats(struct keyboard *keyboard, int64_t now_ms)
{
    if (keyboard->repeat_ms == KEYBOARD_NEVER || now_ms < keyboard->repeat_ms)
        return false;
    keyboard->repeated = true;
    keyboard->repeat_ms = now_ms + KEYBOARD_REPEAT_MS; // what is late is not caught up with
    return true;
}
