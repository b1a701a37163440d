// SPDX-License-Identifier: MIT
// How the page of a box draws its code: the checklist of the protocol, B16.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "box.h"
#include "portal/base/qr_picture.h"

#define SIDE 49u // modules of version 8

static void b16_code_has_version_8_and_level_h(void **state)
{
    (void)state;
    struct box_page page;
    CURL *browser = wire_client();
    box_look(browser, "/", &page);
    curl_easy_cleanup(browser);

    assert_string_equal(page.modules, "49");
    assert_int_equal(strlen(page.dark), SIDE * SIDE);
    assert_int_equal(strspn(page.dark, "01"), SIDE * SIDE);
    assert_memory_equal(page.dark, "11111110", 8);
    assert_memory_equal(page.dark + SIDE - 8, "01111111", 8);

    // The first two bits of the format, light and light, are level H (ISO/IEC 18004, 7.9).
    assert_memory_equal(page.dark + 8 * SIDE, "00", 2);
}

static long long modules_of(size_t bytes)
{
    char text[128] = {0};
    memset(text, 'a', bytes);
    json_t *code = qr_modules(text);
    long long modules = json_integer_value(json_object_get(code, "modules"));
    json_decref(code);
    return modules;
}

// Version 8 holds 84 bytes at level H; three of them are counted and not written.
static void b16_three_bytes_are_counted_that_are_not_there(void **state)
{
    (void)state;
    assert_int_equal(modules_of(61), 45);
    assert_int_equal(modules_of(62), 49);
    assert_int_equal(modules_of(81), 49);
    assert_int_equal(modules_of(82), 53);
}

static void b16_what_does_not_fit_is_no_code(void **state)
{
    (void)state;
    char text[1300];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    assert_null(qr_modules(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOX_TEST(b16_code_has_version_8_and_level_h),
        cmocka_unit_test(b16_three_bytes_are_counted_that_are_not_there),
        cmocka_unit_test(b16_what_does_not_fit_is_no_code),
    };

    return cmocka_run_group_tests_name("bitrix24 picture", tests, NULL, NULL);
}
