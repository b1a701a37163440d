// SPDX-License-Identifier: MIT
// Of a sheet of codes, what is ours is always told.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "ui/app/scan_notes.h"

#define LOGIN "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZ4/XNUWJNZF"
#define OTHER_LOGIN                                                                            \
    "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZA/XNUWJNZF"

static struct qr_codes codes; // too large for a stack
static const struct pipeline_codes found = {.codes = &codes, .frame = 7};

static void add(const char *payload)
{
    struct qr_code *code = &codes.code[codes.count++];
    code->size = strlen(payload);
    memcpy(code->payload, payload, code->size);
    code->runs = 1;
    code->run[0] = (struct qr_run){(uint16_t)code->size, CHARSET_UNSTATED};
}

static void add_labels(size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        char text[32];
        snprintf(text, sizeof(text), "label %zu", i);
        add(text);
    }
}

static void a_sign_in_code_is_told_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t before = 0; before <= 20; before++) {
        codes.count = 0;
        add_labels(0, before);
        add(LOGIN);
        add_labels(before, 20 - before);

        struct scan_note notes[SCAN_NOTES_MAX];
        size_t count = scan_notes_from(&found, notes);
        assert_int_equal(count, SCAN_NOTES_OTHERS + 1);
        assert_int_equal(notes[count - 1].challenge.kind, PAYLOAD_LOGIN);
        assert_int_equal(notes[count - 1].frame, 7);
        assert_false(notes[count - 1].more);
    }
}

static void codes_that_say_the_same_are_one(void **state)
{
    (void)state;
    struct scan_note notes[SCAN_NOTES_MAX];
    codes.count = 0;
    for (size_t i = 0; i < 10; i++) {
        add(LOGIN);
        add("label");
    }
    assert_int_equal(scan_notes_from(&found, notes), 2);
    assert_false(notes[1].more);
}

static void a_second_one_is_announced(void **state)
{
    (void)state;
    struct scan_note notes[SCAN_NOTES_MAX];
    codes.count = 0;
    add(LOGIN);
    add("label");
    add(OTHER_LOGIN);
    assert_int_equal(scan_notes_from(&found, notes), 3);
    assert_int_equal(notes[0].challenge.kind, PAYLOAD_TEXT);
    assert_false(notes[0].more);
    assert_int_equal(notes[1].challenge.kind, PAYLOAD_LOGIN);
    assert_true(notes[1].more);
    assert_int_equal(notes[2].challenge.kind, PAYLOAD_LOGIN);
    assert_false(notes[2].more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sign_in_code_is_told_wherever_it_stands),
        cmocka_unit_test(codes_that_say_the_same_are_one),
        cmocka_unit_test(a_second_one_is_announced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
