// SPDX-License-Identifier: MIT
// Buffers of every layout become pixels.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/camera/camera_pixels.h"

struct bench {
    struct camera_device device;
    struct camera_pixels pixels;
};

static void bench_init(struct bench *bench, uint32_t fourcc, uint32_t width, uint32_t height,
                       size_t stride)
{
    *bench = (struct bench){.device = {.fd = -1,
                                       .fourcc = fourcc,
                                       .layout = camera_format_find(fourcc)->layout,
                                       .width = width,
                                       .height = height,
                                       .stride = stride}};
    camera_pixels_init(&bench->pixels);
    struct fault fault;
    assert_true(camera_pixels_prepare(&bench->pixels, &bench->device, &fault));
}

static void expect(struct bench *bench, struct span bytes, const uint8_t *luma, size_t width,
                   size_t height)
{
    struct pixels out;
    assert_true(camera_pixels_take(&bench->pixels, &bench->device, bytes, &out));
    assert_int_equal(out.format, PIXEL_GREY);
    assert_int_equal(out.width, width);
    assert_int_equal(out.height, height);
    for (size_t y = 0; y < height; y++)
        assert_memory_equal(out.data.p + y * out.stride, luma + y * width, width);
    camera_pixels_destroy(&bench->pixels);
}

static void planes_and_packed_pixels_are_not_copied(void **state)
{
    (void)state;
    static const uint8_t bytes[64 * 8 * 2] = {0};
    struct bench bench;
    struct pixels out;
    bench_init(&bench, V4L2_PIX_FMT_YUYV, 30, 8, 64);
    assert_true(camera_pixels_take(&bench.pixels, &bench.device, span_of(bytes, 64 * 8), &out));
    assert_int_equal(out.format, PIXEL_YUYV);
    assert_ptr_equal(out.data.p, bytes);
    assert_int_equal(out.stride, 64);
    camera_pixels_destroy(&bench.pixels);

    bench_init(&bench, V4L2_PIX_FMT_NV16, 60, 8, 64);
    assert_true(
        camera_pixels_take(&bench.pixels, &bench.device, span_of(bytes, sizeof(bytes)), &out));
    assert_int_equal(out.format, PIXEL_GREY);
    assert_ptr_equal(out.data.p, bytes);
    assert_int_equal(out.data.n, 64 * 8);
    camera_pixels_destroy(&bench.pixels);
}

static void a_mosaic_is_sampled_two_by_two(void **state)
{
    (void)state;
    // 4x4, five bytes a row; the odd last byte of a row belongs to nobody.
    static const uint8_t bytes[] = {10, 20, 1, 1, 9, 30, 40, 1, 1, 9,
                                    0,  0,  8, 8, 9, 0,  2,  8, 8, 9};
    static const uint8_t luma[] = {25, 1, 1, 8};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_SRGGB8, 4, 4, 5);
    expect(&bench, span_of(bytes, sizeof(bytes)), luma, 2, 2);
}

static void a_mosaic_with_odd_sides_loses_its_edge(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {4, 4, 99, 4, 4, 99, 99, 99, 99};
    static const uint8_t luma[] = {4};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_SBGGR8, 3, 3, 3);
    expect(&bench, span_of(bytes, sizeof(bytes)), luma, 1, 1);
}

static void ten_bits_in_sixteen_lose_the_lowest_two(void **state)
{
    (void)state;
    // 1023, 512 over 256, 4: 255, 128, 64, 1
    static const uint8_t bytes[] = {0xff, 0x03, 0x00, 0x02, 0x00, 0x01, 0x04, 0x00};
    static const uint8_t luma[] = {112};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_SBGGR10, 2, 2, 4);
    expect(&bench, span_of(bytes, sizeof(bytes)), luma, 1, 1);
}

static void bits_above_the_depth_do_not_wrap_round(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0xff, 0xff, 0x10, 0x00};
    static const uint8_t luma[] = {255, 4};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_Y10, 2, 1, 4);
    expect(&bench, span_of(bytes, sizeof(bytes)), luma, 2, 1);
}

static void packed_ten_bits_skip_the_fifth_byte(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {10, 20, 30, 40, 0xff, 50, 60, 70, 80, 0xff,
                                    30, 40, 10, 20, 0xff, 50, 60, 70, 80, 0xff};
    static const uint8_t luma[] = {25, 25, 55, 75};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_SGRBG10P, 8, 2, 10);
    expect(&bench, span_of(bytes, sizeof(bytes)), luma, 4, 1);
}

static void colours_become_luma(void **state)
{
    (void)state;
    struct bench bench;
    static const uint8_t luma[] = {77, 149, 29, 255}; // red, green, blue, white
    static const uint8_t rgb[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    bench_init(&bench, V4L2_PIX_FMT_RGB24, 4, 1, 12);
    expect(&bench, span_of(rgb, sizeof(rgb)), luma, 4, 1);
    static const uint8_t bgrx[] = {0, 0, 255, 9, 0, 255, 0, 9, 255, 0, 0, 9, 255, 255, 255, 9};
    bench_init(&bench, V4L2_PIX_FMT_XBGR32, 4, 1, 16);
    expect(&bench, span_of(bgrx, sizeof(bgrx)), luma, 4, 1);
    static const uint8_t rgb565[] = {0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00};
    static const uint8_t luma565[] = {75, 148, 28};
    bench_init(&bench, V4L2_PIX_FMT_RGB565, 3, 1, 6);
    expect(&bench, span_of(rgb565, sizeof(rgb565)), luma565, 3, 1);
}

static void luma_in_every_second_byte(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {10, 128, 20, 129, 30, 130, 40, 131};
    struct bench bench;
    bench_init(&bench, V4L2_PIX_FMT_YVYU, 2, 2, 4);
    expect(&bench, span_of(bytes, sizeof(bytes)), (const uint8_t[]){10, 20, 30, 40}, 2, 2);
    bench_init(&bench, V4L2_PIX_FMT_VYUY, 2, 2, 4);
    expect(&bench, span_of(bytes, sizeof(bytes)), (const uint8_t[]){128, 129, 130, 131}, 2, 2);
}

static void what_does_not_begin_like_a_jpeg_is_no_picture(void **state)
{
    (void)state;
    static const uint8_t good[] = {0xff, 0xd8, 0xff, 0xdb, 0};
    static const uint8_t tail[] = {0xff, 0xd9, 0, 0, 0};
    struct bench bench;
    struct pixels out;
    bench_init(&bench, V4L2_PIX_FMT_MJPEG, 640, 480, 0);
    assert_true(camera_pixels_take(&bench.pixels, &bench.device, span_of(good, 5), &out));
    assert_int_equal(out.format, PIXEL_MJPEG);
    assert_int_equal(out.data.n, 5);
    assert_false(camera_pixels_take(&bench.pixels, &bench.device, span_of(tail, 5), &out));
    assert_false(camera_pixels_take(&bench.pixels, &bench.device, span_of(good, 3), &out));
    camera_pixels_destroy(&bench.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_and_packed_pixels_are_not_copied),
        cmocka_unit_test(a_mosaic_is_sampled_two_by_two),
        cmocka_unit_test(a_mosaic_with_odd_sides_loses_its_edge),
        cmocka_unit_test(ten_bits_in_sixteen_lose_the_lowest_two),
        cmocka_unit_test(bits_above_the_depth_do_not_wrap_round),
        cmocka_unit_test(packed_ten_bits_skip_the_fifth_byte),
        cmocka_unit_test(colours_become_luma),
        cmocka_unit_test(luma_in_every_second_byte),
        cmocka_unit_test(what_does_not_begin_like_a_jpeg_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
