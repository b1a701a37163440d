// SPDX-License-Identifier: MIT
// Memory that is not given: each call for it fails once, while a file of each kind is opened
// and read, in this process and apart, and while a pipeline runs. Who asked is told MEMORY, or
// loses a frame that is counted, and can go on.

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <png.h>
#include <webp/encode.h>

#include "scanner/source_spec.h"
#include "support.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/scanner/eye_deeds.h"
#include "tests/unit/scanner/pipeline_rig.h"

enum { ODD = 48, ROUNDS_MAX = 300 };

// ---- files ----

static void add_y4m(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)odd;
    y4m_add_header(to, SIDE, SIDE, " F30:1 C420jpeg");
    for (int i = 0; i < 3; i++)
        y4m_add_frame(to, luma, SIDE * SIDE, SIDE * SIDE / 2);
}

static void add_jpegs(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)odd;
    for (int i = 0; i < 3; i++)
        jpeg_add(to, luma, SIDE, SIDE);
}

// So small that it is enlarged.
static void add_small_jpeg(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)luma;
    jpeg_add(to, odd, ODD, ODD);
}

static void add_pgm(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)odd;
    bytes_text(to, "P5 160 160 255\n");
    bytes_add(to, span_of(luma, SIDE * SIDE));
}

static void add_png(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)odd;
    static uint8_t room[2 * SIDE * SIDE];
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = PNG_FORMAT_GRAY};
    png_alloc_size_t size = sizeof(room);
    assert_int_not_equal(png_image_write_to_memory(&image, room, &size, 0, luma, 0, NULL), 0);
    bytes_add(to, span_of(room, size));
}

static void add_webp(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)luma;
    static uint8_t rgb[3 * ODD * ODD];
    for (size_t i = 0; i < sizeof(rgb); i++)
        rgb[i] = odd[i / 3];
    uint8_t *file = NULL;
    size_t size = WebPEncodeLosslessRGB(rgb, ODD, ODD, 3 * ODD, &file);
    assert_true(size > 0);
    bytes_add(to, span_of(file, size));
    WebPFree(file);
}

static void add_bmp(struct bytes *to, const uint8_t *luma, const uint8_t *odd)
{
    (void)luma;
    static const uint8_t head[54] = {
        'B', 'M', [10] = 54, [14] = 40, [18] = ODD, [22] = ODD, [26] = 1, [28] = 24};
    bytes_add(to, span_of(head, sizeof(head)));
    for (size_t i = 0; i < ODD * ODD; i++)
        bytes_add(to, span_of((const uint8_t[]){odd[i], odd[i], odd[i]}, 3));
}

static const struct {
    void (*add)(struct bytes *to, const uint8_t *luma, const uint8_t *odd);
    size_t frames;
    unsigned calls; // at least
} kinds[] = {
    {add_y4m, 3, 3}, {add_jpegs, 3, 3}, {add_small_jpeg, 1, 7}, {add_pgm, 1, 7},
    {add_png, 1, 8}, {add_webp, 1, 7},  {add_bmp, 1, 7},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static char *file_of_kind(size_t kind)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("a code"));
    uint8_t *odd = draw_picture(ODD, ODD, 230, span_of(NULL, 0));
    kinds[kind].add(&file, luma, odd);
    free(luma);
    free(odd);
    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

// Opens it and reads it to the end; it may be open already, or have failed.
static bool play(struct source *source, size_t *frames, struct fault *fault)
{
    struct frame frame;
    enum source_step step = SOURCE_FAILED;
    frame_init(&frame);
    *frames = 0;
    if (source->ops->open(source, fault)) {
        while ((step = source->ops->next(source, &frame, fault)) == SOURCE_FRAME)
            *frames += pixels_are_whole(&frame.pixels);
    }
    source->ops->close(source);
    frame_destroy(&frame);
    return step == SOURCE_END;
}

typedef struct source *make_source(const char *spec, struct fault *fault);

static unsigned play_with_failures(const char *path, make_source *make, size_t expected)
{
    unsigned calls = 0;
    size_t descriptors = count_descriptors();
    for (unsigned call = 1; call <= calls + 1 && call < ROUNDS_MAX; call++) {
        struct fault fault = {0};
        size_t frames = 0;
        failing_begin(call);
        struct source *source = make(path, &fault);
        bool played = source && play(source, &frames, &fault);
        calls = failing_end();

        assert_int_equal(played, call > calls);
        assert_int_equal(played ? FAILURE_NONE : FAILURE_MEMORY, fault.failure);
        assert_true(!played || frames == expected);
        if (!source)
            continue;

        assert_true(play(source, &frames, NULL));
        assert_int_equal(frames, expected);
        source->ops->destroy(source);
    }
    assert_int_equal(count_descriptors(), descriptors);
    return calls;
}

static void a_file_of_each_kind_fails_for_memory_and_is_read_then(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        char *path = file_of_kind(i);
        unsigned calls = play_with_failures(path, source_from_spec, kinds[i].frames);
        assert_true(calls >= kinds[i].calls);
        temporary_remove(path);
    }
}

static void a_file_that_is_read_apart_fails_for_memory_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char *path = file_of_kind(i);
        unsigned calls = play_with_failures(path, source_apart_from_spec, kinds[i].frames);
        assert_true(calls >= 3);
        temporary_remove(path);
    }
}

// ---- in the process apart ----

// A program that is the eye finds the call that has to fail behind this, in what it is given of
// the environment.
#define THERE_VARIABLE "LD_LIBRARY_PATH"
#define THERE          "/nowhere/no-memory/"

static void fail_there(unsigned call)
{
    char value[64];
    snprintf(value, sizeof(value), THERE "%u", call);
    setenv(THERE_VARIABLE, value, 1);
}

static void begin_to_fail_here(void)
{
    const char *value = getenv(THERE_VARIABLE);
    if (value && strncmp(value, THERE, strlen(THERE)) == 0)
        failing_begin((unsigned)strtoul(value + strlen(THERE), NULL, 10));
}

// Of the calls that may fail there, the last is one that nothing asks for any more.
enum { CALLS_THERE = 24 };

static void an_eye_without_memory_costs_its_frame(void **state)
{
    (void)state;
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("a code"));
    jpeg_add(&file, luma, SIDE, SIDE);
    struct pixels pixels = {PIXEL_MJPEG, SIDE, SIDE, 0, bytes_span(&file)};
    struct qr_codes *codes = malloc(sizeof(*codes));
    struct frame_reading reading;
    size_t ends[EYE_INTERRUPTED + 1] = {0}, cut_short = 0;
    assert_non_null(codes);

    for (unsigned call = 1; call <= CALLS_THERE; call++) {
        struct eye eye;
        struct fault fault = {0};
        assert_true(eye_init(&eye, &(struct eye_settings){0}, NULL));
        fail_there(call);
        enum eye_outcome outcome = eye_read(&eye, &pixels, READ_STILL, &reading, codes, &fault);
        unsetenv(THERE_VARIABLE);

        ends[outcome]++;
        if (outcome == EYE_NO_PICTURE)
            assert_int_equal(fault.failure, FAILURE_MEMORY);
        if (outcome == EYE_READ && codes->count == 0) {
            assert_true(codes->cut_short);
            cut_short++;
        }

        outcome = eye_read(&eye, &pixels, READ_STILL, &reading, codes, &fault);
        assert_int_equal(outcome, EYE_READ);
        assert_int_equal(codes->count, 1);
        eye_destroy(&eye);
    }

    assert_true(ends[EYE_LOST] >= 3 && ends[EYE_NO_PICTURE] >= 1 && cut_short >= 1);
    assert_int_equal(ends[EYE_LOST] + ends[EYE_NO_PICTURE] + ends[EYE_READ], CALLS_THERE);
    free(codes);
    free(luma);
    bytes_free(&file);
}

// What the frame before left there is not told of one that has no room.
static void a_frame_without_room_has_no_codes(void **state)
{
    (void)state;
    static const uint8_t bytes[2 * ODD * ODD];
    struct pixels pixels = {PIXEL_YUYV, ODD, ODD, 2 * ODD, span_of(bytes, sizeof(bytes))};
    struct frame_reader reader;
    struct frame_reading reading;
    struct fault fault = {0};
    struct qr_codes *codes = calloc(1, sizeof(*codes));
    assert_non_null(codes);
    assert_true(frame_reader_init(&reader, NULL, NULL));

    codes->count = 1;
    codes->cut_short = true;
    failing_begin(1);
    assert_false(frame_reader_read(&reader, &pixels, READ_LIVE, &reading, codes, &fault));
    failing_end();
    assert_int_equal(fault.failure, FAILURE_MEMORY);
    assert_int_equal(codes->count, 0);
    assert_false(codes->cut_short);

    assert_true(frame_reader_read(&reader, &pixels, READ_LIVE, &reading, codes, &fault));
    frame_reader_destroy(&reader);
    free(codes);
}

static void an_opener_without_memory_says_so_or_is_lost(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        char *path = file_of_kind(kind);
        size_t frames = 0, lost = 0, short_of = 0;
        for (unsigned call = 1; call <= CALLS_THERE; call++) {
            struct fault fault = {0};
            struct source *source = source_apart_from_spec(path, NULL);
            assert_non_null(source);
            fail_there(call);
            bool played = play(source, &frames, &fault);
            unsetenv(THERE_VARIABLE);

            assert_int_equal(played, fault.failure == FAILURE_NONE);
            lost += fault.failure == FAILURE_READER_LOST;
            short_of += fault.failure == FAILURE_MEMORY;
            assert_true(played || fault.failure == FAILURE_MEMORY ||
                        fault.failure == FAILURE_READER_LOST);
            assert_true(!played || frames == kinds[kind].frames);

            assert_true(play(source, &frames, NULL));
            assert_int_equal(frames, kinds[kind].frames);
            source->ops->destroy(source);
        }
        assert_true(lost >= 2 && short_of >= 1 && lost + short_of < CALLS_THERE);
        temporary_remove(path);
    }
}

// ---- the pipeline ----

// How a run of it ends: NONE, or the failure that was told.
static enum failure run(const char *path, struct pipeline_settings settings,
                        struct pipeline_counters *counters, size_t *codes)
{
    struct rig rig;
    struct fault fault = {0};
    struct source *source = source_from_spec(path, &fault);
    if (!source)
        return fault.failure;
    if (!rig_try(&rig, source, settings, &fault)) {
        source->ops->destroy(source);
        return fault.failure;
    }

    rig_start(&rig);
    const struct noted *end = rig_await_end(&rig);
    enum failure failure = end->kind == PIPELINE_FAILED ? end->failure : FAILURE_NONE;
    *counters = counters_of(&rig);
    *codes = count_events(&rig.log, PIPELINE_CODES);
    rig_destroy(&rig);
    return failure;
}

static void run_with_failures(size_t kind, struct pipeline_settings settings)
{
    char *path = file_of_kind(kind);
    size_t descriptors = count_descriptors();
    unsigned calls = 0, failed = 0;
    for (unsigned call = 1; call <= calls + 1 && call < ROUNDS_MAX; call++) {
        struct pipeline_counters counters = {0};
        size_t codes = 0;
        failing_begin(call);
        enum failure failure = run(path, settings, &counters, &codes);
        calls = failing_end();

        if (failure != FAILURE_NONE)
            assert_int_equal(failure, FAILURE_MEMORY);
        failed += failure != FAILURE_NONE;
        assert_true(failure != FAILURE_NONE ||
                    counters.frames ==
                        counters.decoded + counters.skipped + counters.damaged + counters.lost);
        if (call > calls) {
            assert_int_equal(counters.decoded, counters.frames);
            assert_int_equal(codes, counters.frames);
        }
    }
    assert_true(failed > 4);
    assert_int_equal(count_descriptors(), descriptors);
    temporary_remove(path);
}

static void a_pipeline_fails_or_counts_what_it_lost(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < 2; kind++) {
        run_with_failures(kind, (struct pipeline_settings){.preview = true});
        run_with_failures(kind, (struct pipeline_settings){.eye = true, .preview = true});
    }
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_each_kind_fails_for_memory_and_is_read_then),
        cmocka_unit_test(a_file_that_is_read_apart_fails_for_memory_too),
        cmocka_unit_test(an_eye_without_memory_costs_its_frame),
        cmocka_unit_test(a_frame_without_room_has_no_codes),
        cmocka_unit_test(an_opener_without_memory_says_so_or_is_lost),
        cmocka_unit_test(a_pipeline_fails_or_counts_what_it_lost),
    };
    begin_to_fail_here();
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
