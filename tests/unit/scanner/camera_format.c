// SPDX-License-Identifier: MIT
// Which of a camera's modes is asked for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/scanner/camera_fake.h"

static void choose(const struct fake_format *formats, size_t count, struct camera_mode *mode)
{
    struct fake_kernel kernel;
    fake_kernel_init(&kernel);
    memcpy(kernel.nodes[0].formats, formats, count * sizeof(formats[0]));
    kernel.nodes[0].format_count = count;
    int fd = kernel.io.open(kernel.io.self, "/dev/video0");
    struct fault fault;
    assert_true(camera_mode_choose(&kernel.io, fd, V4L2_BUF_TYPE_VIDEO_CAPTURE, true, mode,
                                   NULL, &fault));
    fake_kernel_destroy(&kernel);
}

static void a_webcam_gives_720p_in_mjpeg_where_raw_is_too_slow(void **state)
{
    (void)state;
    const struct fake_format formats[] = {
        {.fourcc = V4L2_PIX_FMT_YUYV,
         .sizes = {{640, 480, 30}, {1280, 720, 10}, {1920, 1080, 5}}},
        {.fourcc = V4L2_PIX_FMT_MJPEG,
         .sizes = {{640, 480, 30}, {1280, 720, 30}, {1920, 1080, 30}}},
    };

    struct camera_mode mode;
    choose(formats, 2, &mode);
    assert_int_equal(mode.fourcc, V4L2_PIX_FMT_MJPEG);
    assert_int_equal(mode.width, 1280);
    assert_int_equal(mode.height, 720);
    assert_int_equal(mode.fps, 30);

    // Without MJPEG, enough frames come before enough pixels.
    choose(formats, 1, &mode);
    assert_int_equal(mode.width, 640);
}

static void at_the_same_size_luma_that_costs_nothing_wins(void **state)
{
    (void)state;
    const uint32_t better_first[] = {V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG,
                                     V4L2_PIX_FMT_M420};
    for (size_t i = 0; i + 1 < 4; i++) {
        const struct fake_format formats[] = {
            {.fourcc = better_first[i + 1], .sizes = {{1280, 720, 30}}},
            {.fourcc = better_first[i], .sizes = {{1280, 720, 30}}},
        };
        struct camera_mode mode;
        choose(formats, 2, &mode);
        assert_int_equal(mode.fourcc, better_first[i]);
    }
}

static void what_is_emulated_comes_last(void **state)
{
    (void)state;
    const struct fake_format formats[] = {
        {.fourcc = V4L2_PIX_FMT_YUV420,
         .flags = V4L2_FMT_FLAG_EMULATED,
         .sizes = {{1280, 720, 30}}},
        {.fourcc = V4L2_PIX_FMT_MJPEG, .sizes = {{1280, 720, 30}}},
    };
    struct camera_mode mode;
    choose(formats, 2, &mode);
    assert_int_equal(mode.fourcc, V4L2_PIX_FMT_MJPEG);
    assert_false(mode.emulated);
    choose(formats, 1, &mode);
    assert_true(mode.emulated);
}

static void a_mosaic_is_asked_for_at_twice_the_size(void **state)
{
    (void)state;
    const struct fake_format formats[] = {
        {.fourcc = V4L2_PIX_FMT_SBGGR8, .sizes = {{1280, 720, 30}, {2592, 1944, 15}}},
    };
    struct camera_mode mode;
    choose(formats, 1, &mode);
    assert_int_equal(mode.width, 2592);
}

static void sizes_in_steps_and_none_at_all(void **state)
{
    (void)state;
    const struct fake_format steps[] = {
        {.fourcc = V4L2_PIX_FMT_NV12,
         .stepwise = true,
         .sizes = {{32, 32, 0}, {4096, 3072, 0}}},
    };
    struct camera_mode mode;
    choose(steps, 1, &mode);
    assert_int_equal(mode.width, 1280);
    assert_int_equal(mode.height, 720);

    const struct fake_format small[] = {
        {.fourcc = V4L2_PIX_FMT_NV12, .stepwise = true, .sizes = {{32, 32, 0}, {800, 600, 0}}},
    };
    choose(small, 1, &mode);
    assert_int_equal(mode.width, 800);

    const struct fake_format silent[] = {{.fourcc = V4L2_PIX_FMT_GREY}};
    choose(silent, 1, &mode);
    assert_int_equal(mode.width, 1280);
}

static void never_more_than_full_hd_where_less_is_there(void **state)
{
    (void)state;
    const struct fake_format formats[] = {
        {.fourcc = V4L2_PIX_FMT_GREY, .sizes = {{3840, 2160, 30}, {320, 240, 30}}},
    };
    struct camera_mode mode;
    choose(formats, 1, &mode);
    assert_int_equal(mode.width, 320);
}

static void nothing_usable_is_a_named_fault(void **state)
{
    (void)state;
    struct fake_kernel kernel;
    fake_kernel_init(&kernel);
    kernel.nodes[0].formats[0] =
        (struct fake_format){.fourcc = V4L2_PIX_FMT_H264, .sizes = {{1280, 720, 30}}};
    int fd = kernel.io.open(kernel.io.self, "/dev/video0");
    struct camera_mode mode = {.fps = 77};
    struct fault fault;
    assert_false(camera_mode_choose(&kernel.io, fd, V4L2_BUF_TYPE_VIDEO_CAPTURE, true, &mode,
                                    NULL, &fault));
    assert_int_equal(fault.failure, FAILURE_CAMERA_FORMAT);
    assert_int_equal(mode.fps, 77);
    fake_kernel_destroy(&kernel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_webcam_gives_720p_in_mjpeg_where_raw_is_too_slow),
        cmocka_unit_test(at_the_same_size_luma_that_costs_nothing_wins),
        cmocka_unit_test(what_is_emulated_comes_last),
        cmocka_unit_test(a_mosaic_is_asked_for_at_twice_the_size),
        cmocka_unit_test(sizes_in_steps_and_none_at_all),
        cmocka_unit_test(never_more_than_full_hd_where_less_is_there),
        cmocka_unit_test(nothing_usable_is_a_named_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
