// SPDX-License-Identifier: MIT
// The reader of compiled catalogues, with one made here by hand, and with every damage to it.

#include "po/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

// As msgfmt lays out: header, two tables, texts. "a" -> "A", "one\0many" -> "1\0""2", "z" ->
// "".
static const char bytes[] = "\xde\x12\x04\x95\0\0\0\0\x03\0\0\0\x14\0\0\0\x2c\0\0\0"
                            "\x01\0\0\0\x44\0\0\0\x08\0\0\0\x46\0\0\0\x01\0\0\0\x4f\0\0\0"
                            "\x01\0\0\0\x51\0\0\0\x03\0\0\0\x53\0\0\0\x00\0\0\0\x57\0\0\0"
                            "a\0one\0many\0z\0A\0"
                            "1\0002\0";
#define SIZE sizeof(bytes) // with the NUL of the last, empty text

static struct catalogue opened(const void *file, size_t size)
{
    struct catalogue catalogue;
    assert_true(catalogue_open(span_of(file, size), &catalogue));
    return catalogue;
}

static void finds_texts_and_their_forms(void **state)
{
    (void)state;
    struct catalogue catalogue = opened(bytes, SIZE);
    assert_string_equal(catalogue_find(&catalogue, "a", 0), "A");
    assert_string_equal(catalogue_find(&catalogue, "one", 0), "1");
    assert_string_equal(catalogue_find(&catalogue, "one", 1), "2");
    assert_string_equal(catalogue_find(&catalogue, "z", 0), "");
    assert_null(catalogue_find(&catalogue, "one", 2));
    assert_null(catalogue_find(&catalogue, "many", 0));
    assert_null(catalogue_find(&catalogue, "", 0));
    assert_null(catalogue_find(&catalogue, "zz", 0));
}

static void an_empty_one_has_no_texts(void **state)
{
    (void)state;
    assert_null(catalogue_find(&(struct catalogue){0}, "a", 0));
}

static void refuses_what_is_no_catalogue(void **state)
{
    (void)state;
    struct catalogue catalogue;
    char big_endian[SIZE], newer[SIZE];
    memcpy(big_endian, "\x95\x04\x12\xde", 4);
    memcpy(big_endian + 4, bytes + 4, SIZE - 4);
    memcpy(newer, bytes, SIZE);
    newer[6] = 1;
    assert_false(catalogue_open(span_of(big_endian, SIZE), &catalogue));
    assert_false(catalogue_open(span_of(newer, SIZE), &catalogue));
    assert_false(catalogue_open(span_of("", 0), &catalogue));
}

// A copy of just its size, so that a sanitizer sees each byte that is read behind it.
static void look_up_all(const char *file, size_t size)
{
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, file, size);
    struct catalogue catalogue;

    if (catalogue_open(span_of(copy, size), &catalogue)) {
        static const char *const keys[] = {"a", "one", "z", ""};
        for (size_t i = 0; i < 12; i++) {
            const char *text = catalogue_find(&catalogue, keys[i / 3], i % 3);
            if (text)
                assert_true(text >= copy && text + strlen(text) < copy + size);
        }
    }

    free(copy);
}

static void damage_never_leads_out_of_the_file(void **state)
{
    (void)state;
    for (size_t size = 0; size <= SIZE; size++)
        look_up_all(bytes, size);

    static const unsigned char values[] = {0, 1, 7, 0x7f, 0x80, 0xff};
    for (size_t at = 0; at < SIZE; at++) {
        for (size_t v = 0; v < sizeof(values); v++) {
            char damaged[SIZE];
            memcpy(damaged, bytes, SIZE);
            damaged[at] = (char)values[v];
            look_up_all(damaged, SIZE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_texts_and_their_forms),
        cmocka_unit_test(an_empty_one_has_no_texts),
        cmocka_unit_test(refuses_what_is_no_catalogue),
        cmocka_unit_test(damage_never_leads_out_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
