// SPDX-License-Identifier: MIT
// Where the characters of a paragraph stand, from left to right.

#include "ui/drawing/text_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/protocol/text.h"
#include "ui/text/isolate.h"

static struct text_order order;

static void read_paragraph(const char *text)
{
    struct span bytes = span_str(text);
    order.count = 0;
    for (size_t at = 0; at < bytes.n;) {
        size_t source = at;
        uint32_t code;
        assert_true(text_next(bytes, &at, &code));
        // As a second typeface: what the tests write in Devanagari.
        assert_true(text_order_add(&order, code, source, code >= 0x900 && code < 0x980));
    }
    assert_true(text_order_resolve(&order));
}

// Runs in visual order, each between bars with its script; "<" before one from right to left.
static void shows(const char *text, size_t begin, size_t end, const char *expected)
{
    struct text_run runs[TEXT_ORDER_RUNS_MAX];
    char told[512] = "";
    read_paragraph(text);
    size_t count = text_order_runs(&order, begin, end, runs), used = 0;
    for (size_t i = 0; i < count; i++) {
        size_t first = order.source[runs[i].first], last = runs[i].first + runs[i].count;
        size_t behind = last < order.count ? order.source[last] : strlen(text);
        used += (size_t)snprintf(told + used, sizeof(told) - used, "%s%s%.*s", used ? "|" : "",
                                 runs[i].right_to_left ? "<" : "", (int)(behind - first),
                                 text + first);
    }
    assert_string_equal(told, expected);
}

#define WHOLE(text, expected) shows(text, 0, strlen(text), expected)

static void latin_is_one_run(void **state)
{
    (void)state;
    WHOLE("Anna, 2026 (x)", "Anna, 2026 (x)");
    WHOLE("", "");
}

static void hebrew_stands_from_right_to_left(void **state)
{
    (void)state;
    WHOLE("שלום", "<שלום");
    WHOLE("abc אבג def", "abc |<אבג| def");
    WHOLE("אב ab", "ab|<אב "); // the paragraph runs as its first letter does
    WHOLE("אב 12 גד", "< גד|12|<אב ");
}

static void a_lines_end_belongs_to_the_paragraph(void **state)
{
    (void)state;
    // The first line of two: its last space stands where the line ends, not where Hebrew does.
    const char *text = "ab גד efg";
    shows(text, 0, 8, "ab |<גד| ");
    shows(text, 8, strlen(text), "efg");
}

static void what_is_foreign_moves_nothing_around_it(void **state)
{
    (void)state;
    // Without isolation the address would stand on the wrong side of the name.
    WHOLE("אבג, 192.0.2.44", "192.0.2.44|<אבג, ");
    WHOLE("\u2068אבג\u2069, 192.0.2.44", "<אבג|, 192.0.2.44");
    WHOLE("Sign in as \u2068אב (x\u2069)?", "Sign in as |x|<אב (|)?");
}

static void only_what_runs_from_right_to_left_is_isolated(void **state)
{
    (void)state;
    assert_string_equal(isolated("Анна (x), 192.0.2.44").text, "Анна (x), 192.0.2.44");
    assert_string_equal(isolated("田中").text, "田中");
    assert_string_equal(isolated("Anna א").text, "\u2068Anna א\u2069");
    assert_string_equal(isolated("سلام").text, "\u2068سلام\u2069");
    assert_string_equal(isolated("").text, "");
    char text[ISOLATED_MAX + 16];
    snprintf(text, sizeof(text), "%s, %s", isolated("אבג").text, "192.0.2.44");
    WHOLE(text, "<אבג|, 192.0.2.44");
}

static void each_script_and_typeface_is_a_run(void **state)
{
    (void)state;
    WHOLE("Anna 田中 क", "Anna |田中 |क");
    read_paragraph("ab אב سل");
    struct text_run runs[TEXT_ORDER_RUNS_MAX];
    assert_int_equal(text_order_runs(&order, 0, 20, runs), 3);
    assert_string_equal(runs[0].script, "Latn");
    assert_string_equal(runs[1].script, "Arab"); // what was written last stands next to Latin
    assert_string_equal(runs[2].script, "Hebr");
}

static void marks_stay_with_their_letters(void **state)
{
    (void)state;
    WHOLE("שָׁלוֹם", "<שָׁלוֹם");
    assert_true(text_order_is_mark(0x5b8));
    assert_true(text_order_is_mark(0x200d));
    assert_false(text_order_is_mark('a'));
}

static void too_long_a_paragraph_is_not_taken(void **state)
{
    (void)state;
    order.count = 0;
    for (size_t i = 0; i < TEXT_ORDER_CODES_MAX; i++)
        assert_true(text_order_add(&order, i % 2 ? 0x5d0 : 'a', i, (uint8_t)(i % 2)));
    assert_false(text_order_add(&order, 'a', TEXT_ORDER_CODES_MAX, 0));
    assert_true(text_order_resolve(&order));
    struct text_run runs[TEXT_ORDER_RUNS_MAX];
    assert_int_equal(text_order_runs(&order, 0, TEXT_ORDER_CODES_MAX, runs),
                     TEXT_ORDER_RUNS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latin_is_one_run),
        cmocka_unit_test(hebrew_stands_from_right_to_left),
        cmocka_unit_test(a_lines_end_belongs_to_the_paragraph),
        cmocka_unit_test(what_is_foreign_moves_nothing_around_it),
        cmocka_unit_test(only_what_runs_from_right_to_left_is_isolated),
        cmocka_unit_test(each_script_and_typeface_is_a_run),
        cmocka_unit_test(marks_stay_with_their_letters),
        cmocka_unit_test(too_long_a_paragraph_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
