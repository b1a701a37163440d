// SPDX-License-Identifier: MIT
#include "net/conform/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void add(struct conform_report *report, unsigned point, const char *name,
                enum conform_result result, const char *seen)
{
    struct conform_finding finding = {
        .point = point, .name = name, .section = "7", .result = result};
    snprintf(finding.seen, sizeof(finding.seen), "%s", seen);
    report_add(report, &finding);
}

static void worst_of_a_check_stays(void **state)
{
    (void)state;
    struct conform_report report = {0};
    add(&report, 2, "claimed-once", CONFORM_HELD, "");
    add(&report, 2, "claimed-once", CONFORM_BROKEN, "200");
    add(&report, 2, "claimed-once", CONFORM_HELD, "");
    assert_int_equal(report.count, 1);
    assert_int_equal(report.findings[0].result, CONFORM_BROKEN);
    assert_string_equal(report.findings[0].seen, "200");
}

static void one_name_in_two_points_is_two_checks(void **state)
{
    (void)state;
    struct conform_report report = {0};
    add(&report, 1, "digits", CONFORM_HELD, "");
    add(&report, 14, "digits", CONFORM_BROKEN, "200");
    assert_int_equal(report_point(&report, 1), CONFORM_HELD);
    assert_int_equal(report_point(&report, 14), CONFORM_BROKEN);
}

static void point_is_held_only_if_something_was_seen(void **state)
{
    (void)state;
    struct conform_report report = {0};
    assert_int_equal(report_point(&report, 6), CONFORM_UNSEEN);
    add(&report, 6, "code-ends-in-time", CONFORM_UNSEEN, "wait");
    assert_int_equal(report_point(&report, 6), CONFORM_UNSEEN);
    add(&report, 6, "page-names-nobody", CONFORM_HELD, "");
    assert_int_equal(report_point(&report, 6), CONFORM_HELD);
    add(&report, 6, "code-lives-120-s", CONFORM_BROKEN, "600");
    assert_int_equal(report_point(&report, 6), CONFORM_BROKEN);
}

static void more_than_has_room_is_left_out(void **state)
{
    (void)state;
    struct conform_report report = {0};
    static char names[CONFORM_FINDINGS_MAX + 2][8];
    for (size_t i = 0; i < CONFORM_FINDINGS_MAX + 2; i++) {
        snprintf(names[i], sizeof(names[i]), "%zu", i);
        add(&report, 1, names[i], CONFORM_HELD, "");
    }
    assert_int_equal(report.count, CONFORM_FINDINGS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worst_of_a_check_stays),
        cmocka_unit_test(one_name_in_two_points_is_two_checks),
        cmocka_unit_test(point_is_held_only_if_something_was_seen),
        cmocka_unit_test(more_than_has_room_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
