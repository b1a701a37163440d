// SPDX-License-Identifier: MIT
// A camera that is held in a process apart: its pictures, its faults, and its end.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "scanner/eye/eye.h"
#include "scanner/eye/eye_steps.h"
#include "tests/unit/scanner/camera_apart.h"
#include "tests/unit/scanner/eye_deeds.h"
#include "tests/unit/scanner/pipeline_rig.h"

struct bench {
    struct apart_nodes nodes;
    struct source *source;
    struct frame frame;
    struct fault fault;
    bool switches; // once, while the first camera is looked at
};

// The driver in the eye does `how`; "": what it should.
static void bench_init(struct bench *bench, const char *how, const char *id)
{
    static const char *const variable[] = {APART_VARIABLE};
    char value[64];
    *bench = (struct bench){.source = NULL};
    snprintf(value, sizeof(value), APART_FOLDER "%s", how);
    setenv(variable[0], value, 1);
    frame_init(&bench->frame);
    apart_nodes_init(&bench->nodes);
    bench->source = eye_camera_new(&bench->nodes.io, id, NULL);
    assert_non_null(bench->source);
}

// Whatever happened, the program holds none of what it opened.
static void bench_destroy(struct bench *bench)
{
    static const char *const variable[] = {APART_VARIABLE};
    bench->source->ops->close(bench->source);
    bench->source->ops->destroy(bench->source);
    assert_int_equal(bench->nodes.opened, bench->nodes.closed);
    frame_destroy(&bench->frame);
    unsetenv(variable[0]);
}

static bool open_source(struct bench *bench)
{
    return bench->source->ops->open(bench->source, &bench->fault);
}

static enum source_step next(struct bench *bench)
{
    return bench->source->ops->next(bench->source, &bench->frame, &bench->fault);
}

static void assert_is_the_picture(const struct frame *frame)
{
    const struct pixels *pixels = &frame->pixels;
    assert_int_equal(pixels->format, PIXEL_YUYV);
    assert_int_equal(pixels->width, APART_WIDTH);
    assert_int_equal(pixels->height, APART_HEIGHT);
    assert_int_equal(pixels->stride, APART_WIDTH * 2);
    for (size_t y = 0; y < APART_HEIGHT; y++)
        assert_int_equal(pixels->data.p[y * pixels->stride + 1], APART_BYTE(y));
}

static void its_pictures_come_and_it_is_known(void **state)
{
    (void)state;
    struct bench bench;
    struct camera_in_use in_use;
    int64_t before_us = 0;
    bench_init(&bench, "", NULL);
    assert_true(open_source(&bench));
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(next(&bench), SOURCE_FRAME);
        assert_is_the_picture(&bench.frame);
        assert_true(bench.frame.time_us > before_us);
        before_us = bench.frame.time_us;
    }

    camera_source_in_use(bench.source, &in_use);
    assert_string_equal(in_use.id, "usb-first");
    assert_string_equal(in_use.name, "Webcam");
    assert_int_equal(in_use.others, 1);
    struct eye_camera told = eye_camera_told(bench.source);
    assert_int_equal(told.counts.frames, 9);
    assert_int_equal(told.counts.opened, 1);
    assert_string_equal(told.path, "/dev/video0");
    assert_int_equal(told.mode.fourcc, V4L2_PIX_FMT_YUYV);

    // Opened again, it goes on in the same process.
    bench.source->ops->close(bench.source);
    assert_true(bench.source->ops->await(bench.source));
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_int_equal(eye_camera_told(bench.source).counts.opened, 2);
    bench_destroy(&bench);
}

static void what_it_may_not_ends_it(void **state)
{
    (void)state;
    static const char *const deeds[] = {DEEDS_FORBIDDEN, "control"};

    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        struct bench bench;
        char how[32];
        snprintf(how, sizeof(how), "do-%s", deeds[i]);
        bench_init(&bench, how, NULL);
        assert_true(open_source(&bench));
        assert_int_equal(next(&bench), SOURCE_FRAME);
        assert_int_equal(next(&bench), SOURCE_FRAME);
        if (next(&bench) != SOURCE_FAILED || bench.fault.failure != FAILURE_READER_LOST ||
            strcmp(bench.fault.detail, eye_end_words(EYE_FORBIDDEN)) != 0)
            fail_msg("%s was not refused", deeds[i]);
        bench_destroy(&bench);
    }
}

// Its driver may say what it likes: the camera fails in words, and the process goes on.
static void a_lying_driver_costs_frames(void **state)
{
    (void)state;
    static const struct {
        const char *how;
        enum failure failure; // of the opening; NONE: frames fail
        enum failure of_frames;
    } lies[] = {
        {"short-buffers", FAILURE_CAMERA_FORMAT, FAILURE_NONE},
        {"narrow-rows", FAILURE_CAMERA_FORMAT, FAILURE_NONE},
        {"endless-rows", FAILURE_CAMERA_FORMAT, FAILURE_NONE},
        {"other-format", FAILURE_CAMERA_FORMAT, FAILURE_NONE},
        {"short-frames", FAILURE_NONE, FAILURE_CAMERA_DAMAGED},
        {"wide-rows", FAILURE_NONE, FAILURE_CAMERA_FORMAT},
    };

    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct bench bench;
        print_message("%s\n", lies[i].how);
        bench_init(&bench, lies[i].how, NULL);

        bool opened = open_source(&bench);
        assert_int_equal(opened, lies[i].failure == FAILURE_NONE);
        if (opened)
            assert_int_equal(next(&bench), SOURCE_FAILED);
        assert_string_equal(failure_code(bench.fault.failure),
                            failure_code(opened ? lies[i].of_frames : lies[i].failure));
        bench.source->ops->close(bench.source);
        assert_true(bench.source->ops->await(bench.source));
        bench_destroy(&bench);
    }
}

// Drivers may send more than a frame; what is behind one comes to nobody.
static void what_is_behind_a_frame_is_cut_off(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "long-frames", NULL);
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_is_the_picture(&bench.frame);
    assert_int_equal(bench.frame.pixels.data.n, APART_WIDTH * APART_HEIGHT * 2);
    bench_destroy(&bench);
}

static void lose_and_follow(const char *id)
{
    static const char *const variable[] = {APART_VARIABLE};
    struct bench bench;
    bench_init(&bench, "do-crash", id);
    assert_true(open_source(&bench));
    camera_source_switch(bench.source, "second-by-alias");
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_int_equal(next(&bench), SOURCE_FAILED);
    assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
    bench.source->ops->close(bench.source);

    // With the same camera.
    setenv(variable[0], APART_FOLDER, 1);
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    struct eye_camera told = eye_camera_told(bench.source);
    assert_string_equal(told.in_use.id, "second-by-alias");
    assert_int_equal(told.counts.frames, 3);
    bench_destroy(&bench);
}

// Also where another one was asked for first, before the switch.
static void a_lost_process_is_followed_by_another(void **state)
{
    (void)state;
    lose_and_follow(NULL);
    lose_and_follow("usb-first");
}

static void one_that_cannot_be_started_or_begs_is_told(void **state)
{
    (void)state;
    static const char *const ways[] = {"no-start", "begging"};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct bench bench;
        bench_init(&bench, ways[i], NULL);
        assert_false(open_source(&bench));
        assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
        bench_destroy(&bench);
    }
}

// A send that waits would wait for ten seconds.
static void one_that_takes_no_answer_is_not_waited_for(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "deaf", NULL);
    int64_t begun_us = clock_us(CLOCK_MONOTONIC);
    assert_false(open_source(&bench));
    assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
    assert_string_not_equal(bench.fault.detail, eye_end_words(EYE_LEFT));
    assert_true(clock_us(CLOCK_MONOTONIC) - begun_us < 10000000);
    bench_destroy(&bench);
}

// It says at once that there is a camera, and then has none: that is not asked without a pause.
static void one_that_always_has_a_camera_is_asked_now_and_then(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "hasty", NULL);
    int64_t begun_us = clock_us(CLOCK_MONOTONIC);
    for (size_t i = 0; i < 4; i++) {
        assert_false(open_source(&bench));
        assert_int_equal(bench.fault.failure, FAILURE_CAMERA_BUSY);
        bench.source->ops->close(bench.source);
        assert_true(bench.source->ops->await(bench.source));
    }
    assert_true(clock_us(CLOCK_MONOTONIC) - begun_us >= 190000);
    bench_destroy(&bench);
}

// A wait cannot tell it, so the next opening does.
static void one_that_is_lost_over_a_wait_is_told(void **state)
{
    (void)state;
    static const char *const variable[] = {APART_VARIABLE};
    struct bench bench;
    bench_init(&bench, "hasty-once", NULL);
    assert_false(open_source(&bench));
    bench.source->ops->close(bench.source);
    assert_true(bench.source->ops->await(bench.source));
    assert_int_equal(bench.fault.failure, FAILURE_CAMERA_BUSY);

    setenv(variable[0], APART_FOLDER, 1);
    assert_false(open_source(&bench));
    assert_int_equal(bench.fault.failure, FAILURE_READER_LOST);
    bench.source->ops->close(bench.source);
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    bench_destroy(&bench);
}

// Of a camera that it was not told yet it has no frame.
static void room_before_a_camera_ends_it(void **state)
{
    (void)state;
    static struct eye_request request = {.kind = EYE_REQUEST_ROOM};
    struct eye_steps steps;
    struct fault fault = {0};
    assert_true(eye_steps_init(&steps, EYE_IDLE_US, &fault));
    assert_true(eye_steps_await(&steps, EYE_FILMS, &fault));
    assert_true(eye_area_reserve(&steps.area, EYE_AREA_FROM, 1, &fault));
    request.room = (uint32_t)steps.area.size;
    assert_int_equal(eye_steps_ask(&steps, &request, steps.area.fd, &fault), SOURCE_FAILED);
    assert_string_equal(fault.detail, eye_end_words(EYE_LEFT));
    eye_steps_destroy(&steps);
}

// ---- nodes ----

static void a_node_that_is_no_camera_is_not_handed_over(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "", "video2");
    bench.nodes.count = 3;
    assert_false(open_source(&bench));
    assert_int_equal(bench.fault.failure, FAILURE_CAMERA_METADATA);
    bench_destroy(&bench);
}

static void without_a_node_there_is_no_process(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "no-start", NULL);
    bench.nodes.count = 0;
    assert_false(open_source(&bench));
    assert_int_equal(bench.fault.failure, FAILURE_CAMERA_NONE);

    bench.source->ops->close(bench.source);
    assert_true(bench.source->ops->await(bench.source));
    bench_destroy(&bench);

    bench_init(&bench, "no-start", "usb-first");
    bench.nodes.count = 0;
    assert_false(open_source(&bench));
    assert_int_equal(bench.fault.failure, FAILURE_CAMERA_UNKNOWN);
    bench_destroy(&bench);
}

// ---- wishes ----

struct later {
    struct source *source;
    const char *to; // NULL: the end
};

static void *wish(void *argument)
{
    const struct later *later = argument;
    usleep(100000);
    if (later->to)
        camera_source_switch(later->source, later->to);
    else
        later->source->ops->interrupt(later->source);
    return NULL;
}

static void what_waits_can_be_interrupted(void **state)
{
    (void)state;
    struct bench bench;
    pthread_t thread;
    bench_init(&bench, "do-silent", NULL);
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_int_equal(next(&bench), SOURCE_FRAME);
    struct later later = {bench.source, NULL};
    assert_int_equal(pthread_create(&thread, NULL, wish, &later), 0);
    assert_int_equal(next(&bench), SOURCE_INTERRUPTED);
    pthread_join(thread, NULL);
    assert_false(open_source(&bench)); // and stays so
    bench_destroy(&bench);
}

static void a_switch_reaches_a_camera_that_waits(void **state)
{
    (void)state;
    struct bench bench;
    pthread_t thread;
    bench_init(&bench, "do-silent", NULL);
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_int_equal(next(&bench), SOURCE_FRAME);

    struct later later = {bench.source, "second-by-alias"};
    assert_int_equal(pthread_create(&thread, NULL, wish, &later), 0);
    assert_int_equal(next(&bench), SOURCE_FRAME);
    pthread_join(thread, NULL);
    assert_string_equal(eye_camera_told(bench.source).in_use.id, "second-by-alias");
    bench_destroy(&bench);
}

static bool alias_and_switch(void *self, const char *path, char *out, size_t size)
{
    struct bench *bench = self; // its nodes are its first member
    if (bench->switches)
        camera_source_switch(bench->source, "second-by-alias");
    bench->switches = false;
    snprintf(out, size, "second-by-alias");
    return strcmp(path, "/dev/video1") == 0;
}

static void a_switch_while_it_opens_is_done(void **state)
{
    (void)state;
    struct bench bench;
    bench_init(&bench, "", NULL);
    bench.nodes.io.alias = alias_and_switch;
    bench.switches = true;
    assert_true(open_source(&bench));
    assert_int_equal(next(&bench), SOURCE_FRAME);
    assert_string_equal(eye_camera_told(bench.source).in_use.id, "second-by-alias");
    bench_destroy(&bench);
}

// ---- in the pipeline ----

static void the_pipeline_counts_and_goes_on(void **state)
{
    (void)state;
    static const char *const variable[] = {APART_VARIABLE};
    struct apart_nodes nodes;
    struct rig rig;
    apart_nodes_init(&nodes);
    setenv(variable[0], APART_FOLDER "do-crash", 1);
    rig_init(&rig, eye_camera_new(&nodes.io, NULL, NULL),
             (struct pipeline_settings){.eye = true});
    rig_start(&rig);
    await_lost(&rig.log, 2);
    rig_stop(&rig);
    unsetenv(variable[0]);

    assert_true(counters_of(&rig).lost >= 2);
    assert_true(counters_of(&rig).frames >= 4);
    assert_int_equal(count_events(&rig.log, PIPELINE_WAITING), 0);
    rig_destroy(&rig);
    assert_int_equal(nodes.opened, nodes.closed);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_pictures_come_and_it_is_known),
        cmocka_unit_test(what_it_may_not_ends_it),
        cmocka_unit_test(a_lying_driver_costs_frames),
        cmocka_unit_test(what_is_behind_a_frame_is_cut_off),
        cmocka_unit_test(a_lost_process_is_followed_by_another),
        cmocka_unit_test(one_that_cannot_be_started_or_begs_is_told),
        cmocka_unit_test(one_that_takes_no_answer_is_not_waited_for),
        cmocka_unit_test(one_that_always_has_a_camera_is_asked_now_and_then),
        cmocka_unit_test(one_that_is_lost_over_a_wait_is_told),
        cmocka_unit_test(room_before_a_camera_ends_it),
        cmocka_unit_test(a_node_that_is_no_camera_is_not_handed_over),
        cmocka_unit_test(without_a_node_there_is_no_process),
        cmocka_unit_test(what_waits_can_be_interrupted),
        cmocka_unit_test(a_switch_reaches_a_camera_that_waits),
        cmocka_unit_test(a_switch_while_it_opens_is_done),
        cmocka_unit_test(the_pipeline_counts_and_goes_on),
    };
    int eye = apart_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
