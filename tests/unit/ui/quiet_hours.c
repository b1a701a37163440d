// SPDX-License-Identifier: MIT
#include "ui/settings/quiet_hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define MIDNIGHT INT64_C(1795910400) // UTC
#define MINUTE   60

static bool hold(const char *text, int64_t minute)
{
    struct quiet_hours hours;
    struct wall_clock clock = {.now = MIDNIGHT + minute * MINUTE, .zone = gmtime_r};
    assert_true(quiet_hours_parse(text, &hours));
    return quiet_hours_hold(&hours, &clock);
}

static void they_end_before_their_last_minute(void **state)
{
    (void)state;
    assert_false(hold("12:30-14:00", 12 * 60 + 29));
    assert_true(hold("12:30-14:00", 12 * 60 + 30));
    assert_true(hold("12:30-14:00", 13 * 60 + 59));
    assert_false(hold("12:30-14:00", 14 * 60));
}

static void they_go_over_midnight(void **state)
{
    (void)state;
    assert_false(hold("22:00-06:00", 21 * 60 + 59));
    assert_true(hold("22:00-06:00", 22 * 60));
    assert_true(hold("22:00-06:00", 0));
    assert_true(hold("22:00-06:00", 5 * 60 + 59));
    assert_false(hold("22:00-06:00", 6 * 60));
    assert_true(hold("00:00-23:59", 0));
    assert_false(hold("08:00-08:00", 8 * 60));
}

static void another_form_is_refused(void **state)
{
    (void)state;
    static const char *const none[] = {"",
                                       "22-6",
                                       "22:00 06:00",
                                       "24:00-06:00",
                                       "22:60-06:00",
                                       "22:00-06:0",
                                       "2:00-06:00",
                                       "22:00-06:000",
                                       "22:00–06:00",
                                       "-1:00-06:00",
                                       "22:00-06:00 ",
                                       "aa:00-06:00"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct quiet_hours hours = {7, 7};
        assert_false(quiet_hours_parse(none[i], &hours));
        assert_int_equal(hours.from, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_end_before_their_last_minute),
        cmocka_unit_test(they_go_over_midnight),
        cmocka_unit_test(another_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
