// SPDX-License-Identifier: MIT
#include "ui/text/wall_clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ui/text/isolate.h"
#include "ui/text/language.h"

#define MONTHS 12u

struct wall_clock wall_clock_here(void)
{
    return (struct wall_clock){.now = (int64_t)time(NULL), .zone = localtime_r};
}

static bool broken_down(const struct wall_clock *clock, int64_t seconds, struct tm *out)
{
    time_t when = (time_t)seconds;
    return seconds > 0 && clock->zone(&when, out) != NULL;
}

// Days of the calendar from one day to another: the day after 31 December is one, and so is the
// day of 23 or 25 hours on which the clocks are changed.
static int64_t days_between(const struct tm *from, const struct tm *to)
{
    struct tm a = {.tm_year = from->tm_year, .tm_mon = from->tm_mon, .tm_mday = from->tm_mday};
    struct tm b = {.tm_year = to->tm_year, .tm_mon = to->tm_mon, .tm_mday = to->tm_mday};
    return ((int64_t)timegm(&b) - (int64_t)timegm(&a)) / (24 * 3600);
}

static void write_date(const struct tm *day, bool same_year, char out[static WALL_CLOCK_MAX])
{
    static const char *const months[MONTHS] = {
        // as they stand in a date
        N_("January"),   N_("February"), N_("March"),    N_("April"),
        N_("May"),       N_("June"),     N_("July"),     N_("August"),
        N_("September"), N_("October"),  N_("November"), N_("December"),
    };
    const char *month = _(months[(unsigned)day->tm_mon % MONTHS]);
    if (same_year)
        snprintf(out, WALL_CLOCK_MAX, _("%d %s"), day->tm_mday, month);
    else
        snprintf(out, WALL_CLOCK_MAX, _("%d %s %d"), day->tm_mday, month, day->tm_year + 1900);
}

// "tomorrow" only where a day alone is told: no time that has been can lie there.
static bool write_day(const struct wall_clock *clock, int64_t seconds, bool alone,
                      struct tm *when, char out[static WALL_CLOCK_MAX])
{
    struct tm now;
    if (!broken_down(clock, seconds, when) || !broken_down(clock, clock->now, &now))
        return false;

    int64_t ahead = days_between(&now, when);
    if (ahead == 0)
        snprintf(out, WALL_CLOCK_MAX, "%s", _("today"));
    else if (ahead == -1)
        snprintf(out, WALL_CLOCK_MAX, "%s", _("yesterday"));
    else if (ahead == 1 && alone)
        snprintf(out, WALL_CLOCK_MAX, "%s", _("tomorrow"));
    else
        write_date(when, when->tm_year == now.tm_year, out);
    return true;
}

void wall_clock_day(const struct wall_clock *clock, int64_t seconds,
                    char out[static WALL_CLOCK_MAX])
{
    struct tm when;
    if (!write_day(clock, seconds, true, &when, out))
        *out = '\0';
}

void wall_clock_time(const struct wall_clock *clock, int64_t seconds,
                     char out[static WALL_CLOCK_MAX])
{
    struct tm when;
    if (!write_day(clock, seconds, false, &when, out)) {
        *out = '\0';
        return;
    }
    size_t used = strlen(out);
    snprintf(out + used, WALL_CLOCK_MAX - used, " %02d:%02d", when.tm_hour, when.tm_min);
}

// Takes the digits that `pattern` names by '9', and its other characters as they are.
static const char *take(const char *text, const char *pattern, int *numbers)
{
    for (; *pattern; text++, pattern++) {
        bool is_digit = isdigit((unsigned char)*text);
        if (*pattern == '9' ? !is_digit : *text != *pattern)
            return NULL;
        if (is_digit)
            *numbers = *numbers * 10 + (*text - '0');
        else
            *++numbers = 0;
    }
    return text;
}

// The time in UTC at the start of a text; `rest` is what follows.
static bool read_time(const char *text, int64_t *seconds, const char **rest)
{
    static const char *const patterns[] = {"9999-99-99 99:99 UTC", "9999-99-99T99:99:99Z",
                                           "9999-99-99T99:99Z", "9999-99-99 99:99:99 UTC"};
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        int number[10] = {0}; // as many as a pattern has separators, and one
        const char *end = take(text, patterns[i], number);
        if (!end || isalnum((unsigned char)*end))
            continue;

        struct tm utc = {.tm_year = number[0] - 1900,
                         .tm_mon = number[1] - 1,
                         .tm_mday = number[2],
                         .tm_hour = number[3],
                         .tm_min = number[4],
                         .tm_sec = number[5]};
        struct tm same = utc;
        *seconds = (int64_t)timegm(&same);
        *rest = end;
        // 31 February would have become a day of March.
        return same.tm_mon == utc.tm_mon && same.tm_mday == utc.tm_mday &&
               same.tm_hour == utc.tm_hour && same.tm_min == utc.tm_min;
    }
    return false;
}

void wall_clock_text(const struct wall_clock *clock, const char *text, char *out, size_t size)
{
    char when[WALL_CLOCK_MAX] = "";
    const char *rest = text;
    int64_t seconds;
    if (read_time(text, &seconds, &rest))
        wall_clock_time(clock, seconds, when);
    snprintf(out, size, "%s%s", when, *when ? isolated(rest).text : text);
}
