// SPDX-License-Identifier: MIT
// What is recorded is played again as it was.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/frames/record.h"
#include "scanner/source_spec.h"
#include "tests/unit/failing_files.h"
#include "tests/unit/failing_memory.h"

static char folder[] = "/tmp/record-XXXXXX";
static char path[64];

static void record(const struct pixels *pixels, int frames)
{
    struct recording recording;
    struct fault fault;
    assert_true(recording_create(&recording, path, &fault));
    struct frame frame = {.pixels = *pixels};
    for (int i = 0; i < frames; i++)
        assert_true(recording_add(&recording, &frame, 15, &fault));
    assert_true(recording_close(&recording, &fault));
}

// Plays the file; checks its luma, and its chroma where `chroma` is given.
static void expect(const uint8_t *luma, size_t width, size_t height, const uint8_t *chroma,
                   size_t chroma_size, int frames)
{
    struct fault fault;
    struct source *source = source_from_spec(path, &fault);
    assert_non_null(source);
    assert_true(source->ops->open(source, &fault));

    struct frame frame;
    frame_init(&frame);

    for (int i = 0; i < frames; i++) {
        assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_FRAME);
        assert_int_equal(frame.pixels.width, width);
        assert_int_equal(frame.pixels.height, height);
        for (size_t y = 0; y < height; y++)
            assert_memory_equal(frame.pixels.data.p + y * frame.pixels.stride, luma + y * width,
                                width);

        if (chroma)
            assert_memory_equal(frame.pixels.data.p + frame.pixels.stride * height, chroma,
                                chroma_size);
    }

    assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_END);
    frame_destroy(&frame);
    source->ops->close(source);
    source->ops->destroy(source);
    unlink(path);
}

static void gray_with_long_rows(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3, 99, 4, 5, 6, 99};
    static const uint8_t luma[] = {1, 2, 3, 4, 5, 6};
    record(&(struct pixels){PIXEL_GREY, 3, 2, 4, {bytes, sizeof(bytes)}}, 3);
    expect(luma, 3, 2, NULL, 0, 3);
}

static void packed(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {10, 128, 20, 129, 30, 130, 40, 131};
    static const uint8_t luma[] = {10, 20, 30, 40};
    record(&(struct pixels){PIXEL_YUYV, 2, 2, 4, {bytes, sizeof(bytes)}}, 2);
    expect(luma, 2, 2, NULL, 0, 2);
    static const uint8_t turned[] = {128, 10, 129, 20, 130, 30, 131, 40};
    record(&(struct pixels){PIXEL_UYVY, 2, 2, 4, {turned, sizeof(turned)}}, 1);
    expect(luma, 2, 2, NULL, 0, 1);
}

static void planes_keep_their_colours(void **state)
{
    (void)state;
    static const uint8_t luma[] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t chroma[] = {60, 61, 70, 71}; // Cb, Cb, Cr, Cr
    static const struct {
        enum pixel_format format;
        uint8_t bytes[12];
    } cases[] = {
        {PIXEL_I420, {1, 2, 3, 4, 5, 6, 7, 8, 60, 61, 70, 71}},
        {PIXEL_YV12, {1, 2, 3, 4, 5, 6, 7, 8, 70, 71, 60, 61}},
        {PIXEL_NV12, {1, 2, 3, 4, 5, 6, 7, 8, 60, 70, 61, 71}},
        {PIXEL_NV21, {1, 2, 3, 4, 5, 6, 7, 8, 70, 60, 71, 61}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        record(&(struct pixels){cases[i].format, 4, 2, 4, {cases[i].bytes, 12}}, 2);
        expect(luma, 4, 2, chroma, sizeof(chroma), 2);
    }
}

static void an_old_recording_is_never_overwritten(void **state)
{
    (void)state;
    static const uint8_t luma[] = {1, 2, 3, 4};
    record(&(struct pixels){PIXEL_GREY, 2, 2, 2, {luma, sizeof(luma)}}, 1);
    struct recording recording;
    struct fault fault;
    assert_false(recording_create(&recording, path, &fault));
    assert_int_equal(fault.failure, FAILURE_RECORD_WRITE);
    expect(luma, 2, 2, NULL, 0, 1);
}

static void frames_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const uint8_t luma[] = {1, 2, 3, 4};
    struct recording recording;
    struct fault fault;
    assert_true(recording_create(&recording, path, &fault));

    struct frame frame = {.pixels = {PIXEL_GREY, 2, 2, 2, {luma, sizeof(luma)}}};
    assert_true(recording_add(&recording, &frame, 0, &fault));

    frame.pixels.data.n = 3;
    assert_false(recording_add(&recording, &frame, 0, &fault));
    assert_int_equal(fault.failure, FAILURE_SOURCE_DAMAGED);

    frame.pixels = (struct pixels){PIXEL_GREY, 4, 1, 4, {luma, sizeof(luma)}};
    assert_false(recording_add(&recording, &frame, 0, &fault));
    assert_int_equal(fault.failure, FAILURE_RECORD_WRITE);

    assert_true(recording_close(&recording, &fault));
    expect(luma, 2, 2, NULL, 0, 1);
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    struct recording recording = {.file = fopen("/dev/full", "w"), .path = "/dev/full"};
    assert_non_null(recording.file);
    static const uint8_t luma[] = {1, 2, 3, 4};
    struct frame frame = {.pixels = {PIXEL_GREY, 2, 2, 2, {luma, sizeof(luma)}}};
    struct fault fault;
    assert_true(recording_add(&recording, &frame, 30, &fault)); // still in memory
    assert_false(recording_close(&recording, &fault));
    assert_int_equal(fault.failure, FAILURE_RECORD_WRITE);
}

// ---- what goes wrong ----

enum { WIDE = 40, FRAMES = 3 };

// Records as far as it goes. Says what was told, and in `frames` how many frames were taken.
static enum failure record_as_far_as_it_goes(uint64_t *frames)
{
    static uint8_t bytes[WIDE * WIDE * 2];
    struct recording recording;
    struct fault fault = {0};
    const struct frame frame = {
        .pixels = {PIXEL_YUYV, WIDE, WIDE, 2 * WIDE, {bytes, sizeof(bytes)}}};
    *frames = 0;
    if (!recording_create(&recording, path, &fault))
        return fault.failure;
    bool good = true;
    for (int i = 0; i < FRAMES && good; i++)
        good = recording_add(&recording, &frame, 15, &fault);
    *frames = recording.frames;
    good = recording_close(&recording, good ? &fault : NULL) && good;
    assert_int_equal(good, fault.failure == FAILURE_NONE);
    return fault.failure;
}

// A file that may not grow any further is what a disk without room is.
static void a_full_disk_is_told_wherever_it_is_full(void **state)
{
    (void)state;
    enum { STEP = 37 };
    struct rlimit before, limit;
    struct stat is;
    uint64_t frames;
    size_t descriptors = failing_descriptors(), failed = 0;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(record_as_far_as_it_goes(&frames), FAILURE_NONE);
    assert_int_equal(stat(path, &is), 0);
    unlink(path);

    off_t all = is.st_size;
    for (off_t room = 0; room < all + STEP; room += STEP) {
        limit = before;
        limit.rlim_cur = (rlim_t)room;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        enum failure failure = record_as_far_as_it_goes(&frames);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

        assert_int_equal(failure, room < all ? FAILURE_RECORD_WRITE : FAILURE_NONE);
        assert_int_equal(stat(path, &is), 0);
        assert_true(is.st_size == (room < all ? room : all));
        failed += room < all;
        unlink(path);
    }
    assert_true(failed > 200);
    assert_int_equal(failing_descriptors(), descriptors);
}

static void a_recording_without_memory_says_so(void **state)
{
    (void)state;
    uint64_t frames;
    unsigned calls = 0;
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        enum failure failure = record_as_far_as_it_goes(&frames);
        calls = failing_end();
        assert_int_equal(failure, call > calls ? FAILURE_NONE : FAILURE_MEMORY);
        assert_int_equal(frames, call > calls ? FRAMES : 0);
        unlink(path);
    }
    assert_true(calls >= 2);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof(path), "%s/recording", folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gray_with_long_rows),
        cmocka_unit_test(packed),
        cmocka_unit_test(planes_keep_their_colours),
        cmocka_unit_test(a_full_disk_is_told_wherever_it_is_full),
        cmocka_unit_test(a_recording_without_memory_says_so),
        cmocka_unit_test(an_old_recording_is_never_overwritten),
        cmocka_unit_test(frames_that_do_not_fit_are_refused),
        cmocka_unit_test(a_full_disk_is_told),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
