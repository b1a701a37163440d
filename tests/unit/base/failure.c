// SPDX-License-Identifier: MIT
// The table of failures, and docs/failures.md, which shows it to people.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"
#include "tests/unit/between.h"

#define LINE_SIZE 1024

static void codes_are_unique_and_found_again(void **state)
{
    (void)state;
    for (int i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++) {
        enum failure found = FAILURE_NONE;
        assert_true(failure_from_code(failure_code((enum failure)i), &found));
        assert_int_equal(found, i); // the first row of that code is this one
    }
    enum failure untouched = FAILURE_USAGE;
    assert_false(failure_from_code("no.such-code", &untouched));
    assert_false(failure_from_code("none", &untouched));
    assert_int_equal(untouched, FAILURE_USAGE);
}

// room.what-happened: scripts split at the dot.
static void codes_have_one_form(void **state)
{
    (void)state;
    for (int i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++) {
        const char *code = failure_code((enum failure)i);
        size_t size = strlen(code);
        if (strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-.") != size ||
            strchr(code, '.') != strrchr(code, '.') || !strchr(code, '.') || code[0] == '.' ||
            code[size - 1] == '.')
            fail_msg("code '%s'", code);
    }
}

static void every_row_says_what_happened_and_what_to_do(void **state)
{
    (void)state;
    for (int i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++) {
        const char *texts[] = {failure_text((enum failure)i), failure_next((enum failure)i)};
        for (size_t t = 0; t < 2; t++) {
            size_t size = strlen(texts[t]);
            if (size < 5 || texts[t][size - 1] != '.')
                fail_msg("%s: '%s' is no sentence", failure_code((enum failure)i), texts[t]);
        }
        assert_int_not_equal(failure_exit((enum failure)i), EXIT_CODE_OK);
    }
    assert_int_equal(failure_exit(FAILURE_NONE), EXIT_CODE_OK);
}

static void a_fault_says_what_and_where(void **state)
{
    (void)state;
    struct fault fault;
    assert_false(fault_set(&fault, FAILURE_CONFIG, "line %d", 7));
    assert_int_equal(fault.failure, FAILURE_CONFIG);
    assert_string_equal(fault.detail, "line 7");
    assert_false(fault_set(NULL, FAILURE_CONFIG, "nobody asks"));

    char longer[2 * FAULT_DETAIL_MAX];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_false(fault_set(&fault, FAILURE_CONFIG, "%s", longer));
    assert_int_equal(strlen(fault.detail), FAULT_DETAIL_MAX - 1);
}

static bool has_line(FILE *file, const char *wanted)
{
    char line[LINE_SIZE];
    rewind(file);
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, wanted) == 0)
            return true;
    }
    return false;
}

static size_t count_rows(FILE *file)
{
    char line[LINE_SIZE];
    size_t count = 0;
    rewind(file);
    while (fgets(line, sizeof(line), file))
        count += strncmp(line, "| `", 3) == 0;
    return count;
}

static void document_shows_exactly_this_table(void **state)
{
    (void)state;
    FILE *file = fopen(DOCS_DIR "/failures.md", "r");
    assert_non_null(file);

    size_t missing = 0;
    for (int i = FAILURE_NONE + 1; i < FAILURE_COUNT; i++) {
        char row[LINE_SIZE];
        enum failure failure = (enum failure)i;
        int size =
            snprintf(row, sizeof(row), "| `%s` | %d | %s | %s |", failure_code(failure),
                     (int)failure_exit(failure), failure_text(failure), failure_next(failure));
        assert_between(size, 1, sizeof(row) - 1);

        if (!has_line(file, row)) {
            fprintf(stderr, "docs/failures.md lacks:\n%s\n", row);
            missing++;
        }
    }

    size_t rows = count_rows(file);
    fclose(file);
    assert_int_equal(missing, 0);
    assert_int_equal(rows, FAILURE_COUNT - 1);
}

static void a_long_detail_ends_with_a_whole_character(void **state)
{
    (void)state;
    char text[2 * FAULT_DETAIL_MAX] = "";
    for (size_t i = 0; i < FAULT_DETAIL_MAX / 2; i++)
        strcat(text,
               "я"); // two bytes each: with the end of the text one more than there is room for
    struct fault fault;
    fault_set(&fault, FAILURE_USAGE, "%s", text);
    size_t size = strlen(fault.detail);
    assert_true(size >= FAULT_DETAIL_MAX - 4 && size % 2 == 0);
    assert_memory_equal(fault.detail, text, size);
    fault_set(&fault, FAILURE_USAGE, "%.*s", FAULT_DETAIL_MAX - 2, text); // fits
    assert_int_equal(strlen(fault.detail), FAULT_DETAIL_MAX - 2);
}

static void a_shortage_of_the_system_has_its_own_row(void **state)
{
    (void)state;
    assert_int_equal(failure_of_errno(EMFILE, FAILURE_INTERNAL), FAILURE_DESCRIPTORS);
    assert_int_equal(failure_of_errno(ENFILE, FAILURE_INTERNAL), FAILURE_DESCRIPTORS);
    assert_int_equal(failure_of_errno(ENOMEM, FAILURE_INTERNAL), FAILURE_MEMORY);
    assert_int_equal(failure_of_errno(EIO, FAILURE_INTERNAL), FAILURE_INTERNAL);
    assert_int_equal(failure_of_errno(0, FAILURE_INTERNAL), FAILURE_INTERNAL);
    assert_int_equal(failure_of_errno(EACCES, FAILURE_CONFIG), FAILURE_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shortage_of_the_system_has_its_own_row),
        cmocka_unit_test(codes_are_unique_and_found_again),
        cmocka_unit_test(codes_have_one_form),
        cmocka_unit_test(every_row_says_what_happened_and_what_to_do),
        cmocka_unit_test(a_fault_says_what_and_where),
        cmocka_unit_test(document_shows_exactly_this_table),
        cmocka_unit_test(a_long_detail_ends_with_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
