// SPDX-License-Identifier: MIT
#include "ui/view/entry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct entry begin(enum entry_kind kind, size_t limit)
{
    struct entry entry = {0};
    entry_begin(&entry, kind, limit);
    return entry;
}

static void characters_are_put_in_and_erased_whole(void **state)
{
    (void)state;
    struct entry entry = begin(ENTRY_TEXT, 64);
    assert_true(entry_insert(&entry, "aЖ€😀z"));
    assert_int_equal(entry_characters(&entry, entry.size), 5);

    entry_move(&entry, false);
    entry_erase_before(&entry);
    assert_string_equal(entry.text, "aЖ€z");
    entry_move(&entry, false);
    entry_erase_after(&entry);
    assert_string_equal(entry.text, "aЖz");

    assert_true(entry_insert(&entry, "ю"));
    assert_string_equal(entry.text, "aЖюz");
    entry_move_to(&entry, 2); // inside of a character
    assert_int_equal(entry.caret, 1);
}

static void nothing_happens_at_the_ends(void **state)
{
    (void)state;
    struct entry entry = begin(ENTRY_TEXT, 64);
    entry_erase_before(&entry);
    entry_erase_after(&entry);
    entry_move(&entry, true);
    entry_move(&entry, false);
    assert_int_equal(entry.size, 0);
    assert_true(entry_insert(&entry, "ab"));
    entry_move(&entry, true);
    assert_int_equal(entry.caret, 2);
    entry_erase_after(&entry);
    assert_string_equal(entry.text, "ab");
}

static void what_is_no_text_or_too_long_is_left_out(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "a\nb",         "\x1b[2J",          "\x7f",     "\xff", "\xc0\xaf", "\xe0\x80\xaf",
        "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc2\x85", "\xd0"};
    struct entry entry = begin(ENTRY_TEXT, 8);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(entry_insert(&entry, bad[i]));
        assert_int_equal(entry.size, 0);
    }
    assert_true(entry_insert(&entry, "12345678"));
    assert_false(entry_insert(&entry, "9"));
    assert_string_equal(entry.text, "12345678");
}

static void blanks_around_what_is_pasted_mean_nothing(void **state)
{
    (void)state;
    struct entry address = begin(ENTRY_ADDRESS, 64);
    assert_true(entry_insert(&address, "  https://portal.example.com\r\n"));
    assert_string_equal(address.text, "https://portal.example.com");
    struct entry digits = begin(ENTRY_DIGITS, 6);
    assert_true(entry_insert(&digits, " 048213\n"));
    assert_false(entry_insert(&digits, "x"));
    assert_string_equal(digits.text, "048213");
    struct entry secret = begin(ENTRY_SECRET, 64);
    assert_true(entry_insert(&secret, " pass word \n"));
    assert_string_equal(secret.text, " pass word ");
}

static void a_secret_leaves_nothing_behind(void **state)
{
    (void)state;
    struct entry entry = begin(ENTRY_SECRET, ENTRY_MAX), empty = begin(ENTRY_SECRET, ENTRY_MAX);
    assert_true(entry_insert(&entry, "correct horse"));
    entry.revealed = true;
    char dots[ENTRY_DOT_MAX];
    entry_dots(&entry, dots);
    assert_int_equal(strlen(dots), 13 * strlen(ENTRY_DOT));
    while (entry.size > 1)
        entry_erase_before(&entry);
    assert_memory_equal(entry.text + 1, empty.text + 1, sizeof(entry.text) - 1);
    entry_wipe(&entry);
    assert_memory_equal(&entry, &empty, sizeof(entry));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_put_in_and_erased_whole),
        cmocka_unit_test(nothing_happens_at_the_ends),
        cmocka_unit_test(what_is_no_text_or_too_long_is_left_out),
        cmocka_unit_test(blanks_around_what_is_pasted_mean_nothing),
        cmocka_unit_test(a_secret_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
