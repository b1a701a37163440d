// SPDX-License-Identifier: MIT
#include "portal/commands/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/protocol/text.h"

bool value_number(const char *text, int64_t most, int64_t *out, const char **end)
{
    char *behind;
    errno = 0;
    long long value = strtoll(text, &behind, 10);
    if (text[0] < '0' || text[0] > '9' || errno != 0 || value < 1 || value > most ||
        (!end && *behind))
        return false;
    *out = value;
    if (end)
        *end = behind;
    return true;
}

bool value_life(const char *text, int64_t least_s, int64_t most_s, int64_t *out_s)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', 86400}};
    const char *unit;
    int64_t number;
    if (!value_number(text, most_s, &number, &unit) || strlen(unit) != 1)
        return false;

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        int64_t life_s = number * units[i].seconds;
        if (*unit == units[i].unit && life_s >= least_s && life_s <= most_s) {
            *out_s = life_s;
            return true;
        }
    }
    return false;
}

bool value_label(const char *text, size_t most)
{
    return text[0] != '\0' && strlen(text) <= most &&
           text_check_whole(span_str(text)) == TEXT_OK;
}

void value_time(int64_t seconds, char out[static VALUE_TIME_SIZE])
{
    time_t when = (time_t)seconds;
    struct tm parts;
    out[0] = '\0';
    if (gmtime_r(&when, &parts))
        strftime(out, VALUE_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void value_print_field(const char *text, char behind)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted)
        putchar('"');
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            putchar('"');
        putchar(*c);
    }
    if (quoted)
        putchar('"');
    putchar(behind);
}
