// SPDX-License-Identifier: MIT
// JPEG pictures that are larger than a frame may be, very small, or of four inks.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <turbojpeg.h>

#include "scanner/files/file_source.h"
#include "scanner/files/jpeg_picture.h"
#include "support.h"
#include "tests/unit/between.h"

// A picture of one colour in four inks, as Adobe stores them: 255 is no ink.
static struct bytes inks_jpeg(size_t side, const uint8_t inks[4])
{
    uint8_t *pixels = malloc(4 * side * side);
    assert_non_null(pixels);
    for (size_t i = 0; i < side * side; i++)
        memcpy(pixels + 4 * i, inks, 4);

    unsigned char *jpeg = NULL;
    unsigned long size = 0;
    tjhandle handle = tjInitCompress();
    assert_int_equal(tjCompress2(handle, pixels, (int)side, 0, (int)side, TJPF_CMYK, &jpeg,
                                 &size, TJSAMP_444, 95, 0),
                     0);
    struct bytes file = {0};
    bytes_add(&file, span_of(jpeg, size));
    tjFree(jpeg);
    tjDestroy(handle);
    free(pixels);
    return file;
}

static struct bytes gray_jpeg(size_t width, size_t height, uint8_t gray)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(width, height, gray, span_of(NULL, 0));
    jpeg_add(&file, luma, width, height);
    free(luma);
    return file;
}

static uint8_t gray_of(const uint8_t inks[4], bool adobe)
{
    struct bytes file = inks_jpeg(16, inks);
    struct jpeg_shape shape;
    assert_true(jpeg_picture_shape(bytes_span(&file), &shape));
    assert_true(shape.adobe);
    assert_int_equal(shape.components, 4);
    shape.adobe = adobe;

    struct sheet sheet;
    struct fault fault = {0};
    if (!picture_from_jpeg(bytes_span(&file), &shape, &sheet, &fault))
        fail_msg("%s", fault.detail);
    uint8_t gray = (uint8_t)sheet.light[0];
    sheet_destroy(&sheet);
    bytes_free(&file);
    return gray;
}

static void inks_are_as_bright_as_they_look(void **state)
{
    (void)state;
    assert_between(gray_of((uint8_t[]){255, 255, 255, 255}, true), 252, 255); // paper
    assert_between(gray_of((uint8_t[]){255, 255, 255, 0}, true), 0, 3);       // black ink
    assert_between(gray_of((uint8_t[]){0, 0, 0, 255}, true), 0, 3); // the three others
    assert_between(gray_of((uint8_t[]){255, 255, 255, 128}, true), 125, 131);
    // Stored the plain way, 0 is no ink.
    assert_between(gray_of((uint8_t[]){0, 0, 0, 0}, false), 252, 255);
    assert_between(gray_of((uint8_t[]){0, 0, 0, 255}, false), 0, 3);
}

static void inks_of_any_sampling_are_read(void **state)
{
    (void)state;
    const struct span jpeg = jpeg_of_sampled_inks();
    struct jpeg_shape shape;
    assert_true(jpeg_picture_shape(jpeg, &shape));

    struct sheet sheet;
    struct fault fault = {0};
    if (!picture_from_jpeg(jpeg, &shape, &sheet, &fault))
        fail_msg("%s", fault.detail);

    assert_int_equal(sheet.columns, 16);
    unsigned left = sheet.light[8 * 16], right = sheet.light[8 * 16 + 15];
    assert_true((left > right ? left - right : right - left) > 150);
    sheet_destroy(&sheet);
}

static void shape_is_told_by_the_markers(void **state)
{
    (void)state;
    struct bytes file = gray_jpeg(300, 200, 100);
    struct jpeg_shape shape;
    assert_true(jpeg_picture_shape(bytes_span(&file), &shape));
    assert_int_equal(shape.width, 300);
    assert_int_equal(shape.height, 200);
    assert_int_equal(shape.components, 1);
    assert_int_equal(shape.scans, 1);
    assert_int_equal(shape.coefficients, 0);
    assert_false(shape.adobe);
    assert_false(jpeg_picture_is_odd(&shape));

    // However it is cut, it is not read beyond its end.
    for (size_t n = 0; n < file.n; n++) {
        uint8_t *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, file.p, n);
        if (jpeg_picture_shape(span_of(cut, n), &shape))
            assert_int_equal(shape.width, 300);
        free(cut);
    }
    bytes_free(&file);
}

static void odd_ones_are_told_from_the_others(void **state)
{
    (void)state;
    static const struct {
        struct jpeg_shape shape;
        bool odd;
    } cases[] = {
        {{.width = 4096, .height = 4096, .components = 3}, false},
        {{.width = 4097, .height = 100, .components = 3}, true},
        {{.width = 100, .height = 4097, .components = 1}, true},
        {{.width = 79, .height = 100, .components = 1}, true},
        {{.width = 80, .height = 80, .components = 1}, false},
        {{.width = 800, .height = 800, .components = 4}, true},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(jpeg_picture_is_odd(&cases[i].shape), cases[i].odd);
}

static void large_picture_is_reduced(void **state)
{
    (void)state;
    static const size_t widths[] = {4097, 5120, 9000};
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        struct bytes file = gray_jpeg(widths[i], 400, 100);
        char *path = temporary_file(bytes_span(&file));
        struct source *source = file_source_new(path, FILE_PICTURES, NULL);
        assert_true(source->ops->open(source, NULL));

        struct frame frame;
        frame_init(&frame);
        assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
        assert_int_equal(frame.pixels.format, PIXEL_GREY);
        assert_between(frame.pixels.width, PICTURE_SIDE_MAX / 2, PICTURE_SIDE_MAX);
        double whole = frame.scale * (double)frame.pixels.width;
        assert_between((size_t)(whole + 0.5), widths[i], widths[i]);
        assert_between(frame.pixels.data.p[0], 98, 102);
        assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_END);

        frame_destroy(&frame);
        source->ops->close(source);
        source->ops->destroy(source);
        temporary_remove(path);
        bytes_free(&file);
    }
}

static void small_picture_is_enlarged(void **state)
{
    (void)state;
    struct bytes file = gray_jpeg(37, 37, 100);
    char *path = temporary_file(bytes_span(&file));
    struct source *source = file_source_new(path, FILE_ALL, NULL);
    assert_true(source->ops->open(source, NULL));

    struct frame frame;
    frame_init(&frame);
    assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
    assert_int_equal(frame.pixels.width, 4 * 37);
    assert_true(frame.scale == 0.25);

    frame_destroy(&frame);
    source->ops->close(source);
    source->ops->destroy(source);
    temporary_remove(path);
    bytes_free(&file);
}

static void what_would_take_too_long_or_too_much_is_refused(void **state)
{
    (void)state;
    struct bytes file = gray_jpeg(100, 100, 100);
    static const struct jpeg_shape shapes[] = {
        {.width = 20000, .height = 20000, .components = 3, .scans = 1},
        {.width = 30000, .height = 20, .components = 3, .scans = 5000},
        {.width = 8000, .height = 8000, .components = 3, .scans = 4, .coefficients = 1 << 29},
        {.width = 65535, .height = 1, .components = 3, .scans = 1}, // no such reduction
    };
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
        struct sheet sheet;
        struct fault fault = {0};
        assert_false(picture_from_jpeg(bytes_span(&file), &shapes[i], &sheet, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_TOO_LARGE);
    }

    // The limits hold for what is decoded, not for what was said.
    struct sheet sheet;
    struct fault fault = {0};
    const struct jpeg_shape other = {.width = 50, .height = 50, .components = 1, .scans = 1};
    assert_false(picture_from_jpeg(bytes_span(&file), &other, &sheet, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
    bytes_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inks_are_as_bright_as_they_look),
        cmocka_unit_test(inks_of_any_sampling_are_read),
        cmocka_unit_test(shape_is_told_by_the_markers),
        cmocka_unit_test(odd_ones_are_told_from_the_others),
        cmocka_unit_test(large_picture_is_reduced),
        cmocka_unit_test(small_picture_is_enlarged),
        cmocka_unit_test(what_would_take_too_long_or_too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
