// SPDX-License-Identifier: MIT
// Both forms of a host in letters of the country, and one where letters would mislead.

#include "ui/text/shown_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHOWS(origin, expected) assert_string_equal(shown_host(origin).text, expected)

static void a_name_of_ascii_stands_alone(void **state)
{
    (void)state;
    SHOWS("https://portal.example.com", "portal.example.com");
    SHOWS("https://portal.example.com:8443", "portal.example.com:8443");
    SHOWS("https://[2001:db8::1]:8443", "[2001:db8::1]:8443");
}

static void both_forms_are_shown(void **state)
{
    (void)state;
    SHOWS("https://xn--80awhdgm.xn--p1ai", "портал.рф (xn--80awhdgm.xn--p1ai)");
    SHOWS("https://xn--80awhdgm.xn--p1ai:8443", "портал.рф (xn--80awhdgm.xn--p1ai:8443)");
    SHOWS("https://xn--bcher-kva.example", "bücher.example (xn--bcher-kva.example)");
    SHOWS("https://xn--r8jz45g.xn--zckzah", "例え.テスト (xn--r8jz45g.xn--zckzah)");
    // Cyrillic letters alone that look like Latin ones: the form beside tells.
    SHOWS("https://xn--80ak6aa92e.com", "аррӏе.com (xn--80ak6aa92e.com)");
    SHOWS("https://xn--9dbne9b.example", "\u2068שלום.example\u2069 (xn--9dbne9b.example)");
}

static void letters_that_mislead_are_not_shown(void **state)
{
    (void)state;
    SHOWS("https://xn--pple-43d.com", "xn--pple-43d.com"); // a Cyrillic а before Latin letters
    SHOWS("https://xn--zzzzzzzzzzzz.com", "xn--zzzzzzzzzzzz.com"); // no such letters
    SHOWS("https://xn--a.com", "xn--a.com");
    SHOWS("https://portal.xn--", "portal.xn--");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_of_ascii_stands_alone),
        cmocka_unit_test(both_forms_are_shown),
        cmocka_unit_test(letters_that_mislead_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
