// SPDX-License-Identifier: MIT
#include "ui/settings/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void slips_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *word, *known;
        size_t distance;
    } rows[] = {
        {"theme", "theme", 0},
        {"them", "theme", 1},
        {"thheme", "theme", 1},
        {"tleme", "theme", 1},
        {"theem", "theme", 2},
        {"text_size", "text-size", 1},
        {"", "", 0},
        {"", "no", 2},
        {"yes", "", NEAREST_DISTANCE_MAX + 1},
        {"volume", "theme", 3},
        {"LANG", "lang", 3},
        {"12345678901234567890123456789012", "12345678901234567890123456789012", 3},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t distance = nearest_distance(rows[i].word, rows[i].known);
        if (distance != rows[i].distance)
            fail_msg("%s, %s: %zu", rows[i].word, rows[i].known, distance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
