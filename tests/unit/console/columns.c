// SPDX-License-Identifier: MIT
#include "console/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COLUMN "                        "

static void prints(unsigned used, const char *text, const char *expected)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);
    columns_print(out, used, text);
    fclose(out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void a_text_stands_beside_its_name(void **state)
{
    (void)state;
    prints(8, "no sounds", "                no sounds\n");
    prints(22, "no sounds", "  no sounds\n");
    prints(0, "", COLUMN "\n");
}

static void a_long_name_has_a_line_of_its_own(void **state)
{
    (void)state;
    prints(23, "no sounds", "\n" COLUMN "no sounds\n");
}

static void a_long_text_is_broken_between_words(void **state)
{
    (void)state;
    char word[57 + 1], longer[60 + 1];
    memset(word, 'x', 54);
    strcpy(word + 54, " y"); // 56 places: all that there are
    prints(24 - 2, word, "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y\n");
    strcpy(word + 54, " yz");
    prints(24 - 2, word,
           "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" COLUMN "yz\n");

    memset(longer, 'x', 60);
    longer[60] = '\0'; // one that has no room on any line stays whole
    prints(24 - 2, longer, "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
}

static void characters_are_counted_not_bytes(void **state)
{
    (void)state;
    // 28 letters of two bytes, a space, and 27 more are 56 places.
    prints(22, "яяяяяяяяяяяяяяяяяяяяяяяяяяяя яяяяяяяяяяяяяяяяяяяяяяяяяяя",
           "  яяяяяяяяяяяяяяяяяяяяяяяяяяяя яяяяяяяяяяяяяяяяяяяяяяяяяяя\n");
    prints(22, "яяяяяяяяяяяяяяяяяяяяяяяяяяяя яяяяяяяяяяяяяяяяяяяяяяяяяяяя",
           "  яяяяяяяяяяяяяяяяяяяяяяяяяяяя\n" COLUMN "яяяяяяяяяяяяяяяяяяяяяяяяяяяя\n");
}

static void a_paragraph_begins_at_the_edge(void **state)
{
    (void)state;
    char word[78 + 1], *printed = NULL, expected[100];
    size_t size = 0;
    memset(word, 'x', 78);
    word[78] = '\0';
    FILE *out = open_memstream(&printed, &size);
    assert_non_null(out);

    snprintf(expected, sizeof(expected), "%s y", word); // 80 places: all that there are
    columns_print_paragraph(out, expected);
    snprintf(expected, sizeof(expected), "%s yz", word);
    columns_print_paragraph(out, expected);
    fclose(out);

    snprintf(expected, sizeof(expected), "%s y\n", word);
    assert_memory_equal(printed, expected, strlen(expected));
    snprintf(expected, sizeof(expected), "%s\nyz\n", word);
    assert_string_equal(printed + 81, expected);
    free(printed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_stands_beside_its_name),
        cmocka_unit_test(a_long_name_has_a_line_of_its_own),
        cmocka_unit_test(a_long_text_is_broken_between_words),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(a_paragraph_begins_at_the_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
