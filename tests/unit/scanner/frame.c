// SPDX-License-Identifier: MIT
// Frames that outlive the memory they were lent from.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/frames/seen.h"

#define WIDTH  6u
#define HEIGHT 4u
#define STRIDE 16u

static const struct frame_view view = {90, true, true};

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

// Where luma and both colours of a pixel lie; nowhere: the format has none.
struct place {
    const uint8_t *luma, *u, *v;
};

static struct place place_of(const struct pixels *pixels, size_t x, size_t y)
{
    const uint8_t *row = pixels->data.p + y * pixels->stride;
    const uint8_t *chroma = pixels->data.p + pixels->stride * pixels->height;
    size_t half = (pixels->stride + 1) / 2, plane = half * ((pixels->height + 1) / 2);
    const uint8_t *pair = chroma + y / 2 * pixels->stride + x / 2 * 2;
    const uint8_t *single = chroma + y / 2 * half + x / 2;

    switch (pixels->format) {
    case PIXEL_YUYV:
        return (struct place){row + 2 * x, row + x / 2 * 4 + 1, row + x / 2 * 4 + 3};
    case PIXEL_UYVY:
        return (struct place){row + 2 * x + 1, row + x / 2 * 4, row + x / 2 * 4 + 2};
    case PIXEL_NV12:
    case PIXEL_NV21:
        return (struct place){row + x, pair, pair + 1};
    case PIXEL_I420:
    case PIXEL_YV12:
        return (struct place){row + x, single, single + plane};
    default:
        return (struct place){row + x, NULL, NULL};
    }
}

// The least number of bytes that is whole: what the sanitizers watch the end of.
static uint8_t *make_least(struct pixels *pixels)
{
    uint8_t none = 0;
    for (pixels->data = span_of(&none, 1); !pixels_are_whole(pixels); pixels->data.n++)
        ;
    uint8_t *bytes = malloc(pixels->data.n);
    assert_non_null(bytes);
    for (size_t i = 0; i < pixels->data.n; i++)
        bytes[i] = (uint8_t)((uint32_t)i * UINT32_C(2654435761) >> 24);
    pixels->data.p = bytes;
    return bytes;
}

static void check_seen(enum pixel_format format, size_t width, size_t height, unsigned rotation,
                       struct panel panel)
{
    bool packed = format == PIXEL_YUYV || format == PIXEL_UYVY;
    struct frame frame = {
        .pixels = {format, width, height, (width + 7) * (packed ? 2 : 1), {0}},
        .view = {rotation, true, false},
        .index = 7};
    uint8_t *bytes = make_least(&frame.pixels);
    struct frame seen;
    frame_init(&seen);
    assert_true(frame_copy_seen(&seen, &frame, panel));

    // As large as it must be, and hardly larger.
    bool lies = rotation == 90 || rotation == 270;
    double across = lies ? panel.height : panel.width, down = lies ? panel.width : panel.height;
    double scale = across / (double)width > down / (double)height ? across / (double)width
                                                                  : down / (double)height;
    const struct pixels *part = &seen.pixels;
    assert_true((double)part->width >= across / scale - 0.01);
    assert_true((double)part->height >= down / scale - 0.01);
    assert_true((double)part->width <= across / scale + 7);
    assert_true((double)part->height <= down / scale + 7);
    assert_true(frame_owns_pixels(&seen) && pixels_are_whole(part));
    assert_int_equal(seen.view.rotation, rotation);
    assert_int_equal(seen.index, 7);

    // Its middle is that of the whole picture, and so is all that lies there.
    size_t left = (width - part->width) / 2, top = (height - part->height) / 2;
    assert_int_equal(left * 2 + part->width, width);
    assert_int_equal(top * 2 + part->height, height);
    for (size_t y = 0; y < part->height; y++) {
        for (size_t x = 0; x < part->width; x++) {
            struct place here = place_of(part, x, y);
            struct place there = place_of(&frame.pixels, left + x, top + y);
            assert_int_equal(*here.luma, *there.luma);
            assert_true(!here.u || (*here.u == *there.u && *here.v == *there.v));
        }
    }

    frame_destroy(&seen);
    free(bytes);
}

static void what_a_panel_shows_is_the_middle(void **state)
{
    (void)state;
    static const enum pixel_format formats[] = {PIXEL_GREY, PIXEL_YUYV, PIXEL_UYVY, PIXEL_NV12,
                                                PIXEL_NV21, PIXEL_I420, PIXEL_YV12};
    static const struct panel panels[] = {{42, 78}, {78, 42}, {50, 50}, {3, 90}, {640, 480}};
    static const size_t sizes[][2] = {{64, 36}, {63, 35}, {36, 64}, {65, 37}, {1, 1}, {2, 9}};
    for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
        for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
            for (size_t p = 0; p < sizeof(panels) / sizeof(panels[0]); p++) {
                check_seen(formats[f], sizes[s][0], sizes[s][1], 0, panels[p]);
                check_seen(formats[f], sizes[s][0], sizes[s][1], 90, panels[p]);
            }
        }
    }
}

static void what_has_no_middle_is_copied_whole(void **state)
{
    (void)state;
    static const struct panel portrait = {420, 780}, none = {0, 0};
    uint8_t bytes[STRIDE * HEIGHT * 2];
    struct frame copy;
    frame_init(&copy);

    struct frame lent = lend(PIXEL_NV12, bytes, sizeof(bytes));
    assert_true(frame_copy_seen(&copy, &lent, none));
    assert_int_equal(copy.pixels.width, WIDTH);
    lent = lend(PIXEL_NV12, bytes, STRIDE * HEIGHT); // no chroma
    assert_true(frame_copy_seen(&copy, &lent, portrait));
    assert_int_equal(copy.pixels.data.n, STRIDE * HEIGHT);
    lent = lend(PIXEL_MJPEG, bytes, sizeof(bytes));
    assert_true(frame_copy_seen(&copy, &lent, portrait));
    assert_memory_equal(copy.pixels.data.p, bytes, sizeof(bytes));
    frame_destroy(&copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luma_is_all_that_is_copied),
        cmocka_unit_test(jpegs_and_short_frames_stay_as_they_are),
        cmocka_unit_test(what_a_panel_shows_is_the_middle),
        cmocka_unit_test(what_has_no_middle_is_copied_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
