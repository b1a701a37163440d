// SPDX-License-Identifier: MIT
// Everything that can happen to a PipeWire camera, by a real daemon and real cameras.
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "apart/sanitized.h"
#include "scanner/camera/camera_use.h"
#include "tests/pipewire/rig.h"

#define BACK_MS   2000 // pictures are back by then
#define SOON_MS   1000 // and a fault that the daemon tells is known by then
#define STALL_MS  2000 // nothing tells of a stall: an own limit does
#define LATE_MS   700  // that it may be noticed later, on a busy machine
#define ROUNDS    10
#define GROWTH_KB 1024 // of memory, after the second round

static void begin(struct bench *bench, const char *format)
{
    bench_start_camera(bench, 0, "qr-camera", format, 1, "daemon", "back");
    bench_make_source(bench, "pipewire:qr-camera");
    bench_open(bench);
}

static void fails(struct bench *bench, int64_t most_ms, enum failure expected)
{
    enum failure failure = bench_await_failure(bench, most_ms);
    if (failure != expected)
        fail_msg("%s: %s", failure_code(failure), bench->fault.detail);
}

static void no_daemon_and_one_that_comes(void **state)
{
    struct bench *bench = *state;
    bench_kill_daemon(bench);
    bench_make_source(bench, "pipewire:qr-camera");
    bench_refuses(bench, FAILURE_PIPEWIRE_DAEMON);
    bench_start_daemon(bench);
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
}

static void the_daemon_is_killed_and_comes_back(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    bench_read_code(bench);
    bench_kill_daemon(bench);
    fails(bench, SOON_MS, FAILURE_PIPEWIRE_DAEMON);
    bench_refuses(bench, FAILURE_PIPEWIRE_DAEMON);

    bench_kill_camera(bench, 0);
    bench_start_daemon(bench);
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
}

static void a_camera_that_ends_is_not_replaced_by_another(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    bench_start_camera(bench, 1, "other-camera", "NV12", 1, "daemon", "front");
    bench_read_code(bench);
    bench_kill_camera(bench, 0);
    fails(bench, SOON_MS, FAILURE_PIPEWIRE_GONE);
    bench_refuses(bench, FAILURE_PIPEWIRE_GONE);
}

static void a_stalled_camera_is_silent(void **state)
{
    struct bench *bench = *state;
    begin(bench, "YUY2");
    bench_read_code(bench);
    bench_tell(bench, 0, "stall");
    int64_t begin_ms = bench_now_ms();
    fails(bench, STALL_MS + LATE_MS, FAILURE_CAMERA_SILENT);
    assert_true(bench_now_ms() - begin_ms >= STALL_MS - 100);
    bench_tell(bench, 0, "go");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
}

static void no_common_format(void **state)
{
    struct bench *bench = *state;
    bench_start_camera(bench, 0, "qr-camera", "H264", 1, "daemon", "back");
    bench_make_source(bench, "pipewire");
    bench_refuses_in_the_end(bench, FAILURE_PIPEWIRE_NO_CAMERA, FAILURE_CAMERA_FORMAT);
}

static void a_camera_that_comes_later(void **state)
{
    struct bench *bench = *state;
    bench_make_source(bench, "pipewire");
    bench_refuses(bench, FAILURE_PIPEWIRE_NO_CAMERA);
    assert_true(bench->source->ops->await(bench->source));
    bench_refuses(bench, FAILURE_PIPEWIRE_NO_CAMERA);
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
    bench_read_code(bench);
}

static void an_unknown_name(void **state)
{
    struct bench *bench = *state;
    bench_make_source(bench, "pipewire:nonesuch");
    bench_refuses(bench, FAILURE_CAMERA_UNKNOWN);
}

static void the_format_changes_in_the_middle(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    bench_read_code(bench);
    assert_int_equal(bench->frame.pixels.width, 320);

    bench_tell(bench, 0, "format YUY2 2");
    for (int i = 0; i < 60 && bench->frame.pixels.width != 640; i++)
        bench_next(bench); // without being opened anew
    assert_int_equal(bench->frame.pixels.width, 640);
    assert_int_equal(bench->frame.pixels.format, PIXEL_YUYV);
    bench_read_code(bench);
}

static void damaged_frames_are_passed_by_and_counted(void **state)
{
    static const char *const commands[][2] = {{"corrupt 2", "corrupt 0"}, {"cut 2", "cut 0"}};
    struct bench *bench = *state;
    begin(bench, "NV12");
    for (size_t i = 0; i < 2; i++) {
        bench_tell(bench, 0, commands[i][0]);
        for (int frame = 0; frame < 4; frame++)
            bench_next(bench); // what was under way
        for (int frame = 0; frame < 6; frame++) {
            uint64_t before = bench->frame.index;
            bench_next(bench);
            assert_true(bench->frame.index >= before + 2);
            assert_int_equal(bench->frame.pixels.data.n, 320 * 240 * 3 / 2);
        }
        bench_tell(bench, 0, commands[i][1]);
        bench_read_code(bench);
    }

    bench_tell(bench, 0, "corrupt 1");
    fails(bench, 4000, FAILURE_CAMERA_DAMAGED);
    bench_tell(bench, 0, "corrupt 0");
    assert_in_range(bench_await_frame(bench, BACK_MS), 0, BACK_MS);
}

static void what_a_buffer_says_is_checked(void **state)
{
    static const char *const commands[][2] = {
        {"stride 1000000", "stride -1"}, {"stride 319", "stride -1"},
        {"stride 480", "stride -1"},     {"stride -7", "stride -1"},
        {"offset 4096", "offset -1"},    {"offset 4000000000", "offset -1"},
        {"size 4000000000", "size -1"},  {"size 100", "size -1"},
        {"size 0", "size -1"},
    };
    struct bench *bench = *state;

    for (size_t kind = 0; kind < 2; kind++) {
        bench_start_camera(bench, 0, "qr-camera", "NV12", 1, kind ? "open" : "daemon", "back");
        bench_make_source(bench, "pipewire:qr-camera");
        bench_open(bench);
        for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
            bench_tell(bench, 0, commands[i][0]);
            nanosleep(&(struct timespec){.tv_nsec = 150000000}, NULL);
            bench_tell(bench, 0, commands[i][1]);
            bench_read_code(bench);
        }
        bench_drop_source(bench);
        bench_kill_camera(bench, 0);
    }
}

static void memory_that_is_cut_off_kills_nobody(void **state)
{
    struct bench *bench = *state;
    bench_start_camera(bench, 0, "qr-camera", "NV12", 2, "open", "back");
    bench_make_source(bench, "pipewire:qr-camera");
    bench_open(bench);
    bench_read_code(bench);
    bench_tell(bench, 0, "shrink");
    fails(bench, 6000, FAILURE_CAMERA_DAMAGED);
}

static void front_and_back_and_how_they_are_mounted(void **state)
{
    struct bench *bench = *state;
    bench_start_camera(bench, 0, "one", "NV12", 1, "daemon", "front");
    bench_start_camera(bench, 1, "one", "GRAY8", 1, "daemon", "back");
    static const struct {
        const char *spec;
        enum pixel_format format;
        bool mirrored;
    } cases[] = {
        {"pipewire:front", PIXEL_NV12, true},
        {"pipewire:back", PIXEL_GREY, false},
        {"pipewire", PIXEL_GREY, false}, // the back one is the best
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bench_make_source(bench, cases[i].spec);
        bench_open(bench);
        assert_int_equal(bench->frame.pixels.format, cases[i].format);
        assert_int_equal(bench->frame.view.mirrored, cases[i].mirrored);
        assert_int_equal(bench->frame.view.rotation, 270);
        bench_drop_source(bench);
    }
}

static void a_buffer_says_how_it_is_turned(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    assert_int_equal(bench->frame.view.rotation, 270); // the node's
    bench_tell(bench, 0, "turn 2");                    // SPA_META_TRANSFORMATION_180
    bench_tell(bench, 0, "format NV12 1");
    for (int i = 0; i < 60 && bench->frame.view.rotation != 180; i++)
        bench_next(bench);
    assert_int_equal(bench->frame.view.rotation, 180);
    assert_false(bench->frame.view.mirrored);
}

static size_t open_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static long resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t processor_ms(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (int64_t)spent.tv_sec * 1000 + spent.tv_nsec / 1000000;
}

static void ten_times_out_and_in(void **state)
{
    struct bench *bench = *state;
    begin(bench, "NV12");
    size_t descriptors = 0;
    long memory = 0;
    int64_t slowest = 0;
    int64_t begin_ms = bench_now_ms();
    int64_t spent_ms = processor_ms();

    for (int round = 0; round < ROUNDS; round++) {
        bench_kill_camera(bench, 0);
        fails(bench, SOON_MS, FAILURE_PIPEWIRE_GONE);
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
        bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
        int64_t took = bench_await_frame(bench, BACK_MS);
        slowest = took > slowest ? took : slowest;
        if (round == 1) {
            descriptors = open_descriptors();
            memory = resident_kb();
        }
    }

    spent_ms = processor_ms() - spent_ms;
    int64_t wall_ms = bench_now_ms() - begin_ms;
    print_message("back after %d ms at most; %d KiB grown; %d ms of %d ms worked\n",
                  (int)slowest, (int)(resident_kb() - memory), (int)spent_ms, (int)wall_ms);
    assert_int_equal(open_descriptors(), descriptors);
    assert_true(slowest <= BACK_MS);
    assert_true(spent_ms * 4 < wall_ms);
#ifndef SANITIZED
    assert_true(resident_kb() - memory < GROWTH_KB);
#endif
}

static void the_screen_switches_cameras(void **state)
{
    struct bench *bench = *state;
    struct camera_in_use in_use;
    bench_start_camera(bench, 1, "other-camera", "GRAY8", 1, "daemon", "front");
    bench_start_camera(bench, 0, "qr-camera", "NV12", 1, "daemon", "back");
    bench_make_source(bench, "pipewire");
    bench_open(bench);
    do
        bench_next(bench); // until both have come
    while (camera_source_in_use(bench->source, &in_use), in_use.others == 0);
    camera_source_switch(bench->source, "back"); // whichever of the two came first
    for (int i = 0; i < 60 && bench->frame.pixels.format != PIXEL_NV12; i++)
        bench_next(bench);
    assert_int_equal(bench->frame.pixels.format, PIXEL_NV12);
    camera_source_in_use(bench->source, &in_use);
    assert_string_equal(in_use.id, "qr-camera");
    assert_int_equal(in_use.others, 1);

    camera_source_switch(bench->source, NULL);
    for (int i = 0; i < 60 && bench->frame.pixels.format != PIXEL_GREY; i++)
        bench_next(bench);
    assert_int_equal(bench->frame.pixels.format, PIXEL_GREY);
    camera_source_in_use(bench->source, &in_use);
    assert_string_equal(in_use.id, "other-camera");
    assert_int_equal(in_use.facing, CAMERA_FACING_FRONT);

    camera_source_switch(bench->source, "nonesuch"); // all stays as it is
    bench_next(bench);
    bench_next(bench);
    camera_source_in_use(bench->source, &in_use);
    assert_string_equal(in_use.id, "other-camera");
}

static void *interrupt_soon(void *argument)
{
    struct source *source = argument;
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    source->ops->interrupt(source);
    return NULL;
}

static void an_interrupted_source_stays_so(void **state)
{
    struct bench *bench = *state;
    struct source *source;
    pthread_t thread;
    begin(bench, "NV12");
    bench_tell(bench, 0, "stall");
    source = bench->source;
    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, source), 0);
    int64_t begin_ms = bench_now_ms();
    enum source_step step;
    while ((step = source->ops->next(source, &bench->frame, &bench->fault)) == SOURCE_FRAME)
        ;
    assert_int_equal(step, SOURCE_INTERRUPTED);
    assert_true(bench_now_ms() - begin_ms < SOON_MS);
    pthread_join(thread, NULL);

    source->ops->close(source);
    assert_false(source->ops->await(source));
    assert_false(source->ops->open(source, &bench->fault));
}

#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, bench_setup, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BENCH(no_daemon_and_one_that_comes),
        ON_BENCH(the_daemon_is_killed_and_comes_back),
        ON_BENCH(a_camera_that_ends_is_not_replaced_by_another),
        ON_BENCH(a_stalled_camera_is_silent),
        ON_BENCH(no_common_format),
        ON_BENCH(a_camera_that_comes_later),
        ON_BENCH(an_unknown_name),
        ON_BENCH(the_format_changes_in_the_middle),
        ON_BENCH(damaged_frames_are_passed_by_and_counted),
        ON_BENCH(what_a_buffer_says_is_checked),
        ON_BENCH(memory_that_is_cut_off_kills_nobody),
        ON_BENCH(front_and_back_and_how_they_are_mounted),
        ON_BENCH(a_buffer_says_how_it_is_turned),
        ON_BENCH(the_screen_switches_cameras),
        ON_BENCH(ten_times_out_and_in),
        ON_BENCH(an_interrupted_source_stays_so),
    };
    bench_need_pipewire();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
