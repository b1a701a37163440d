// SPDX-License-Identifier: MIT
#include "ui/screens/keyboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct keyboard keyboard;

static struct keyboard_field field_of(int screen, size_t index, enum entry_kind kind)
{
    return (struct keyboard_field){.screen = screen, .index = index, .kind = kind};
}

static void begin(enum entry_kind kind)
{
    keyboard_init(&keyboard);
    keyboard_follow(&keyboard, field_of(7, 0, kind));
}

// The number of the key that types this, or is of this kind.
static size_t find(enum key_kind kind, const char *text)
{
    struct key key;
    for (size_t number = 0; number < KEYBOARD_ROWS_MAX * KEYBOARD_ROW_KEYS_MAX; number++) {
        if (keyboard_key(&keyboard, number, &key) && key.kind == kind &&
            strcmp(key.text, text) == 0)
            return number;
    }
    fail_msg("no key '%s' of kind %d", text, (int)kind);
    return 0;
}

static enum keyboard_do press_at(enum key_kind kind, const char *text, int64_t now_ms)
{
    struct key key;
    assert_true(keyboard_key(&keyboard, find(kind, text), &key));
    return keyboard_press(&keyboard, &key, now_ms);
}

static void press(enum key_kind kind)
{
    assert_int_equal(press_at(kind, "", 0), KEYBOARD_DO_NOTHING);
}

static void types(const char *text)
{
    assert_int_equal(press_at(KEY_TEXT, text, 0), KEYBOARD_DO_TYPE);
}

static void it_comes_on_a_kiosk_where_nothing_else_types(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        bool kiosk = i & 1, keys = i & 2, another = i & 4;
        assert_true(keyboard_is_wanted(KEYBOARD_CHOICE_YES, kiosk, keys, another));
        assert_false(keyboard_is_wanted(KEYBOARD_CHOICE_NO, kiosk, keys, another));
        assert_int_equal(keyboard_is_wanted(KEYBOARD_CHOICE_AUTO, kiosk, keys, another),
                         i == 1);
    }
}

static void shift_is_for_one_letter(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    types("a");
    press(KEY_SHIFT);
    types("A");
    types("b");
}

static void shift_twice_stays_until_it_is_pressed_again(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    press_at(KEY_SHIFT, "", 1000);
    press_at(KEY_SHIFT, "", 1000 + KEYBOARD_LOCK_MS);
    types("A");
    types("B");
    press_at(KEY_SHIFT, "", 5000);
    types("c");

    press_at(KEY_SHIFT, "", 6000); // twice, but slowly: on and off
    press_at(KEY_SHIFT, "", 6001 + KEYBOARD_LOCK_MS);
    types("d");
}

static void the_language_key_goes_there_and_back(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    press(KEY_SCRIPT);
    types("й");
    press(KEY_SHIFT);
    types("Ъ");
    types("ъ");
    press(KEY_SCRIPT);
    types("q");
}

static void symbols_lead_back_to_small_letters_of_the_same_language(void **state)
{
    (void)state;
    begin(ENTRY_SECRET);
    press(KEY_SCRIPT);
    press(KEY_SHIFT);
    press(KEY_SYMBOLS);
    types("1");
    press(KEY_MORE_SYMBOLS);
    types("№");
    press(KEY_SYMBOLS);
    types("@");
    press(KEY_LETTERS);
    types("й");
}

static void keys_that_type_nothing_say_what_they_do(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    assert_int_equal(press_at(KEY_ERASE, "", 0), KEYBOARD_DO_ERASE);
    assert_int_equal(press_at(KEY_ENTER, "", 0), KEYBOARD_DO_LEAVE);
    press(KEY_HIDE);
    assert_true(keyboard.hidden);
    keyboard_show(&keyboard);
    assert_false(keyboard.hidden);
}

static void another_field_begins_with_small_letters(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    press(KEY_SCRIPT);
    press_at(KEY_SHIFT, "", 10);
    press_at(KEY_SHIFT, "", 20);
    keyboard_follow(&keyboard, field_of(7, 0, ENTRY_TEXT)); // the same one
    types("Й");
    keyboard_follow(&keyboard, field_of(7, 1, ENTRY_SECRET));
    types("й");
}

static void another_screen_begins_as_the_first_one_did(void **state)
{
    (void)state;
    begin(ENTRY_TEXT);
    press(KEY_SCRIPT);
    press(KEY_HIDE);
    keyboard_follow(&keyboard, field_of(8, 0, ENTRY_TEXT));
    assert_false(keyboard.hidden);
    types("q");
}

static void a_number_without_a_key_is_none(void **state)
{
    (void)state;
    struct key key;
    begin(ENTRY_DIGITS);
    assert_true(keyboard_key(&keyboard, keyboard_number(3, 0), &key));
    assert_string_equal(key.text, "0");
    assert_false(keyboard_key(&keyboard, keyboard_number(3, 1), &key));
    assert_false(keyboard_key(&keyboard, keyboard_number(4, 0), &key));
    assert_false(keyboard_key(&keyboard, SIZE_MAX, &key));
}

static void backspace_goes_on_while_it_is_held(void **state)
{
    (void)state;
    struct key erase;
    begin(ENTRY_TEXT);
    assert_true(keyboard_key(&keyboard, find(KEY_ERASE, ""), &erase));
    keyboard_hold(&keyboard, &erase, 1000);
    assert_int_equal(keyboard_repeat_at(&keyboard), 1000 + KEYBOARD_REPEAT_AFTER_MS);
    assert_false(keyboard_repeats(&keyboard, 999 + KEYBOARD_REPEAT_AFTER_MS));
    assert_true(keyboard_repeats(&keyboard, 1000 + KEYBOARD_REPEAT_AFTER_MS));
    assert_false(keyboard_repeats(&keyboard, 1001 + KEYBOARD_REPEAT_AFTER_MS));
    assert_true(keyboard_repeats(&keyboard, 9000)); // late: once, not as often as missed
    assert_false(keyboard_repeats(&keyboard, 8999 + KEYBOARD_REPEAT_MS));
    assert_true(keyboard_let_go(&keyboard));
    assert_int_equal(keyboard_repeat_at(&keyboard), KEYBOARD_NEVER);

    keyboard_hold(&keyboard, &erase, 10000);
    assert_false(keyboard_let_go(&keyboard)); // short: a press as any other
    assert_false(keyboard_let_go(&keyboard));
}

static void no_other_key_goes_on(void **state)
{
    (void)state;
    struct key key;
    begin(ENTRY_TEXT);
    assert_true(keyboard_key(&keyboard, find(KEY_TEXT, "q"), &key));
    keyboard_hold(&keyboard, &key, 1000);
    assert_int_equal(keyboard_repeat_at(&keyboard), KEYBOARD_NEVER);
    assert_false(keyboard_repeats(&keyboard, 100000));
}

static void what_is_held_ends_with_the_field(void **state)
{
    (void)state;
    struct key erase;
    begin(ENTRY_TEXT);
    assert_true(keyboard_key(&keyboard, find(KEY_ERASE, ""), &erase));
    keyboard_hold(&keyboard, &erase, 1000);
    keyboard_follow(&keyboard, field_of(7, 1, ENTRY_SECRET));
    assert_false(keyboard_repeats(&keyboard, 100000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_on_a_kiosk_where_nothing_else_types),
        cmocka_unit_test(shift_is_for_one_letter),
        cmocka_unit_test(shift_twice_stays_until_it_is_pressed_again),
        cmocka_unit_test(the_language_key_goes_there_and_back),
        cmocka_unit_test(symbols_lead_back_to_small_letters_of_the_same_language),
        cmocka_unit_test(keys_that_type_nothing_say_what_they_do),
        cmocka_unit_test(another_field_begins_with_small_letters),
        cmocka_unit_test(another_screen_begins_as_the_first_one_did),
        cmocka_unit_test(a_number_without_a_key_is_none),
        cmocka_unit_test(backspace_goes_on_while_it_is_held),
        cmocka_unit_test(no_other_key_goes_on),
        cmocka_unit_test(what_is_held_ends_with_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
