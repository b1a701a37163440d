// SPDX-License-Identifier: MIT
// What is told of the process that reads frames.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/app/reader_notes.h"

static void losses_are_told_ever_more_seldom(void **state)
{
    (void)state;
    struct reader_notes notes = {0};
    struct fault fault;
    fault_set(&fault, FAILURE_READER_LOST, "it crashed");
    FILE *err = tmpfile();
    assert_non_null(err);
    for (unsigned i = 1; i <= 20; i++) {
        bool expected = i == 1 || i == 2 || i == 4 || i == 8 || i == 16;
        assert_int_equal(reader_notes_tell(&notes, &fault, err), expected);
    }
    fclose(err);
}

static void openness_is_told_once_and_by_its_code(void **state)
{
    (void)state;
    struct reader_notes notes = {0};
    struct fault open;
    fault_set(&open, FAILURE_NOT_CLOSED_IN, "reader: without seccomp");
    char *text = NULL;
    size_t size = 0;
    FILE *err = open_memstream(&text, &size);
    assert_true(reader_notes_tell(&notes, &open, err));
    assert_false(reader_notes_tell(&notes, &open, err));
    fclose(err);
    assert_non_null(strstr(text, "internal.not-closed-in"));
    assert_non_null(strstr(text, "reader: without seccomp"));
    free(text);
}

static void each_process_is_told_of(void **state)
{
    (void)state;
    static const char *const names[] = {"reader", "opener", "converter", "camera-holder",
                                        "signer"};
    struct reader_notes notes = {0};
    struct fault open;
    FILE *err = tmpfile();
    assert_non_null(err);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < READER_NOTES_MAX; i++) {
            fault_set(&open, FAILURE_NO_LANDLOCK, "%s: without Landlock", names[i]);
            assert_int_equal(reader_notes_tell(&notes, &open, err), round == 0);
        }
    }
    fclose(err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_told_ever_more_seldom),
        cmocka_unit_test(openness_is_told_once_and_by_its_code),
        cmocka_unit_test(each_process_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
