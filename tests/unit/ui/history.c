// SPDX-License-Identifier: MIT
#include "ui/places/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/pairings/journal.h"

static char folder[64], file[128];
static struct history history;

static int begin(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/qrconfirm-history-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(file, sizeof(file), "%s/" JOURNAL_NAME, folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(file);
    return rmdir(folder);
}

static void note(int64_t time, const char *event, const char *name, const char *value)
{
    const struct journal_field fields[] = {
        {"portal", "https://portal.example.com"}, {"account", "Anna"}, {name, value}, {0}};
    assert_true(journal_append(folder, NULL, time, event, fields, NULL));
}

static void nothing_is_no_failure(void **state)
{
    (void)state;
    assert_true(history_read(&history, folder, folder, NULL));
    assert_int_equal(history.count, 0);
}

static void the_newest_comes_first_and_statements_are_left_out(void **state)
{
    (void)state;
    note(100, "paired", "place", NULL);
    note(200, "decision", "decision", "approve");
    note(201, "signed", "statement", "decision");
    note(300, "decision", "decision", "deny");
    note(400, "decision", "decision", "deny and report");
    note(500, "something new", "place", "Kazan");
    assert_true(history_read(&history, folder, folder, NULL));

    static const enum history_kind kinds[] = {HISTORY_OTHER, HISTORY_REPORTED, HISTORY_DENIED,
                                              HISTORY_APPROVED, HISTORY_PAIRED};
    assert_int_equal(history.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(history.entry[i].kind, kinds[i]);

    assert_string_equal(history.entry[0].event, "something new");
    assert_string_equal(history.entry[0].place, "Kazan");
    assert_int_equal(history.entry[4].time, 100);
    assert_false(history.changed);
}

static void only_the_last_ones_are_kept(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= HISTORY_MAX + 7; i++)
        note(i, "paired", "place", NULL);
    assert_true(history_read(&history, folder, folder, NULL));
    assert_int_equal(history.count, HISTORY_MAX);
    for (size_t i = 0; i < HISTORY_MAX; i++)
        assert_int_equal(history.entry[i].time, HISTORY_MAX + 7 - (int64_t)i);
}

static void a_damaged_line_is_counted(void **state)
{
    (void)state;
    note(100, "paired", "place", NULL);
    FILE *out = fopen(file, "a");
    fputs("no entry\n", out);
    fclose(out);
    assert_true(history_read(&history, folder, folder, NULL));
    assert_int_equal(history.count, 1);
    assert_true(history.changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_no_failure, begin, end),
        cmocka_unit_test_setup_teardown(the_newest_comes_first_and_statements_are_left_out,
                                        begin, end),
        cmocka_unit_test_setup_teardown(only_the_last_ones_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_line_is_counted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
