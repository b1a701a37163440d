// SPDX-License-Identifier: MIT
// Frames that outlive the memory they were lent from.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/frames/frame.h"

#define WIDTH  6u
#define HEIGHT 4u
#define STRIDE 16u

static const struct frame_view view = {90, true};

// A picture whose luma is 0, 1, 2, ... and whose every other byte is 200.
static struct frame lend(enum pixel_format format, uint8_t *bytes, size_t size)
{
    size_t step = format == PIXEL_YUYV || format == PIXEL_UYVY ? 2 : 1;
    size_t first = format == PIXEL_UYVY ? 1 : 0;
    memset(bytes, 200, size);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        bytes[i / WIDTH * STRIDE + i % WIDTH * step + first] = (uint8_t)i;
    return (struct frame){.pixels = {format, WIDTH, HEIGHT, STRIDE, span_of(bytes, size)},
                          .view = view,
                          .index = 7,
                          .time_us = 99};
}

static void luma_is_all_that_is_copied(void **state)
{
    (void)state;
    static const enum pixel_format formats[] = {PIXEL_GREY, PIXEL_YUYV, PIXEL_UYVY, PIXEL_NV12,
                                                PIXEL_NV21, PIXEL_I420, PIXEL_YV12};
    struct frame copy;
    frame_init(&copy);

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        uint8_t bytes[STRIDE * HEIGHT * 2];
        struct frame lent = lend(formats[i], bytes, sizeof(bytes));
        assert_true(frame_copy_luma(&copy, &lent));
        memset(bytes, 0, sizeof(bytes)); // given back to the driver

        assert_true(frame_owns_pixels(&copy));
        assert_int_equal(copy.pixels.format, PIXEL_GREY);
        assert_int_equal(copy.pixels.width, WIDTH);
        assert_int_equal(copy.pixels.height, HEIGHT);
        assert_int_equal(copy.pixels.stride, WIDTH);
        assert_int_equal(copy.pixels.data.n, WIDTH * HEIGHT);
        assert_int_equal(copy.capacity, WIDTH * HEIGHT);
        for (size_t at = 0; at < WIDTH * HEIGHT; at++)
            assert_int_equal(copy.pixels.data.p[at], at);

        assert_int_equal(copy.index, 7);
        assert_int_equal(copy.time_us, 99);
        assert_int_equal(copy.view.rotation, 90);
        assert_true(copy.view.mirrored);
    }

    frame_destroy(&copy);
}

// The reader says what is wrong with them.
static void jpegs_and_short_frames_stay_as_they_are(void **state)
{
    (void)state;
    uint8_t bytes[STRIDE * HEIGHT];
    struct frame copy;
    frame_init(&copy);
    struct frame lent = lend(PIXEL_NV12, bytes, sizeof(bytes)); // no chroma
    assert_true(frame_copy_luma(&copy, &lent));
    assert_int_equal(copy.pixels.format, PIXEL_NV12);
    assert_int_equal(copy.pixels.data.n, sizeof(bytes));
    lent = lend(PIXEL_MJPEG, bytes, sizeof(bytes));
    assert_true(frame_copy_luma(&copy, &lent));
    assert_int_equal(copy.pixels.format, PIXEL_MJPEG);
    assert_memory_equal(copy.pixels.data.p, bytes, sizeof(bytes));
    frame_destroy(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luma_is_all_that_is_copied),
        cmocka_unit_test(jpegs_and_short_frames_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
