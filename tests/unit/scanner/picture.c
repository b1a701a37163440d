// SPDX-License-Identifier: MIT
// Pictures: PNG of all kinds and PGM, good and hostile.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <png.h>

#include "scanner/picture.h"
#include "support.h"
#include "tests/unit/between.h"

static struct bytes png_of(png_uint_32 width, png_uint_32 height, png_uint_32 format,
                           const void *pixels)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = format};
    png_alloc_size_t size = 0;
    assert_true(png_image_write_to_memory(&image, NULL, &size, 0, pixels, 0, NULL));
    struct bytes file = {.p = malloc(size), .n = size, .capacity = size};
    assert_non_null(file.p);
    assert_true(png_image_write_to_memory(&image, file.p, &size, 0, pixels, 0, NULL));
    return file;
}

static void assert_gray(const struct frame *frame, size_t width, size_t height,
                        const uint8_t *wanted)
{
    assert_int_equal(frame->pixels.format, PIXEL_GREY);
    assert_int_equal(frame->pixels.width, width);
    assert_int_equal(frame->pixels.height, height);
    assert_int_equal(frame->pixels.stride, width);
    assert_int_equal(frame->pixels.data.n, width * height);
    assert_memory_equal(frame->pixels.data.p, wanted, width * height);
}

static void check_png(png_uint_32 format, const void *pixels, const uint8_t wanted[4])
{
    struct bytes file = png_of(2, 2, format, pixels);
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    if (!picture_from_png(bytes_span(&file), &frame, &fault))
        fail_msg("%s", fault.detail);
    assert_int_equal(frame.pixels.data.n, 4);
    for (size_t i = 0; i < 4; i++) // rounded once more on the way through linear light
        assert_between(frame.pixels.data.p[i] + 1, wanted[i], wanted[i] + 2);
    frame_destroy(&frame);
    bytes_free(&file);
}

static void png_of_every_kind_becomes_gray(void **state)
{
    (void)state;
    static const uint8_t wanted[4] = {0, 255, 77, 255};
    check_png(PNG_FORMAT_GRAY, wanted, wanted);
    check_png(PNG_FORMAT_RGB, (uint8_t[]){0, 0, 0, 255, 255, 255, 77, 77, 77, 255, 255, 255},
              wanted);
    // What is transparent becomes white.
    check_png(PNG_FORMAT_GA, (uint8_t[]){0, 255, 255, 255, 77, 255, 0, 0}, wanted);
    check_png(PNG_FORMAT_RGBA,
              (uint8_t[]){0, 0, 0, 255, 255, 255, 255, 255, 77, 77, 77, 255, 9, 9, 9, 0},
              wanted);
    check_png(PNG_FORMAT_LINEAR_Y, (uint16_t[]){0, 65535, 4865, 65535}, wanted);
}

static void cut_png_is_refused(void **state)
{
    (void)state;
    uint8_t pixels[64];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)(i * 41);

    struct bytes file = png_of(8, 8, PNG_FORMAT_GRAY, pixels);
    struct frame frame;
    frame_init(&frame);

    // The last 12 bytes are the end chunk, which adds nothing.
    for (size_t n = 0; n + 12 < file.n; n++) {
        uint8_t *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, file.p, n);

        struct fault fault = {0};
        assert_false(picture_from_png(span_of(cut, n), &frame, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);

        free(cut);
    }

    frame_destroy(&frame);
    bytes_free(&file);
}

static void huge_png_is_refused_before_memory_is_taken(void **state)
{
    (void)state;
    static uint8_t row[PICTURE_SIDE_MAX + 1];
    struct bytes file = png_of(PICTURE_SIDE_MAX + 1, 1, PNG_FORMAT_GRAY, row);
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    assert_false(picture_from_png(bytes_span(&file), &frame, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_TOO_LARGE);
    assert_null(frame.storage);
    bytes_free(&file);
}

static void check_pgm(struct span file, size_t width, size_t height, const uint8_t *wanted)
{
    struct frame frame;
    frame_init(&frame);
    struct fault fault = {0};
    if (!picture_from_pgm(file, &frame, &fault))
        fail_msg("%s", fault.detail);
    assert_gray(&frame, width, height, wanted);
    frame_destroy(&frame);
}

#define PGM(text) span_of(text, sizeof(text) - 1)

static void pgm_of_every_kind_becomes_gray(void **state)
{
    (void)state;
    static const uint8_t four[4] = {0, 255, 128, 10};
    check_pgm(PGM("P5 2 2 255\n\x00\xff\x80\x0a"), 2, 2, four);
    check_pgm(PGM("P5\n# by hand\n2 # across\n2\n#\n255\n\x00\xff\x80\x0a rest"), 2, 2, four);
    check_pgm(PGM("P2 2 2 255\n0 255\n128\t10\n"), 2, 2, four);
    check_pgm(PGM("P2\n2 2\n255\n0 255 128 10"), 2, 2, four);
    // Other depths are spread over 0 to 255.
    check_pgm(PGM("P5 4 1 15\n\x00\x0f\x08\x01"), 4, 1, (uint8_t[]){0, 255, 136, 17});
    check_pgm(PGM("P5 2 1 65535\n\xff\xff\x80\x00"), 2, 1, (uint8_t[]){255, 128});
    check_pgm(PGM("P2 3 1 1\n1 0 1"), 3, 1, (uint8_t[]){255, 0, 255});
    // A first pixel that looks like white space or a comment is still a pixel.
    check_pgm(PGM("P5 2 1 255\n\n#"), 2, 1, (uint8_t[]){'\n', '#'});
}

static void bad_pgm_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct span file;
        enum failure failure;
    } cases[] = {
        {{(const uint8_t *)"", 0}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P5", 2}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P6 1 1 255\nabc", 14}, FAILURE_SOURCE_FORMAT},
        {{(const uint8_t *)"P5 ", 3}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 0 1 255\n", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 0\nx", 10}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 65536\nxx", 15}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 -1 1 255\nx", 13}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255", 10}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255x", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 255\n", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 2 2 255\nabc", 14}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 256\na", 12}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 1 1 15\n\x10", 11}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P2 1 1 15 16", 12}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P2 2 1 15 1 ", 12}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P2 2 1 15 1 x", 13}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 99999999999 1 255\n", 21}, FAILURE_SOURCE_DAMAGED},
        {{(const uint8_t *)"P5 4097 1 255\n", 14}, FAILURE_SOURCE_TOO_LARGE},
        {{(const uint8_t *)"P5 4000000000 4000000000 255\n", 29}, FAILURE_SOURCE_TOO_LARGE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct frame frame;
        frame_init(&frame);
        struct fault fault = {0};

        // A copy of just these bytes, so that the sanitizer sees a read past them.
        uint8_t *copy = malloc(cases[i].file.n + (cases[i].file.n == 0));
        assert_non_null(copy);
        memcpy(copy, cases[i].file.p, cases[i].file.n);

        if (picture_from_pgm(span_of(copy, cases[i].file.n), &frame, &fault))
            fail_msg("taken: case %zu", i);
        assert_int_equal(fault.failure, cases[i].failure);

        free(copy);
        frame_destroy(&frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_of_every_kind_becomes_gray),
        cmocka_unit_test(cut_png_is_refused),
        cmocka_unit_test(huge_png_is_refused_before_memory_is_taken),
        cmocka_unit_test(pgm_of_every_kind_becomes_gray),
        cmocka_unit_test(bad_pgm_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
