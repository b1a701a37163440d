// SPDX-License-Identifier: MIT
#include "console/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ONE   1u
#define OTHER 2u

enum { FILE_, LOUD, HELP, SECRET, OPTIONS };

static const struct argument_option table[OPTIONS] = {
    [FILE_] = {.name = "file", .value = "FILE", .known_by = ONE},
    [LOUD] = {.name = "loud", .known_by = ONE | OTHER},
    [HELP] = {.name = "help", .known_by = ONE | OTHER, .letter = 'h'},
    [SECRET] = {.name = "secret", .value = "WORD", .known_by = OTHER, .letter = 's'},
};

struct expected {
    enum argument_kind kind;
    size_t option; // not with operands and unknown options
    const char *word, *value;
    size_t name_size;
};

static void reads(char *words[], size_t count, const struct expected *expected, size_t results)
{
    struct arguments arguments = {table, OPTIONS, ONE, words, count, false};
    struct argument argument;

    for (size_t i = 0; i < results; i++) {
        const struct expected *e = &expected[i];
        assert_true(arguments_next(&arguments, &argument));
        assert_int_equal(argument.kind, e->kind);
        assert_string_equal(argument.word, e->word);
        assert_int_equal(argument.name_size, e->name_size ? e->name_size : strlen(e->word));
        if (e->kind != ARGUMENT_OPERAND && e->kind != ARGUMENT_UNKNOWN)
            assert_int_equal(argument.option, e->option);
        assert_int_equal(argument.value != NULL, e->value != NULL);
        if (e->value)
            assert_string_equal(argument.value, e->value);
    }

    assert_false(arguments_next(&arguments, &argument));
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void options_and_operands_stand_in_any_order(void **state)
{
    (void)state;
    char one[] = "one", file[] = "--file", name[] = "a.png", loud[] = "--loud", two[] = "two",
         joined[] = "--file=b=c", empty[] = "--file=", letter[] = "-h";
    char *words[] = {one, file, name, loud, two, joined, empty, letter};
    const struct expected expected[] = {
        {.kind = ARGUMENT_OPERAND, .word = "one"},
        {ARGUMENT_OPTION, FILE_, "--file", "a.png", 0},
        {ARGUMENT_OPTION, LOUD, "--loud", NULL, 0},
        {.kind = ARGUMENT_OPERAND, .word = "two"},
        {ARGUMENT_OPTION, FILE_, "--file=b=c", "b=c", 6},
        {ARGUMENT_OPTION, FILE_, "--file=", "", 6},
        {ARGUMENT_OPTION, HELP, "-h", NULL, 0},
    };
    reads(words, COUNT(words), expected, COUNT(expected));
}

static void a_value_may_look_like_an_option(void **state)
{
    (void)state;
    char file[] = "--file", loud[] = "--loud", again[] = "--file", dashes[] = "--";
    char *words[] = {file, loud, again, dashes};
    const struct expected expected[] = {
        {ARGUMENT_OPTION, FILE_, "--file", "--loud", 0},
        {ARGUMENT_OPTION, FILE_, "--file", "--", 0},
    };
    reads(words, COUNT(words), expected, COUNT(expected));
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    char first[] = "--", loud[] = "--loud", second[] = "--", dash[] = "-";
    char *words[] = {first, loud, second, dash};
    const struct expected expected[] = {
        {.kind = ARGUMENT_OPERAND, .word = "--loud"},
        {.kind = ARGUMENT_OPERAND, .word = "--"},
        {.kind = ARGUMENT_OPERAND, .word = "-"},
    };
    reads(words, COUNT(words), expected, COUNT(expected));
    char *only[] = {first};
    reads(only, COUNT(only), NULL, 0);
}

static void a_lone_dash_is_an_operand(void **state)
{
    (void)state;
    char dash[] = "-";
    char *words[] = {dash};
    const struct expected expected[] = {{.kind = ARGUMENT_OPERAND, .word = "-"}};
    reads(words, COUNT(words), expected, COUNT(expected));
}

// Names count whole: neither a part of one nor letters in a row.
static void what_is_wrong_is_told_apart(void **state)
{
    (void)state;
    char part[] = "--fil=x", longer[] = "--files", letters[] = "-hh", letter[] = "-x=1",
         others[] = "--secret", others_letter[] = "-s", none[] = "--=x",
         switched[] = "--loud=1", bare[] = "--file";
    char *words[] = {part,          longer, letters,  letter, others,
                     others_letter, none,   switched, bare};
    const struct expected expected[] = {
        {.kind = ARGUMENT_UNKNOWN, .word = "--fil=x", .name_size = 5},
        {.kind = ARGUMENT_UNKNOWN, .word = "--files"},
        {.kind = ARGUMENT_UNKNOWN, .word = "-hh"},
        {.kind = ARGUMENT_UNKNOWN, .word = "-x=1"},
        {.kind = ARGUMENT_UNKNOWN, .word = "--secret"},
        {.kind = ARGUMENT_UNKNOWN, .word = "-s"},
        {.kind = ARGUMENT_UNKNOWN, .word = "--=x", .name_size = 2},
        {ARGUMENT_NO_SWITCH, LOUD, "--loud=1", NULL, 6},
        {ARGUMENT_NO_VALUE, FILE_, "--file", NULL, 0},
    };

    reads(words, COUNT(words), expected, COUNT(expected));
}

static void a_row_is_found_by_who_reads(void **state)
{
    (void)state;
    size_t row = OPTIONS;
    assert_true(argument_find(table, OPTIONS, OTHER, "secret", 6, &row));
    assert_int_equal(row, SECRET);
    assert_false(argument_find(table, OPTIONS, ONE, "secret", 6, &row));
    assert_false(argument_find(table, OPTIONS, ONE | OTHER, "secret", 5, &row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_operands_stand_in_any_order),
        cmocka_unit_test(a_value_may_look_like_an_option),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(a_lone_dash_is_an_operand),
        cmocka_unit_test(what_is_wrong_is_told_apart),
        cmocka_unit_test(a_row_is_found_by_who_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
