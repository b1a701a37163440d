// SPDX-License-Identifier: MIT
// Times as people say them, with a clock and zones of the test's own.

#include "ui/text/wall_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ui/text/language.h"

#define HOUR 3600

// Zones east and west of Greenwich, one by hours, one by half an hour.
static struct tm *moscow(const time_t *when, struct tm *out)
{
    time_t shifted = *when + 3 * HOUR;
    return gmtime_r(&shifted, out);
}

static struct tm *newfoundland(const time_t *when, struct tm *out)
{
    time_t shifted = *when - 3 * HOUR - HOUR / 2;
    return gmtime_r(&shifted, out);
}

static int64_t at(int year, int month, int day, int hour, int minute)
{
    struct tm utc = {.tm_year = year - 1900,
                     .tm_mon = month - 1,
                     .tm_mday = day,
                     .tm_hour = hour,
                     .tm_min = minute,
                     .tm_sec = 30};
    return (int64_t)timegm(&utc);
}

static struct wall_clock clock_at(int64_t now, struct tm *(*zone)(const time_t *, struct tm *))
{
    return (struct wall_clock){.now = now, .zone = zone};
}

#define TIME_IS(clock, seconds, expected)                                                      \
    do {                                                                                       \
        char told[WALL_CLOCK_MAX];                                                             \
        wall_clock_time(&(clock), seconds, told);                                              \
        assert_string_equal(told, expected);                                                   \
    } while (0)

#define DAY_IS(clock, seconds, expected)                                                       \
    do {                                                                                       \
        char told[WALL_CLOCK_MAX];                                                             \
        wall_clock_day(&(clock), seconds, told);                                               \
        assert_string_equal(told, expected);                                                   \
    } while (0)

#define TEXT_IS(clock, text, expected)                                                         \
    do {                                                                                       \
        char told[128];                                                                        \
        wall_clock_text(&(clock), text, told, sizeof(told));                                   \
        assert_string_equal(told, expected);                                                   \
    } while (0)

static int english(void **state)
{
    (void)state;
    language_init("en");
    return 0;
}

static void days_are_those_of_the_zone(void **state)
{
    (void)state;
    struct wall_clock clock = clock_at(at(2026, 11, 28, 22, 10), moscow); // the 29th there
    TIME_IS(clock, at(2026, 11, 28, 21, 0), "today 00:00");
    TIME_IS(clock, at(2026, 11, 28, 20, 59), "yesterday 23:59");
    TIME_IS(clock, at(2026, 11, 27, 21, 0), "yesterday 00:00");
    TIME_IS(clock, at(2026, 11, 27, 20, 59), "27 November 23:59");
    clock.zone = gmtime_r;
    TIME_IS(clock, at(2026, 11, 28, 20, 59), "today 20:59");
    clock.zone = newfoundland;
    TIME_IS(clock, at(2026, 11, 28, 3, 29), "yesterday 23:59");
    TIME_IS(clock, at(2026, 11, 28, 3, 30), "today 00:00");
}

static void another_year_is_named(void **state)
{
    (void)state;
    struct wall_clock clock = clock_at(at(2027, 1, 1, 8, 0), gmtime_r);
    TIME_IS(clock, at(2026, 12, 31, 23, 59), "yesterday 23:59");
    TIME_IS(clock, at(2026, 12, 30, 23, 59), "30 December 2026 23:59");
    TIME_IS(clock, at(2028, 2, 29, 7, 5), "29 February 2028 07:05");
    DAY_IS(clock, at(2026, 12, 31, 0, 0), "yesterday");
    DAY_IS(clock, at(2027, 1, 2, 23, 59), "tomorrow");
    DAY_IS(clock, at(2027, 3, 1, 0, 0), "1 March");
    DAY_IS(clock, at(2025, 3, 1, 0, 0), "1 March 2025");
}

static void a_clock_that_was_ahead_is_not_hidden(void **state)
{
    (void)state;
    struct wall_clock clock = clock_at(at(2026, 11, 28, 12, 0), gmtime_r);
    TIME_IS(clock, at(2026, 11, 28, 18, 0), "today 18:00");
    TIME_IS(clock, at(2026, 11, 29, 18, 0), "29 November 18:00");
}

static void no_time_is_no_text(void **state)
{
    (void)state;
    struct wall_clock clock = clock_at(at(2026, 11, 28, 12, 0), gmtime_r);
    TIME_IS(clock, 0, "");
    TIME_IS(clock, -5, "");
    DAY_IS(clock, 0, "");
    TIME_IS(clock, INT64_MAX, ""); // a year that no struct tm holds
}

static void every_month_in_russian(void **state)
{
    (void)state;
    static const char *const days[] = {"5 января",   "5 февраля", "5 марта",  "5 апреля",
                                       "5 мая",      "5 июня",    "5 июля",   "5 августа",
                                       "5 сентября", "5 октября", "5 ноября", "5 декабря"};

    language_switch("ru");
    struct wall_clock clock = clock_at(at(2026, 7, 19, 11, 33), moscow);
    for (int month = 1; month <= 12; month++)
        DAY_IS(clock, at(2026, month, 5, 11, 0), days[month - 1]);

    TIME_IS(clock, at(2026, 7, 19, 11, 33), "сегодня 14:33");
    TIME_IS(clock, at(2026, 7, 18, 14, 40), "вчера 17:40");
    TIME_IS(clock, at(2025, 11, 28, 11, 33), "28 ноября 2025 г. 14:33");
    DAY_IS(clock, at(2026, 7, 20, 11, 33), "завтра");
    language_switch("en");
}

static void the_time_in_a_portals_text_is_put_into_the_zone(void **state)
{
    (void)state;
    struct wall_clock clock = clock_at(at(2026, 11, 28, 12, 0), moscow);
    TEXT_IS(clock, "2026-11-28 11:47 UTC, Chromium, Linux, 127.0.0.1",
            "today 14:47, Chromium, Linux, 127.0.0.1");
    TEXT_IS(clock, "2026-11-25T22:10:59Z", "26 November 01:10");
    TEXT_IS(clock, "2026-11-27 20:59:59 UTC; Safari", "yesterday 23:59; Safari");
    TEXT_IS(clock, "2025-11-28T11:47Z Safari", "28 November 2025 14:47 Safari");
}

static void other_texts_of_a_portal_stay_as_they_are(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "yesterday, 17:40",
                                        "2026-11-28 11:47",
                                        "2026-02-31 11:47 UTC",
                                        "2026-11-28 24:00 UTC",
                                        "2026-11-28 11:60 UTC",
                                        "2026-13-28 11:47 UTC",
                                        "2026-11-28 11:47 UTCX",
                                        "2026-11-28",
                                        "20261-11-28 11:47 UTC",
                                        "1969-11-28 11:47 UTC",
                                        "2026-11-28T11:47:00+03:00"};

    struct wall_clock clock = clock_at(at(2026, 11, 28, 12, 0), moscow);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        TEXT_IS(clock, texts[i], texts[i]);
}

// The C library's own rules, with a zone that changes its clocks: 29 March 2026 has 23 hours.
static void the_devices_zone_is_followed(void **state)
{
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    struct wall_clock clock = wall_clock_here();
    clock.now = at(2026, 3, 29, 22, 5); // 0:05 on the 30th, in summer time
    TIME_IS(clock, at(2026, 3, 28, 23, 5), "yesterday 00:05");
    TIME_IS(clock, at(2026, 3, 28, 22, 55), "28 March 23:55");
    TIME_IS(clock, at(2026, 3, 29, 22, 1), "today 00:01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_those_of_the_zone),
        cmocka_unit_test(another_year_is_named),
        cmocka_unit_test(a_clock_that_was_ahead_is_not_hidden),
        cmocka_unit_test(no_time_is_no_text),
        cmocka_unit_test(every_month_in_russian),
        cmocka_unit_test(the_time_in_a_portals_text_is_put_into_the_zone),
        cmocka_unit_test(other_texts_of_a_portal_stay_as_they_are),
        cmocka_unit_test(the_devices_zone_is_followed),
    };
    return cmocka_run_group_tests(tests, english, NULL);
}
