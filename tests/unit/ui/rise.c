// SPDX-License-Identifier: MIT
#include "ui/screens/rise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_screen_only_rises_and_arrives(void **state)
{
    (void)state;
    assert_float_equal(rise_at(0), RISE_UNITS, 0.001);
    for (int64_t ms = 1; ms < RISE_MS; ms++) {
        assert_true(rise_at(ms) < rise_at(ms - 1));
        assert_true(rise_at(ms) > 0);
    }
    assert_float_equal(rise_at(RISE_MS), 0, 0);
    assert_float_equal(rise_at(INT64_MAX), 0, 0);
}

static void a_screen_that_never_came_is_at_its_place(void **state)
{
    (void)state;
    assert_float_equal(rise_at(-1), 0, 0);
    assert_float_equal(rise_at(INT64_MIN), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screen_only_rises_and_arrives),
        cmocka_unit_test(a_screen_that_never_came_is_at_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
