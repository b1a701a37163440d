// SPDX-License-Identifier: MIT
#include "ui/screens/keyboard_layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct keyboard_layout layout;

// Whether some page of keys for this kind of field types the character.
static bool can_type(enum entry_kind kind, const char *character)
{
    for (unsigned page = 0; page < 12; page++) {
        keyboard_layout_of(kind, (enum keyboard_script)(page % 2),
                           (enum keyboard_layer)(page / 2 % 3), page >= 6, &layout);
        for (size_t r = 0; r < layout.count; r++) {
            for (size_t k = 0; k < layout.row[r].count; k++) {
                const struct key *key = &layout.row[r].key[k];
                if (key->kind == KEY_TEXT && strcmp(key->text, character) == 0)
                    return true;
            }
        }
    }
    return false;
}

static size_t count_of(enum key_kind kind)
{
    size_t count = 0;
    for (size_t r = 0; r < layout.count; r++) {
        for (size_t k = 0; k < layout.row[r].count; k++)
            count += layout.row[r].key[k].kind == kind;
    }
    return count;
}

static void a_password_of_any_ascii_and_russian_can_be_typed(void **state)
{
    (void)state;
    for (char c = 0x20; c < 0x7f; c++) {
        char text[] = {c, '\0'};
        if (!can_type(ENTRY_SECRET, text))
            fail_msg("no key types '%c'", c);
    }

    static const char letters[] = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
                                  "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ";
    for (size_t i = 0; letters[i]; i += 2) {
        char text[] = {letters[i], letters[i + 1], '\0'};
        if (!can_type(ENTRY_TEXT, text) || !can_type(ENTRY_ADDRESS, text))
            fail_msg("no key types '%s'", text);
    }
}

static void an_address_has_its_signs_at_hand_and_no_blank(void **state)
{
    (void)state;
    keyboard_layout_of(ENTRY_ADDRESS, KEYBOARD_LATIN, KEYBOARD_LETTERS, false, &layout);
    static const char *const keys[] = {"/", ".", ":", "-", "0", "9", "h"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        bool there = false;
        for (size_t r = 0; r < layout.count; r++) {
            for (size_t k = 0; k < layout.row[r].count; k++)
                there = there || strcmp(layout.row[r].key[k].text, keys[i]) == 0;
        }
        assert_true(there);
    }
    assert_false(can_type(ENTRY_ADDRESS, " "));
}

static void digits_have_a_pad(void **state)
{
    (void)state;
    keyboard_layout_of(ENTRY_DIGITS, KEYBOARD_RUSSIAN, KEYBOARD_MORE_SYMBOLS, true, &layout);
    assert_int_equal(layout.count, 4);
    assert_int_equal(count_of(KEY_TEXT), 10);
    assert_int_equal(count_of(KEY_ERASE), 1);
    assert_int_equal(count_of(KEY_ENTER), 1);
    assert_int_equal(count_of(KEY_HIDE), 1);
    assert_string_equal(layout.row[0].key[0].text, "1");
    assert_false(can_type(ENTRY_DIGITS, "a"));
}

// Whatever page one is on, there is a way to every other, and to go on.
static void every_page_leads_on(void **state)
{
    (void)state;
    static const enum entry_kind kinds[] = {ENTRY_TEXT, ENTRY_ADDRESS, ENTRY_SECRET};
    for (unsigned page = 0; page < 36; page++) {
        enum keyboard_layer layer = (enum keyboard_layer)(page / 3 % 3);
        keyboard_layout_of(kinds[page % 3], (enum keyboard_script)(page / 9 % 2), layer,
                           page >= 18, &layout);
        bool letters = layer == KEYBOARD_LETTERS;
        assert_int_equal(count_of(KEY_ENTER), 1);
        assert_int_equal(count_of(KEY_ERASE), 1);
        assert_int_equal(count_of(KEY_HIDE), 1);
        assert_int_equal(count_of(KEY_SHIFT), letters);
        assert_int_equal(count_of(KEY_SCRIPT), letters);
        assert_int_equal(count_of(KEY_LETTERS), !letters);
        assert_int_equal(count_of(KEY_SYMBOLS), layer != KEYBOARD_SYMBOLS);
        assert_int_equal(count_of(KEY_MORE_SYMBOLS), layer == KEYBOARD_SYMBOLS);
    }
}

// So that each of eleven is a third of a thumb wide on the narrowest phone, and nothing jumps.
static void rows_are_as_wide_as_they_say(void **state)
{
    (void)state;
    for (unsigned page = 0; page < 60; page++) {
        keyboard_layout_of((enum entry_kind)(page % 5), (enum keyboard_script)(page / 5 % 2),
                           (enum keyboard_layer)(page / 10 % 3), page >= 30, &layout);
        unsigned widest = 0;
        assert_true(layout.count > 0 && layout.count <= KEYBOARD_ROWS_MAX);
        for (size_t r = 0; r < layout.count; r++) {
            const struct keyboard_row *row = &layout.row[r];
            unsigned width = 0;
            assert_true(row->count > 0 && row->count <= KEYBOARD_ROW_KEYS_MAX);
            for (size_t k = 0; k < row->count; k++) {
                assert_true(row->key[k].width >= 2);
                width += row->key[k].width;
            }
            assert_int_equal(row->width, width);
            widest = width > widest ? width : widest;
        }

        assert_int_equal(layout.width, widest);
        assert_true(widest <= 22);
        assert_int_equal(layout.row[layout.count - 1].width, widest);
    }
}

// Shift changes what the keys type and nothing else.
static void capitals_stand_where_their_small_letters_do(void **state)
{
    (void)state;
    for (unsigned page = 0; page < 4; page++) {
        struct keyboard_layout capitals;
        enum entry_kind kind = page < 2 ? ENTRY_TEXT : ENTRY_ADDRESS;
        enum keyboard_script script = (enum keyboard_script)(page % 2);
        keyboard_layout_of(kind, script, KEYBOARD_LETTERS, false, &layout);
        keyboard_layout_of(kind, script, KEYBOARD_LETTERS, true, &capitals);
        assert_int_equal(layout.count, capitals.count);
        size_t changed = 0;
        for (size_t r = 0; r < layout.count; r++) {
            assert_int_equal(layout.row[r].count, capitals.row[r].count);
            for (size_t k = 0; k < layout.row[r].count; k++) {
                const struct key *a = &layout.row[r].key[k], *b = &capitals.row[r].key[k];
                assert_int_equal(a->kind, b->kind);
                assert_int_equal(a->width, b->width);
                changed += strcmp(a->text, b->text) != 0;
            }
        }
        assert_int_equal(changed, script == KEYBOARD_LATIN ? 26 : 33);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_of_any_ascii_and_russian_can_be_typed),
        cmocka_unit_test(an_address_has_its_signs_at_hand_and_no_blank),
        cmocka_unit_test(digits_have_a_pad),
        cmocka_unit_test(every_page_leads_on),
        cmocka_unit_test(rows_are_as_wide_as_they_say),
        cmocka_unit_test(capitals_stand_where_their_small_letters_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
