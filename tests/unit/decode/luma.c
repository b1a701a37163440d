// SPDX-License-Identifier: MIT
// Luma out of every pixel format, and refusal of frames that are not what they claim.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <turbojpeg.h>

#include "decode/luma.h"
#include "tests/unit/between.h"

enum { WIDTH = 6, HEIGHT = 4, CHROMA = 200 };

// The brightness that every test picture has at (x, y).
static uint8_t expected(size_t x, size_t y)
{
    return (uint8_t)(10 + 7 * x + 31 * y);
}

static void assert_expected(const struct luma *luma, size_t width, size_t height)
{
    assert_int_equal(luma->width, width);
    assert_int_equal(luma->height, height);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++)
            assert_int_equal(luma->p[y * luma->stride + x], expected(x, y));
    }
}

// Luma as a plane of `stride` bytes a row, all other bytes CHROMA. The allocation has exactly
// `size` bytes, so that the sanitizer sees a read past it.
static uint8_t *planar(size_t width, size_t height, size_t stride, size_t size)
{
    uint8_t *p = malloc(size);
    assert_non_null(p);
    memset(p, CHROMA, size);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width && y * stride + x < size; x++)
            p[y * stride + x] = expected(x, y);
    }
    return p;
}

static void check_planar(enum pixel_format format, size_t width, size_t height, size_t stride,
                         size_t size)
{
    uint8_t *p = planar(width, height, stride, size);
    struct pixels pixels = {format, width, height, stride, {p, size}};
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct luma luma;
    struct fault fault;
    assert_true(luma_from_pixels(&pixels, &buffer, &luma, &fault));
    assert_expected(&luma, width, height);
    assert_ptr_equal(luma.p, p); // nothing copied
    assert_null(buffer.own.p);

    pixels.data.n = size - 1;
    assert_false(luma_from_pixels(&pixels, &buffer, &luma, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
    luma_buffer_destroy(&buffer);
    free(p);
}

static void planar_formats_point_into_the_frame(void **state)
{
    (void)state;
    check_planar(PIXEL_GREY, WIDTH, HEIGHT, WIDTH, WIDTH * HEIGHT);
    check_planar(PIXEL_GREY, WIDTH, HEIGHT, 9, 9 * 3 + WIDTH);
    static const enum pixel_format formats[] = {PIXEL_NV12, PIXEL_NV21, PIXEL_I420, PIXEL_YV12};
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        check_planar(formats[i], WIDTH, HEIGHT, WIDTH, WIDTH * HEIGHT * 3 / 2);
}

static void planar_formats_round_odd_sizes_up(void **state)
{
    (void)state;
    check_planar(PIXEL_I420, 5, 3, 5, 15 + 2 * 6);
    check_planar(PIXEL_YV12, 1, 1, 1, 3);
    check_planar(PIXEL_NV12, 5, 3, 8, 24 + 8 + 6);
    check_planar(PIXEL_NV21, 1, 1, 1, 3);
}

static uint8_t *packed(size_t first, size_t size, size_t stride)
{
    uint8_t *p = malloc(size);
    assert_non_null(p);
    memset(p, CHROMA, size);
    for (size_t y = 0; y < HEIGHT; y++) {
        for (size_t x = 0; x < WIDTH; x++)
            p[y * stride + 2 * x + first] = expected(x, y);
    }
    return p;
}

static void packed_formats_lose_their_chroma(void **state)
{
    (void)state;
    static const enum pixel_format formats[] = {PIXEL_YUYV, PIXEL_UYVY};
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);

    for (size_t i = 0; i < 2; i++) {
        size_t stride = 2 * WIDTH + 4;
        size_t size = stride * (HEIGHT - 1) + 2 * WIDTH;
        uint8_t *p = packed(i, size, stride);
        struct pixels pixels = {formats[i], WIDTH, HEIGHT, stride, {p, size}};
        struct luma luma;
        struct fault fault;

        assert_true(luma_from_pixels(&pixels, &buffer, &luma, &fault));
        assert_expected(&luma, WIDTH, HEIGHT);

        pixels.data.n--;
        assert_false(luma_from_pixels(&pixels, &buffer, &luma, &fault));
        assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);

        free(p);
    }

    luma_buffer_destroy(&buffer);
}

static void lying_sizes_are_refused(void **state)
{
    (void)state;
    static uint8_t data[64];
    static const struct {
        size_t width, height, stride;
        enum failure failure;
    } cases[] = {
        {0, 4, 4, FAILURE_SOURCE_DAMAGED},
        {4, 0, 4, FAILURE_SOURCE_DAMAGED},
        {4, 4, 3, FAILURE_SOURCE_DAMAGED},
        {4, 4, 0, FAILURE_SOURCE_DAMAGED},
        {4, 4, SIZE_MAX / 2, FAILURE_SOURCE_DAMAGED},
        {4, 4, SIZE_MAX, FAILURE_SOURCE_DAMAGED},
        {PICTURE_SIDE_MAX, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX, FAILURE_SOURCE_DAMAGED},
        {PICTURE_SIDE_MAX + 1, 1, PICTURE_SIDE_MAX + 1, FAILURE_SOURCE_TOO_LARGE},
        {1, PICTURE_SIDE_MAX + 1, 1, FAILURE_SOURCE_TOO_LARGE},
        {SIZE_MAX, SIZE_MAX, SIZE_MAX, FAILURE_SOURCE_TOO_LARGE},
    };

    struct luma_buffer buffer;
    luma_buffer_init(&buffer);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int format = PIXEL_GREY; format < PIXEL_MJPEG; format++) {
            struct pixels pixels = {(enum pixel_format)format,
                                    cases[i].width,
                                    cases[i].height,
                                    cases[i].stride,
                                    {data, sizeof(data)}};
            struct luma luma;
            struct fault fault;

            assert_false(luma_from_pixels(&pixels, &buffer, &luma, &fault));
            assert_int_equal(fault.failure, cases[i].failure);
        }
    }

    luma_buffer_destroy(&buffer);
}

struct jpeg {
    unsigned char *p;
    unsigned long n;
};

static struct jpeg jpeg_of(size_t width, size_t height, enum TJSAMP subsampling)
{
    uint8_t *rgb = malloc(width * height * 3);
    assert_non_null(rgb);
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++)
            memset(rgb + (y * width + x) * 3, x < width / 2 ? 230 : 20, 3);
    }
    struct jpeg jpeg = {NULL, 0};
    tjhandle handle = tjInitCompress();
    assert_int_equal(tjCompress2(handle, rgb, (int)width, 0, (int)height, TJPF_RGB, &jpeg.p,
                                 &jpeg.n, (int)subsampling, 90, 0),
                     0);
    tjDestroy(handle);
    free(rgb);
    return jpeg;
}

static void assert_halves(const struct luma *luma, size_t width, size_t height)
{
    assert_int_equal(luma->width, width);
    assert_int_equal(luma->height, height);
    for (size_t y = 0; y < height; y++) {
        assert_between(luma->p[y * luma->stride], 220, 240);
        assert_between(luma->p[y * luma->stride + width - 1], 10, 30);
    }
}

static void jpeg_gives_gray_and_its_own_size(void **state)
{
    (void)state;
    static const enum TJSAMP samplings[] = {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_GRAY};
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);

    for (size_t i = 0; i < sizeof(samplings) / sizeof(samplings[0]); i++) {
        struct jpeg jpeg = jpeg_of(64, 48, samplings[i]);
        // The source announced another size: the picture's own counts.
        struct pixels pixels = {PIXEL_MJPEG, 1280, 720, 0, {jpeg.p, jpeg.n}};
        struct luma luma;
        struct fault fault;

        assert_true(luma_from_pixels(&pixels, &buffer, &luma, &fault));
        assert_halves(&luma, 64, 48);
        assert_false(buffer.damaged);

        tjFree(jpeg.p);
    }

    luma_buffer_destroy(&buffer);
}

static void jpeg_buffer_is_used_again(void **state)
{
    (void)state;
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct jpeg large = jpeg_of(64, 48, TJSAMP_420);
    struct jpeg small = jpeg_of(32, 16, TJSAMP_420);
    struct pixels pixels = {PIXEL_MJPEG, 64, 48, 0, {large.p, large.n}};
    struct luma luma;

    assert_true(luma_from_pixels(&pixels, &buffer, &luma, NULL));
    const uint8_t *first = buffer.own.p;

    pixels.data = span_of(small.p, small.n);
    assert_true(luma_from_pixels(&pixels, &buffer, &luma, NULL));
    assert_ptr_equal(buffer.own.p, first);
    assert_halves(&luma, 32, 16);

    luma_buffer_destroy(&buffer);
    tjFree(large.p);
    tjFree(small.p);
}

// The place of the frame header's height: two bytes, then two of the width.
static size_t jpeg_size_place(const struct jpeg *jpeg)
{
    for (size_t i = 0; i + 9 < jpeg->n; i++) {
        if (jpeg->p[i] == 0xff && jpeg->p[i + 1] == 0xc0)
            return i + 5;
    }
    fail();
    return 0;
}

static void jpeg_larger_than_allowed_is_refused(void **state)
{
    (void)state;
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct jpeg jpeg = jpeg_of(64, 48, TJSAMP_420);
    size_t place = jpeg_size_place(&jpeg);
    jpeg.p[place] = jpeg.p[place + 2] = (PICTURE_SIDE_MAX >> 8) + 1;
    struct pixels pixels = {PIXEL_MJPEG, 64, 48, 0, {jpeg.p, jpeg.n}};
    struct luma luma;
    struct fault fault;
    assert_false(luma_from_pixels(&pixels, &buffer, &luma, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_TOO_LARGE);
    assert_null(buffer.own.p);

    // Within the limit, but more than there is data for: a picture, marked as damaged.
    jpeg.p[place] = jpeg.p[place + 2] = 1;
    jpeg.p[place + 1] = jpeg.p[place + 3] = 0;
    assert_true(luma_from_pixels(&pixels, &buffer, &luma, &fault));
    assert_int_equal(luma.width, 256);
    assert_true(buffer.damaged);
    luma_buffer_destroy(&buffer);
    tjFree(jpeg.p);
}

static void jpeg_without_a_picture_is_refused(void **state)
{
    (void)state;
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    static const uint8_t tables_only[] = {0xff, 0xd8, 0xff, 0xd9};
    struct pixels pixels = {PIXEL_MJPEG, 64, 48, 0, {tables_only, sizeof(tables_only)}};
    struct luma luma;
    struct fault fault;
    assert_false(luma_from_pixels(&pixels, &buffer, &luma, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
    luma_buffer_destroy(&buffer);
}

static void jpeg_cut_anywhere_never_crashes(void **state)
{
    (void)state;
    struct luma_buffer buffer;
    luma_buffer_init(&buffer);
    struct jpeg jpeg = jpeg_of(64, 48, TJSAMP_420);
    size_t refused = 0;

    for (size_t n = 0; n < jpeg.n; n++) {
        uint8_t *cut = malloc(n + 1);
        assert_non_null(cut);
        memcpy(cut, jpeg.p, n);
        struct pixels pixels = {PIXEL_MJPEG, 64, 48, 0, {cut, n}};
        struct luma luma;
        struct fault fault = {0};

        if (luma_from_pixels(&pixels, &buffer, &luma, &fault)) {
            assert_int_equal(luma.width, 64);
            assert_true(buffer.damaged);
        } else {
            assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);
            refused++;
        }

        free(cut);
    }
    assert_true(refused > 0);

    // The buffer is as good as before.
    struct pixels pixels = {PIXEL_MJPEG, 64, 48, 0, {jpeg.p, jpeg.n}};
    struct luma luma;
    assert_true(luma_from_pixels(&pixels, &buffer, &luma, NULL));
    assert_halves(&luma, 64, 48);
    assert_false(buffer.damaged);

    luma_buffer_destroy(&buffer);
    tjFree(jpeg.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planar_formats_point_into_the_frame),
        cmocka_unit_test(planar_formats_round_odd_sizes_up),
        cmocka_unit_test(packed_formats_lose_their_chroma),
        cmocka_unit_test(lying_sizes_are_refused),
        cmocka_unit_test(jpeg_gives_gray_and_its_own_size),
        cmocka_unit_test(jpeg_buffer_is_used_again),
        cmocka_unit_test(jpeg_larger_than_allowed_is_refused),
        cmocka_unit_test(jpeg_without_a_picture_is_refused),
        cmocka_unit_test(jpeg_cut_anywhere_never_crashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
