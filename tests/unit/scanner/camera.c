// SPDX-License-Identifier: MIT
// A live camera and its faults, replayed exactly.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/scanner/camera_fake.h"

#define PICTURE (1280u * 720u * 2u)

struct bench {
    struct fake_kernel kernel;
    struct source *source;
    struct frame frame;
    struct fault fault;
    uint8_t *picture;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    fake_kernel_init(&bench->kernel);
    bench->picture = calloc(1, PICTURE);
    bench->source = camera_source_new(fake_system(&bench->kernel), NULL, &bench->fault);
    assert_non_null(bench->source);
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    bench->source->ops->destroy(bench->source);
    // Whatever happened, everything that was taken is given back.
    for (size_t i = 0; i < bench->kernel.node_count; i++) {
        const struct fake_node *node = &bench->kernel.nodes[i];
        assert_int_equal(node->opened, node->closed);
        assert_int_equal(node->mapped, node->unmapped);
    }
    fake_kernel_destroy(&bench->kernel);
    free(bench->picture);
    free(bench);
    return 0;
}

static bool open_source(struct bench *bench)
{
    return bench->source->ops->open(bench->source, &bench->fault);
}

static enum source_step next(struct bench *bench)
{
    return bench->source->ops->next(bench->source, &bench->frame, &bench->fault);
}

static void expect_failed(struct bench *bench, enum failure failure)
{
    assert_int_equal(next(bench), SOURCE_FAILED);
    assert_string_equal(failure_code(bench->fault.failure), failure_code(failure));
}

// Closes, waits, opens, and sees a frame: what the pipeline does after a fault.
static void expect_recovery(struct bench *bench)
{
    struct fake_node *node = &bench->kernel.nodes[0];
    bench->source->ops->close(bench->source);
    node->gone = false;
    node->event_at = node->event_count = 0;
    assert_true(bench->source->ops->await(bench->source));
    assert_true(open_source(bench));
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_int_equal(next(bench), SOURCE_FRAME);
}

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

static void nothing_but_damaged_frames_is_a_fault(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 20; i++) {
        struct fake_event *event = fake_frame(&bench->kernel, bench->picture, PICTURE / 2);
        event->silent_us = 500000;
    }
    assert_true(open_source(bench));
    expect_failed(bench, FAILURE_CAMERA_DAMAGED);
    expect_recovery(bench);
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

static void unplugged_while_waiting(void **state)
{
    struct bench *bench = *state;
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    bench->kernel.nodes[0].gone = true; // seen at QBUF
    expect_failed(bench, FAILURE_CAMERA_GONE);
    expect_recovery(bench);

    struct fake_event *event = fake_frame(&bench->kernel, NULL, 0); // seen at DQBUF
    event->error = ENODEV;
    event->poll_error = true;
    expect_failed(bench, FAILURE_CAMERA_GONE);
    expect_recovery(bench);
}

static void ten_times_out_and_in(void **state)
{
    struct bench *bench = *state;
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    for (int i = 0; i < 10; i++) {
        bench->kernel.nodes[0].gone = true;
        expect_failed(bench, FAILURE_CAMERA_GONE);
        bench->source->ops->close(bench->source);
        assert_false(open_source(bench));
        assert_int_equal(bench->fault.failure, FAILURE_CAMERA_GONE);
        expect_recovery(bench);
    }
    assert_int_equal(camera_source_counts(bench->source).opened, 11);
}

static void it_comes_back_under_another_number(void **state)
{
    struct bench *bench = *state;
    struct fake_kernel *kernel = &bench->kernel;
    kernel->nodes[0].alias = kernel->nodes[1].alias = "usb-Acme_Webcam-index0";
    fake_frame(kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    kernel->nodes[0].gone = true;
    expect_failed(bench, FAILURE_CAMERA_GONE);
    bench->source->ops->close(bench->source);
    kernel->node_count = 2;
    assert_true(open_source(bench));
    assert_string_equal(camera_source_entry(bench->source)->path, "/dev/video1");
}

static void what_the_system_says_gets_its_name(void **state)
{
    struct bench *bench = *state;
    struct fake_node *node = &bench->kernel.nodes[0];
    const struct {
        int *at;
        int error;
        enum failure failure;
    } cases[] = {
        {&node->open_error, EACCES, FAILURE_CAMERA_PERMISSION},
        {&node->open_error, EPERM, FAILURE_CAMERA_PERMISSION},
        {&node->open_error, EBUSY, FAILURE_CAMERA_BUSY},
        {&node->open_error, ENODEV, FAILURE_CAMERA_GONE},
        {&node->query_error, ENOTTY, FAILURE_CAMERA_REFUSED},
        {&node->format_error, EBUSY, FAILURE_CAMERA_BUSY},
        {&node->format_error, EINVAL, FAILURE_CAMERA_REFUSED},
        {&node->buffers_error, EBUSY, FAILURE_CAMERA_BUSY},
        {&node->buffers_error, EINVAL, FAILURE_CAMERA_REFUSED},
        {&node->buffers_error, ENOMEM, FAILURE_MEMORY},
        {&node->stream_error, EPIPE, FAILURE_CAMERA_UNCONFIGURED},
        {&node->stream_error, ENOLINK, FAILURE_CAMERA_UNCONFIGURED},
        {&node->stream_error, ENOSPC, FAILURE_CAMERA_BANDWIDTH},
        {&node->stream_error, EINVAL, FAILURE_CAMERA_REFUSED},
        {&node->stream_error, EIO, FAILURE_CAMERA_DRIVER},
        {&node->stream_error, EPROTO, FAILURE_CAMERA_DRIVER},
        {&node->stream_error, ETIMEDOUT, FAILURE_CAMERA_DRIVER},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        *cases[i].at = cases[i].error;
        assert_false(open_source(bench));
        assert_string_equal(failure_code(bench->fault.failure), failure_code(cases[i].failure));
        assert_true(strlen(bench->fault.detail) > 0);
        *cases[i].at = 0;
        assert_true(open_source(bench));
        bench->source->ops->close(bench->source);
    }
}

static void no_camera_and_no_such_camera(void **state)
{
    struct bench *bench = *state;
    bench->kernel.nodes[0].gone = true;
    assert_false(open_source(bench));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_NONE);

    struct source *named = camera_source_new(fake_system(&bench->kernel), "usb-9", NULL);
    assert_false(named->ops->open(named, &bench->fault));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_UNKNOWN);
    named->ops->destroy(named);
}

static void the_first_frame_never_comes(void **state)
{
    struct bench *bench = *state;
    assert_true(open_source(bench));
    int64_t began = bench->kernel.now_us;
    unsigned polls = bench->kernel.polls;
    expect_failed(bench, FAILURE_CAMERA_SILENT);
    assert_int_equal(bench->kernel.now_us - began, CAMERA_FIRST_FRAME_US);
    assert_true(bench->kernel.polls - polls <= 10); // waits, does not spin
    expect_recovery(bench);
}

static void frames_stop_coming(void **state)
{
    struct bench *bench = *state;
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    int64_t began = bench->kernel.now_us;
    expect_failed(bench, FAILURE_CAMERA_SILENT);
    assert_int_equal(bench->kernel.now_us - began, CAMERA_NEXT_FRAME_US);
    expect_recovery(bench);
}

static void errors_in_the_middle_are_the_drivers(void **state)
{
    struct bench *bench = *state;
    assert_true(open_source(bench));
    const int errors[] = {EIO, EINVAL, EPROTO};
    for (size_t i = 0; i < 3; i++) {
        struct fake_event *event = fake_frame(&bench->kernel, NULL, 0);
        event->error = errors[i];
        event->poll_error = true;
        expect_failed(bench, FAILURE_CAMERA_DRIVER);
        expect_recovery(bench);
    }
    bench->kernel.nodes[0].queue_error = EINVAL;
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
    bench->kernel.nodes[0].queue_error = 0;
    expect_recovery(bench);
}

static void a_buffer_that_is_not_taken_at_once_is_offered_again(void **state)
{
    struct bench *bench = *state;
    for (int i = 0; i < 3; i++)
        fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    bench->kernel.nodes[0].queue_later = 5;
    assert_int_equal(next(bench), SOURCE_FRAME);
    bench->kernel.nodes[0].queue_later = 1000;
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
}

static void promises_without_frames_end(void **state)
{
    struct bench *bench = *state;
    assert_true(open_source(bench));
    for (int i = 0; i < 50; i++)
        fake_frame(&bench->kernel, NULL, 0)->error = EAGAIN;
    unsigned polls = bench->kernel.polls;
    int64_t before_us = bench->kernel.now_us;
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
    assert_int_equal(bench->kernel.polls - polls, 40); // each with a pause
    assert_int_equal(bench->kernel.now_us - before_us, 100000);
    expect_recovery(bench);

    // POLLERR and nothing to take: at once.
    struct fake_event *event = fake_frame(&bench->kernel, NULL, 0);
    event->error = EAGAIN;
    event->poll_error = true;
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
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
        assert_in_range(bench->frame.time_us, now - 20000, now + 10);
        last = bench->frame.time_us;
    }
}

static void a_sleep_of_the_device_starts_the_camera_anew(void **state)
{
    struct bench *bench = *state;
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    fake_frame(&bench->kernel, bench->picture, PICTURE);
    assert_true(open_source(bench));
    assert_int_equal(next(bench), SOURCE_FRAME);
    bench->kernel.slept_us += INT64_C(3600000000);
    expect_failed(bench, FAILURE_CAMERA_ASLEEP);
    expect_recovery(bench);
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

static void what_no_one_here_reads_is_converted(void **state)
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
    for (int i = 0; i < 3; i++)
        fake_frame(&bench->kernel, white, size);
    assert_true(open_source(bench));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(next(bench), SOURCE_FRAME);
        assert_int_equal(bench->frame.pixels.format, PIXEL_I420);
        assert_int_equal(bench->frame.pixels.data.n, size);
        assert_int_equal(bench->frame.pixels.data.p[640 * 240], 235);
    }
    free(white);
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

static void an_interrupt_ends_next_and_await(void **state)
{
    struct bench *bench = *state;
    assert_true(open_source(bench));
    bench->source->ops->interrupt(bench->source);
    assert_int_equal(next(bench), SOURCE_INTERRUPTED);
    assert_false(bench->source->ops->await(bench->source));
}

static void waits_grow_to_a_second(void **state)
{
    struct bench *bench = *state;
    const int64_t waits_ms[] = {250, 500, 1000, 1000};
    for (size_t i = 0; i < 4; i++) {
        int64_t before = bench->kernel.now_us;
        assert_true(bench->source->ops->await(bench->source));
        // Only the descriptor of the interrupt is polled here; time moves by the time-out.
        assert_int_equal(bench->kernel.now_us - before, waits_ms[i] * 1000);
    }
}

static struct camera_in_use in_use(const struct bench *bench)
{
    struct camera_in_use out;
    camera_source_in_use(bench->source, &out);
    return out;
}

// A phone: video0 looks back, video1 is metadata, video2 looks to the front.
static void make_phone(struct bench *bench)
{
    struct fake_node *node = bench->kernel.nodes;
    bench->kernel.node_count = 3;
    node[0].bus = "platform:back";
    node[0].orientation = V4L2_CAMERA_ORIENTATION_BACK;
    node[1].device_caps = V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING;
    node[2].bus = "platform:front";
    node[2].orientation = V4L2_CAMERA_ORIENTATION_FRONT;
    node[2].formats[0].sizes[0].width = 640;
    node[2].formats[0].sizes[0].height = 480;
    for (int i = 0; i < 8; i++) {
        fake_frame_of(&bench->kernel, 0, bench->picture, PICTURE);
        fake_frame_of(&bench->kernel, 2, bench->picture, 640u * 480u * 2u);
    }
}

static void expect_camera(struct bench *bench, const char *id, size_t width)
{
    assert_int_equal(next(bench), SOURCE_FRAME);
    assert_int_equal(bench->frame.pixels.width, width);
    assert_string_equal(in_use(bench).id, id);
    assert_string_equal(camera_source_entry(bench->source)->id, id);
}

static void the_switch_changes_cameras_while_aiming(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    assert_string_equal(in_use(bench).id, "");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 1);
    assert_int_equal(in_use(bench).facing, CAMERA_FACING_BACK);
    uint64_t index = bench->frame.index;

    camera_source_switch(bench->source, NULL);
    expect_camera(bench, "platform:front", 640);
    assert_int_equal(in_use(bench).facing, CAMERA_FACING_FRONT);
    assert_int_equal(in_use(bench).others, 1);
    assert_true(bench->frame.view.mirrored);
    assert_true(bench->frame.index > index);
    camera_source_switch(bench->source, NULL);
    expect_camera(bench, "platform:back", 1280);
    camera_source_switch(bench->source, "front");
    expect_camera(bench, "platform:front", 640);

    // Asked for twice before the next frame, it is one step from where it is.
    camera_source_switch(bench->source, "front");
    camera_source_switch(bench->source, "platform:back");
    expect_camera(bench, "platform:back", 1280);
}

static void the_switch_stays_where_there_is_no_other(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    bench->kernel.nodes[2].open_error = EACCES;
    assert_true(open_source(bench));
    assert_int_equal(in_use(bench).others, 0);
    unsigned streams = bench->kernel.nodes[0].streams;
    static const char *const ids[] = {NULL, "front", "back", "nonesuch", "video1"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        camera_source_switch(bench->source, ids[i]);
        expect_camera(bench, "platform:back", 1280);
    }
    assert_int_equal(bench->kernel.nodes[0].streams, streams);
}

static void a_camera_that_does_not_start_gives_way(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    bench->kernel.nodes[2].stream_error = EIO;
    assert_true(open_source(bench));
    camera_source_switch(bench->source, NULL);
    expect_failed(bench, FAILURE_CAMERA_DRIVER);
    bench->source->ops->close(bench->source);
    // It is tried again; when it is no longer there, the other one takes over.
    bench->kernel.nodes[2].gone = true;
    assert_true(bench->source->ops->await(bench->source));
    assert_true(open_source(bench));
    expect_camera(bench, "platform:back", 1280);
}

static void the_switch_helps_while_a_camera_is_awaited(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    struct source *named =
        camera_source_new(fake_system(&bench->kernel), "platform:back", NULL);
    bench->kernel.nodes[0].gone = true;
    assert_false(named->ops->open(named, &bench->fault));
    assert_int_equal(bench->fault.failure, FAILURE_CAMERA_UNKNOWN);
    struct camera_in_use out;
    camera_source_in_use(named, &out);
    assert_int_equal(out.others, 1);
    camera_source_switch(named, NULL);
    assert_true(named->ops->await(named));
    assert_true(named->ops->open(named, &bench->fault));
    camera_source_in_use(named, &out);
    assert_string_equal(out.id, "platform:front");
    // An interrupt is not forgotten over a switch.
    named->ops->interrupt(named);
    camera_source_switch(named, NULL);
    assert_int_equal(named->ops->next(named, &bench->frame, NULL), SOURCE_INTERRUPTED);
    assert_int_equal(named->ops->next(named, &bench->frame, NULL), SOURCE_INTERRUPTED);
    named->ops->destroy(named);
}

static void the_switch_tells_which_camera_to_begin_with(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    camera_source_switch(bench->source, "platform:front");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:front", 640);
    assert_int_equal(in_use(bench).others, 1);
    assert_int_equal(bench->kernel.nodes[0].streams, 0);
    bench->source->ops->close(bench->source);
    camera_source_switch(bench->source, "nonesuch");
    assert_true(open_source(bench));
    expect_camera(bench, "platform:front", 640);
}

static void cameras_that_come_and_go_are_counted(void **state)
{
    struct bench *bench = *state;
    make_phone(bench);
    bench->source->ops->destroy(bench->source);
    bench->kernel.watched = true;
    bench->source = camera_source_new(fake_system(&bench->kernel), NULL, NULL);
    bench->kernel.nodes[2].gone = true;
    assert_true(open_source(bench));
    assert_int_equal(in_use(bench).others, 0);
    bench->kernel.nodes[2].gone = false;
    fake_change(&bench->kernel, "null");
    bench->kernel.now_us += 600000;
    expect_camera(bench, "platform:back", 1280);
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 0);
    fake_change(&bench->kernel, "video2");
    expect_camera(bench, "platform:back", 1280);
    bench->kernel.now_us += 600000; // its rights are settled by then
    expect_camera(bench, "platform:back", 1280);
    assert_int_equal(in_use(bench).others, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(frames_come_without_a_copy),
        test(the_rate_and_the_focus_are_set_at_every_opening),
        test(gaps_are_counted_and_wraps_are_none),
        test(damaged_and_short_frames_are_passed_by),
        test(nothing_but_damaged_frames_is_a_fault),
        test(bad_jpegs_are_passed_by_and_do_not_loop),
        test(unplugged_while_waiting),
        test(ten_times_out_and_in),
        test(it_comes_back_under_another_number),
        test(what_the_system_says_gets_its_name),
        test(no_camera_and_no_such_camera),
        test(the_first_frame_never_comes),
        test(frames_stop_coming),
        test(errors_in_the_middle_are_the_drivers),
        test(a_buffer_that_is_not_taken_at_once_is_offered_again),
        test(promises_without_frames_end),
        test(time_stamps_that_jump_are_not_believed),
        test(a_sleep_of_the_device_starts_the_camera_anew),
        test(rows_may_be_longer_than_the_picture_but_not_shorter),
        test(what_the_driver_gives_is_what_counts),
        test(buffers_too_small_or_too_few),
        test(what_no_one_here_reads_is_converted),
        test(of_several_planes_the_first_is_luma),
        test(a_front_camera_is_mirrored_and_turned_for_the_person),
        test(an_interrupt_ends_next_and_await),
        test(waits_grow_to_a_second),
        test(the_switch_changes_cameras_while_aiming),
        test(the_switch_stays_where_there_is_no_other),
        test(a_camera_that_does_not_start_gives_way),
        test(the_switch_helps_while_a_camera_is_awaited),
        test(the_switch_tells_which_camera_to_begin_with),
        test(cameras_that_come_and_go_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
