// SPDX-License-Identifier: MIT
// A live camera and its faults, replayed exactly.
#include <errno.h>

#include "tests/unit/scanner/camera_bench.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(nothing_but_damaged_frames_is_a_fault),
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
        test(a_sleep_of_the_device_starts_the_camera_anew),
        test(an_interrupt_ends_next_and_await),
        test(waits_grow_to_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
