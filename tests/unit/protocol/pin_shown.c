// SPDX-License-Identifier: MIT
#include "net/protocol/pin_shown.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PIN   "sha256//YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE="
#define SHOWN "sha256// YhKJ KSzo Tt2b 5FP1 8fvp Ho7f JYqQ CjAa 3HWY 3tvR MwE="

static void a_pin_is_shown_in_groups(void **state)
{
    (void)state;
    assert_string_equal(pin_shown(PIN).text, SHOWN);
}

static void what_is_no_pin_stays_as_it_is(void **state)
{
    (void)state;
    char long_text[2 * PIN_SHOWN_MAX];
    memset(long_text, 'x', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    assert_string_equal(pin_shown("").text, "");
    assert_string_equal(pin_shown("sha256//short").text, "sha256//short");
    assert_string_equal(pin_shown("md5/////YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=").text,
                        "md5/////YhKJKSzoTt2b5FP18fvpHo7fJYqQCjAa3HWY3tvRMwE=");
    assert_int_equal(strlen(pin_shown(long_text).text), PIN_SHOWN_MAX - 1);
}

static void what_was_copied_is_the_pin_again(void **state)
{
    (void)state;
    char pin[sizeof(PIN)];
    assert_true(pin_typed(SHOWN, pin, sizeof(pin)));
    assert_string_equal(pin, PIN);
    assert_true(pin_typed(PIN, pin, sizeof(pin)));
    assert_string_equal(pin, PIN);
    assert_false(pin_typed(SHOWN "x", pin, sizeof(pin)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pin_is_shown_in_groups),
        cmocka_unit_test(what_is_no_pin_stays_as_it_is),
        cmocka_unit_test(what_was_copied_is_the_pin_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
