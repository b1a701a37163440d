// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_TEXT_WALL_CLOCK_H
#define QRCONFIRM_UI_TEXT_WALL_CLOCK_H

// Times as people say them where the device stands, in the language of now: "today 14:33",
// "yesterday 17:40", "28 November 14:33", of another year "28 November 2025 14:33". They are as
// right as the clock of the device. Main thread only.

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define WALL_CLOCK_MAX 64u // bytes of a time with its NUL, in any language

struct wall_clock {
    int64_t now;                                     // seconds since 1970
    struct tm *(*zone)(const time_t *, struct tm *); // localtime_r, or a test's own
};

// The device's own clock and zone.
struct wall_clock wall_clock_here(void);

// A time, in seconds since 1970; empty where it is not positive.
void wall_clock_time(const struct wall_clock *clock, int64_t seconds,
                     char out[static WALL_CLOCK_MAX]);

// The same without hours and minutes; also "tomorrow".
void wall_clock_day(const struct wall_clock *clock, int64_t seconds,
                    char out[static WALL_CLOCK_MAX]);

// A portal's text with the time that it begins with put so: "2026-11-28 11:47 UTC, Chromium" or
// "2026-11-28T11:47:05Z, Chromium" becomes "today 14:47, Chromium". Any other text is copied.
void wall_clock_text(const struct wall_clock *clock, const char *text, char *out, size_t size);

#endif
