// SPDX-License-Identifier: MIT
// What libsodium's own reader takes for letters besides.
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "net/protocol/base64.h"

static const int variants[] = {
    sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
    sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};

// In every place of a text, each byte: exactly the 64 of the alphabet are taken.
static void each_byte_is_a_letter_or_refused(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof(variants) / sizeof(variants[0]); v++) {
        for (size_t at = 0; at < 4; at++) {
            size_t taken = 0;
            for (unsigned byte = 0; byte < 256; byte++) {
                uint8_t text[] = "AAAA", out[3];
                size_t size = 0;
                text[at] = (uint8_t)byte;
                taken += base64_read(span_of(text, 4), variants[v], out, sizeof(out), &size) &&
                         size == sizeof(out);
            }
            assert_int_equal(taken, 64);
        }
    }
}

static void what_has_no_room_is_refused(void **state)
{
    (void)state;
    uint8_t out[2];
    size_t size;
    assert_false(
        base64_read(span_str("AAAA"), sodium_base64_VARIANT_ORIGINAL, out, sizeof(out), &size));
    assert_true(
        base64_read(span_str("AAA="), sodium_base64_VARIANT_ORIGINAL, out, sizeof(out), &size));
    assert_int_equal(size, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_is_a_letter_or_refused),
        cmocka_unit_test(what_has_no_room_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
