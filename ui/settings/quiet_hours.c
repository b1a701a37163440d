// SPDX-License-Identifier: MIT
#include "ui/settings/quiet_hours.h"

#include <string.h>

#define MINUTE_S 60

// Two digits, at most `most`.
static bool take_two(const char *text, unsigned most, unsigned *out)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *out = (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
    return *out <= most;
}

static bool take_time(const char *text, unsigned *out)
{
    unsigned hours, minutes;
    if (!take_two(text, 23, &hours) || text[2] != ':' || !take_two(text + 3, 59, &minutes))
        return false;
    *out = 60 * hours + minutes;
    return true;
}

bool quiet_hours_parse(const char *text, struct quiet_hours *out)
{
    struct quiet_hours hours;
    if (strlen(text) != strlen("22:00-06:00") || text[5] != '-' ||
        !take_time(text, &hours.from) || !take_time(text + 6, &hours.until))
        return false;
    *out = hours;
    return true;
}

static bool is_any(const struct quiet_hours *hours)
{
    return hours->from != hours->until;
}

bool quiet_hours_hold(const struct quiet_hours *hours, const struct wall_clock *clock)
{
    struct tm here;
    time_t now = (time_t)clock->now;
    if (!is_any(hours) || !clock->zone(&now, &here))
        return false;

    unsigned minute = 60 * (unsigned)here.tm_hour + (unsigned)here.tm_min;
    bool behind = minute >= hours->from, before = minute < hours->until;
    return hours->from < hours->until ? behind && before : behind || before;
}

unsigned quiet_hours_wait_s(const struct quiet_hours *hours, const struct wall_clock *clock)
{
    struct tm here;
    time_t now = (time_t)clock->now;
    if (!is_any(hours))
        return 0;
    if (!clock->zone(&now, &here) || here.tm_sec >= MINUTE_S) // a leap second
        return 1;
    return (unsigned)(MINUTE_S - here.tm_sec);
}
