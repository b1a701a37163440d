// SPDX-License-Identifier: MIT
#include "ui/settings/quiet_hours.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

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

// In Berlin the clock went from 02:00 to 03:00 on 29 March 2026, and back on 25 October.
static bool hold_in_berlin(const char *text, int64_t utc)
{
    struct quiet_hours hours;
    struct wall_clock clock = {.now = utc, .zone = localtime_r};
    assert_true(quiet_hours_parse(text, &hours));
    return quiet_hours_hold(&hours, &clock);
}

static void they_follow_the_clock_when_it_is_changed(void **state)
{
    (void)state;
    const int64_t march = INT64_C(1774746000), october = INT64_C(1792890000); // the changes
    setenv("TZ", "CET-1CEST,M3.5.0/2,M10.5.0/3", 1);
    tzset();

    assert_true(hold_in_berlin("22:00-03:00", march - 1));
    assert_false(hold_in_berlin("22:00-03:00", march));
    assert_false(hold_in_berlin("02:15-02:45", march - 1)); // which did not come that night
    assert_false(hold_in_berlin("02:15-02:45", march));

    assert_true(hold_in_berlin("02:15-02:45", october - 30 * MINUTE)); // and came twice
    assert_false(hold_in_berlin("02:15-02:45", october));
    assert_true(hold_in_berlin("02:15-02:45", october + 30 * MINUTE));
    assert_true(hold_in_berlin("22:00-03:00", october + 59 * MINUTE));
    assert_false(hold_in_berlin("22:00-03:00", october + 60 * MINUTE));
    unsetenv("TZ");
    tzset();
}

static void they_are_looked_at_again_with_each_minute(void **state)
{
    (void)state;
    struct quiet_hours hours = {60, 120}, none = {60, 60};
    struct wall_clock clock = {.now = MIDNIGHT, .zone = gmtime_r};
    assert_int_equal(quiet_hours_wait_s(&hours, &clock), 60);
    clock.now += 59;
    assert_int_equal(quiet_hours_wait_s(&hours, &clock), 1);
    assert_int_equal(quiet_hours_wait_s(&none, &clock), 0);

    // Each edge is met in its first second.
    for (clock.now = MIDNIGHT + 30; clock.now < MIDNIGHT + 3 * 60 * MINUTE;) {
        bool before = quiet_hours_hold(&hours, &clock);
        clock.now += quiet_hours_wait_s(&hours, &clock);
        if (quiet_hours_hold(&hours, &clock) != before)
            assert_true(clock.now == MIDNIGHT + 60 * MINUTE ||
                        clock.now == MIDNIGHT + 120 * MINUTE);
    }
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
        cmocka_unit_test(they_follow_the_clock_when_it_is_changed),
        cmocka_unit_test(they_are_looked_at_again_with_each_minute),
        cmocka_unit_test(another_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
