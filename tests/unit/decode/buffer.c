// SPDX-License-Identifier: MIT
// The buffer that pictures are made in.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/buffer.h"

static void it_grows_to_the_largest_need(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    assert_true(buffer_reserve(&buffer, 3, 5));
    assert_true(buffer.capacity >= 15);
    memset(buffer.p, 1, 15);
    assert_true(buffer_reserve(&buffer, 7, 11));
    assert_true(buffer.capacity >= 77);
    memset(buffer.p, 1, 77);
    buffer_destroy(&buffer);
    assert_null(buffer.p);
    assert_int_equal(buffer.capacity, 0);
}

static void what_fits_is_left_where_it_is(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    assert_true(buffer_reserve(&buffer, 7, 11));
    const uint8_t *p = buffer.p;
    memset(buffer.p, 9, 77);

    assert_true(buffer_reserve(&buffer, 11, 7));
    assert_true(buffer_reserve(&buffer, 1, 1));
    assert_true(buffer_reserve(&buffer, 0, 11));
    assert_true(buffer_reserve(&buffer, 7, 0));
    assert_ptr_equal(buffer.p, p);
    assert_int_equal(buffer.p[76], 9);
    buffer_destroy(&buffer);
}

static void nothing_needs_no_memory(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer);
    assert_true(buffer_reserve(&buffer, 0, SIZE_MAX));
    assert_true(buffer_reserve(&buffer, SIZE_MAX, 0));
    assert_null(buffer.p);
}

static void more_than_any_picture_is_refused(void **state)
{
    (void)state;
    static const size_t sides[][2] = {
        {1, BUFFER_MAX + 1u},     {BUFFER_MAX + 1u, 1},
        {2, BUFFER_MAX / 2 + 1u}, {SIZE_MAX, SIZE_MAX},
        {2, SIZE_MAX / 2 + 1},    {SIZE_MAX / 2 + 1, 2},
        {SIZE_MAX / 16 + 2, 16u}, {PICTURE_SIDE_MAX, 0x80000001u},
    };

    struct buffer buffer;
    buffer_init(&buffer);
    assert_true(buffer_reserve(&buffer, 7, 11));
    const struct buffer before = buffer;

    for (size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
        assert_false(buffer_reserve(&buffer, sides[i][0], sides[i][1]));
        assert_ptr_equal(buffer.p, before.p);
        assert_int_equal(buffer.capacity, before.capacity);
    }

    buffer_destroy(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_to_the_largest_need),
        cmocka_unit_test(what_fits_is_left_where_it_is),
        cmocka_unit_test(nothing_needs_no_memory),
        cmocka_unit_test(more_than_any_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
