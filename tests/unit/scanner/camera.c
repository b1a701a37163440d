// SPDX-License-Identifier: MIT
// The frames of a live camera, as they come.
#include "tests/unit/scanner/camera_bench.h"

#include <errno.h>

#include "tests/unit/between.h"

static void frames_come_without_a_copy(void **state)
{
    struct bench *bench = *state;
    assert_true(bench->source->live);
    bench->picture[5] = 77;
    for (int i = 0; i < 3; i++)
        fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));

    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(next(bench), SOURCE_FRAME);
        assert_int_equal(bench->frame.index, i);
        assert_int_equal(bench->frame.pixels.format, PIXEL_YUYV);
        assert_int_equal(bench->frame.pixels.width, 1280);
        assert_int_equal(bench->frame.pixels.stride, 2560);
        assert_int_equal(bench->frame.pixels.data.p[5], 77);
        assert_ptr_equal(bench->frame.pixels.data.p, bench->kernel.nodes[0].memory[0]);
    }

    assert_int_equal(camera_source_counts(bench->source).frames, 3);
    assert_string_equal(camera_source_entry(bench->source)->path, "/dev/video0");
}

static void the_rate_and_the_focus_are_set_at_every_opening(void **state)
{
    struct bench *bench = *state;
    const struct fake_node *node = &bench->kernel.nodes[0];
    for (unsigned i = 1; i <= 2; i++) {
        assert_true(open_source(bench));
        assert_int_equal(node->focus_auto, i);
        assert_int_equal(node->set_numerator, 1);
        assert_int_equal(node->set_denominator, 30);
        bench->source->ops->close(bench->source);
    }
}

static void what_became_of_focus_and_exposure_is_told(void **state)
{
    static const struct {
        int focus_error;
        int32_t exposure;
        bool has_priority;
        enum camera_setting focus, exposed;
    } cases[] = {
        {0, -1, false, CAMERA_SETTING_AUTOMATIC, CAMERA_SETTING_NOT_OFFERED},
        {EINVAL, V4L2_EXPOSURE_AUTO, false, CAMERA_SETTING_NOT_OFFERED,
         CAMERA_SETTING_AUTOMATIC},
        {ENOTTY, -1, false, CAMERA_SETTING_NOT_OFFERED, CAMERA_SETTING_NOT_OFFERED},
        {EBUSY, V4L2_EXPOSURE_MANUAL, true, CAMERA_SETTING_REFUSED, CAMERA_SETTING_AUTOMATIC},
        {0, V4L2_EXPOSURE_MANUAL, false, CAMERA_SETTING_AUTOMATIC, CAMERA_SETTING_REFUSED},
    };
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        node->focus_error = cases[i].focus_error;
        node->exposure = cases[i].exposure;
        node->has_priority = cases[i].has_priority;
        assert_true(open_source(bench));
        struct camera_tuning tuning = camera_source_counts(bench->source).tuning;
        assert_int_equal(tuning.focus, cases[i].focus);
        assert_int_equal(tuning.exposure, cases[i].exposed);
        bench->source->ops->close(bench->source);
    }
}

static void gaps_are_counted_and_wraps_are_none(void **state)
{
    struct bench *bench = *state;
    const uint32_t sequences[] = {UINT32_MAX - 1, UINT32_MAX, 0, 3, 5000000};
    for (size_t i = 0; i < 5; i++)
        fake_frame(&bench->kernel, bench->picture, PICTURE)->sequence = sequences[i];
    assert_true(open_source(bench));
    for (int i = 0; i < 5; i++)
        assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(camera_source_counts(bench->source).dropped, 2);
    assert_int_equal(bench->frame.index, 6);
}

static void damaged_and_short_frames_are_passed_by(void **state)
{
    struct bench *bench = *state;
    fake_frame(&bench->kernel, bench->picture, PICTURE)->flags = V4L2_BUF_FLAG_ERROR;
    fake_frame(&bench->kernel, bench->picture, PICTURE / 2);
    fake_frame(&bench->kernel, bench->picture, 0);
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(camera_source_counts(bench->source).damaged, 3);
}

static void bad_jpegs_are_passed_by_and_do_not_loop(void **state)
{
    struct bench *bench = *state;
    static const uint8_t bad[] = {0xff, 0xd9, 0, 0, 0, 0};
    static const uint8_t good[] = {0xff, 0xd8, 0xff, 0xe0, 0, 0};
    bench->kernel.nodes[0].formats[0].fourcc = V4L2_PIX_FMT_MJPEG;
    fake_frame(&bench->kernel, bad, sizeof(bad));
    fake_frame(&bench->kernel, good, 2); // short: not even a header
    fake_frame(&bench->kernel, good, sizeof(good));
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.format, PIXEL_MJPEG);
    assert_int_equal(bench->frame.pixels.data.n, sizeof(good));
    assert_int_equal(camera_source_counts(bench->source).damaged, 2);
}

// In microseconds it would have come round to a moment ago.
static void time_stamp_beyond_all_is_not_believed(void **state)
{
    struct bench *bench = *state;
    const int64_t now = bench->kernel.now_us;
    struct fake_event *event = fake_frame(&bench->kernel, bench->picture, PICTURE);
    event->time_us = now - 20000;
    event->far_s = INT64_C(1) << 58;
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_true(bench->frame.time_us >= now);
}

static void time_stamps_that_jump_are_not_believed(void **state)
{
    struct bench *bench = *state;
    struct fake_kernel *kernel = &bench->kernel;
    const int64_t now = kernel->now_us;
    const int64_t stamps[] = {now - 20000,
                              INT64_C(9223372020) * 1000000, // vivid, wrap_timestamp
                              0, now - 30000};               // backwards

    for (size_t i = 0; i < 4; i++)
        fake_frame(kernel, bench->picture, PICTURE)->time_us = stamps[i];
    assert_true(open_source(bench));

    int64_t last = 0;

    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(next(bench), SOURCE_FRAME);
        assert_true(bench->frame.time_us > last);
        assert_between(bench->frame.time_us, now - 20000, now + 10);
        last = bench->frame.time_us;
    }
}

static void rows_may_be_longer_than_the_picture_but_not_shorter(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    node->stride = 2560 + 64;
    uint8_t *wide = calloc(720, 2624);
    fake_frame(&bench->kernel, wide, 720 * 2624);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.stride, 2624);
    bench->source->ops->close(bench->source);
    free(wide);

    node->stride = 1280;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_FORMAT);
}

static void what_the_driver_gives_is_what_counts(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    static const uint8_t jpeg[] = {0xff, 0xd8, 0xff, 0xe0, 0};
    node->gives_fourcc = V4L2_PIX_FMT_MJPEG; // asked for YUYV
    fake_frame(&bench->kernel, jpeg, sizeof(jpeg));
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.format, PIXEL_MJPEG);
    bench->source->ops->close(bench->source);

    node->gives_fourcc = V4L2_PIX_FMT_H264;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_FORMAT);
}

static void buffers_too_small_or_too_few(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    node->buffer_size = PICTURE - 1;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_FORMAT);
    node->buffer_size = 0;
    node->stumps = 1;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_REFUSED);
}

static void what_no_one_here_reads_is_handed_on_as_it_is(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    const size_t size = 640 * 480 * 3 / 2;
    uint8_t *white = malloc(size);
    assert_non_null(white);
    memset(white, 235, size);

    // Two rows of luma, then one of chroma.
    node->formats[0] =
        (struct fake_format){.fourcc = V4L2_PIX_FMT_M420, .sizes = {{640, 480, 30}}};
    node->stride = 640;

    fake_frame(&bench->kernel, white, size - 1); // shorter than its format says
    fake_frame(&bench->kernel, white, size);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.format, PIXEL_V4L2);
    assert_int_equal(bench->frame.fourcc, V4L2_PIX_FMT_M420);
    assert_int_equal(bench->frame.pixels.width, 640);
    assert_int_equal(bench->frame.pixels.data.n, size);
    assert_int_equal(camera_source_counts(bench->source).damaged, 1);

    free(white);
}

static void what_no_one_converts_is_refused(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    node->formats[0] =
        (struct fake_format){.fourcc = V4L2_PIX_FMT_M420, .sizes = {{641, 480, 30}}};
    node->stride = 641;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_FORMAT);
}

static void of_several_planes_the_first_is_luma(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    node->device_caps = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING;
    node->formats[0] =
        (struct fake_format){.fourcc = V4L2_PIX_FMT_NV12M, .sizes = {{1280, 720, 30}}};
    fake_frame(&bench->kernel, bench->picture, 1280 * 720);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.format, PIXEL_GREY);
    assert_int_equal(bench->frame.pixels.data.n, 1280 * 720);
}

static void a_front_camera_is_mirrored_and_turned_for_the_person(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    node->orientation = V4L2_CAMERA_ORIENTATION_FRONT;
    node->rotation = 270;
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_true(bench->frame.view.mirrored);
    assert_int_equal(bench->frame.view.rotation, 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(frames_come_without_a_copy),
        test(the_rate_and_the_focus_are_set_at_every_opening),
        test(what_became_of_focus_and_exposure_is_told),
        test(gaps_are_counted_and_wraps_are_none),
        test(damaged_and_short_frames_are_passed_by),
        test(bad_jpegs_are_passed_by_and_do_not_loop),
        test(time_stamp_beyond_all_is_not_believed),
        test(time_stamps_that_jump_are_not_believed),
        test(rows_may_be_longer_than_the_picture_but_not_shorter),
        test(what_the_driver_gives_is_what_counts),
        test(buffers_too_small_or_too_few),
        test(what_no_one_here_reads_is_handed_on_as_it_is),
        test(what_no_one_converts_is_refused),
        test(of_several_planes_the_first_is_luma),
        test(a_front_camera_is_mirrored_and_turned_for_the_person),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
