// SPDX-License-Identifier: MIT
// Calls to the system that fail: each of them once, while an eye starts and reads a frame,
// while one converts a frame, and while a file is read. Who asked is told, no descriptor and no
// process stays behind, and the next frame is read.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/eye/eye.h"
#include "scanner/eye/eye_converter.h"
#include "scanner/source_spec.h"
#include "support.h"
#include "tests/unit/failing_files.h"
#include "tests/unit/scanner/eye_deeds.h"

enum { SIDE = 160, ROUNDS_MAX = 200 };

static const int errors[] = {EIO, EMFILE, ENOMEM, EAGAIN, EINTR};
enum { ERRORS = sizeof(errors) / sizeof(errors[0]) };

static struct qr_codes codes;

// What is open, and which processes there are, before and after.
struct left {
    size_t descriptors, children;
};

static struct left look(void)
{
    return (struct left){failing_descriptors(), failing_children()};
}

static void assert_nothing_left(struct left before)
{
    assert_int_equal(failing_descriptors(), before.descriptors);
    assert_int_equal(failing_children(), before.children);
}

// Only what was interrupted may be tried again.
static void assert_told(int error, enum failure failure, enum failure otherwise)
{
    enum failure expected = failure_of_errno(error, otherwise);
    if (failure != expected && failure != otherwise)
        fail_msg("%s: %s", strerror(error), failure_code(failure));
}

// ---- the eye ----

static struct pixels picture(void)
{
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str("a code"));
    return (struct pixels){PIXEL_GREY, SIDE, SIDE, SIDE, span_of(luma, SIDE * SIDE)};
}

static enum eye_outcome show(struct eye *eye, const struct pixels *pixels, struct fault *fault)
{
    struct frame_reading reading;
    *fault = (struct fault){0};
    enum eye_outcome outcome = eye_read(eye, pixels, READ_LIVE, &reading, &codes, fault);
    assert_int_equal(codes.count, outcome == EYE_READ);
    assert_int_equal(fault->failure == FAILURE_NONE, outcome == EYE_READ);
    return outcome;
}

// Starts an eye that reads a frame, with this call failing; then it reads another. Returns how
// many calls there were.
static unsigned start_and_read(const struct pixels *pixels, int error, unsigned call)
{
    struct eye eye;
    struct fault fault = {0};
    struct left before = look();
    failing_with(error);
    failing_begin(call);
    bool made = eye_init(&eye, &(struct eye_settings){0}, &fault);
    enum eye_outcome outcome = made ? show(&eye, pixels, &fault) : EYE_UNAVAILABLE;
    unsigned calls = failing_end();

    if (call > calls || error == EINTR)
        assert_int_equal(outcome, EYE_READ);
    if (outcome != EYE_READ)
        assert_told(error, fault.failure,
                    outcome == EYE_NO_PICTURE ? FAILURE_MEMORY
                    : made                    ? FAILURE_READER_LOST
                                              : FAILURE_DESCRIPTORS);
    if (made) {
        assert_int_equal(show(&eye, pixels, &fault), EYE_READ);
        eye_destroy(&eye);
    }
    assert_nothing_left(before);
    return calls;
}

static void an_eye_starts_and_reads_or_says_why_not(void **state)
{
    (void)state;
    struct pixels pixels = picture();
    for (size_t i = 0; i < ERRORS; i++) {
        unsigned calls = 0;
        for (unsigned call = 1; call <= calls + 1 && call < ROUNDS_MAX; call++)
            calls = start_and_read(&pixels, errors[i], call);
        assert_true(calls >= 4);
    }
    free((void *)(uintptr_t)pixels.data.p);
}

// A program that is the eye finds behind this, in what it is given of the environment, the
// error and the call that has to fail.
#define THERE_VARIABLE "LD_LIBRARY_PATH"
#define THERE          "/nowhere/no-io/"

static void begin_to_fail_here(void)
{
    int error;
    unsigned call;
    const char *value = getenv(THERE_VARIABLE);
    if (!value || sscanf(value, THERE "%d/%u", &error, &call) != 2)
        return;
    failing_with(error);
    failing_begin(call);
}

static enum eye_outcome read_with_failure_there(const struct pixels *pixels, int error,
                                                unsigned call)
{
    struct eye eye;
    struct fault fault;
    char value[64];
    struct left before = look();
    snprintf(value, sizeof(value), THERE "%d/%u", error, call);
    assert_true(eye_init(&eye, &(struct eye_settings){0}, NULL));
    setenv(THERE_VARIABLE, value, 1);
    enum eye_outcome outcome = show(&eye, pixels, &fault);
    unsetenv(THERE_VARIABLE);

    // The call may come with the second frame only, and the next eye was perhaps started while
    // there was still one to fail.
    bool read = false;
    for (size_t i = 0; i < 3 && !read; i++)
        read = show(&eye, pixels, &fault) == EYE_READ;
    assert_true(read);
    eye_destroy(&eye);
    assert_nothing_left(before);
    return outcome;
}

static void a_call_that_fails_in_the_eye_costs_its_frame(void **state)
{
    (void)state;
    enum { CALLS_THERE = 14 };
    struct pixels pixels = picture();
    for (size_t i = 0; i < ERRORS; i++) {
        size_t lost = 0;
        for (unsigned call = 1; call <= CALLS_THERE; call++) {
            enum eye_outcome outcome = read_with_failure_there(&pixels, errors[i], call);
            assert_true(outcome == EYE_READ || (outcome == EYE_LOST && errors[i] != EINTR));
            lost += outcome == EYE_LOST;
        }
        assert_true(errors[i] == EINTR || (lost >= 3 && lost < CALLS_THERE));
    }
    free((void *)(uintptr_t)pixels.data.p);
}

// ---- the converter ----

static unsigned start_and_convert(struct frame *coded, int error, unsigned call)
{
    struct eye_converter converter;
    struct frame made;
    struct fault fault = {0};
    struct left before = look();
    frame_init(&made);
    failing_with(error);
    failing_begin(call);
    bool there = eye_converter_init(&converter, &fault);
    enum eye_outcome outcome =
        there ? eye_converter_convert(&converter, coded, &made, &fault) : EYE_UNAVAILABLE;
    unsigned calls = failing_end();

    if (call > calls || error == EINTR)
        assert_int_equal(outcome, EYE_READ);
    if (outcome != EYE_READ)
        assert_told(error, fault.failure,
                    outcome == EYE_NO_PICTURE ? FAILURE_MEMORY
                    : there                   ? FAILURE_READER_LOST
                                              : FAILURE_INTERNAL);
    if (there) {
        assert_int_equal(eye_converter_convert(&converter, coded, &made, &fault), EYE_READ);
        assert_int_equal(made.pixels.width, SIDE);
        eye_converter_destroy(&converter);
    }
    frame_destroy(&made);
    assert_nothing_left(before);
    return calls;
}

static void a_frame_is_converted_or_it_says_why_not(void **state)
{
    (void)state;
    struct bytes file = {0};
    struct pixels pixels = picture();
    jpeg_add(&file, pixels.data.p, SIDE, SIDE);
    struct frame coded = {
        .pixels = {PIXEL_MJPEG, SIDE, SIDE, 0, bytes_span(&file)},
    };
    for (size_t i = 0; i < ERRORS; i++) {
        unsigned calls = 0;
        for (unsigned call = 1; call <= calls + 1 && call < ROUNDS_MAX; call++)
            calls = start_and_convert(&coded, errors[i], call);
        assert_true(calls >= 4);
    }
    free((void *)(uintptr_t)pixels.data.p);
    bytes_free(&file);
}

// ---- files ----

static char *recording(void)
{
    struct bytes file = {0};
    struct pixels pixels = picture();
    y4m_add_header(&file, SIDE, SIDE, " F30:1 C420jpeg");
    for (int i = 0; i < 3; i++)
        y4m_add_frame(&file, pixels.data.p, SIDE * SIDE, SIDE * SIDE / 2);
    char *path = temporary_file(bytes_span(&file));
    free((void *)(uintptr_t)pixels.data.p);
    bytes_free(&file);
    return path;
}

static bool play(struct source *source, struct fault *fault)
{
    struct frame frame;
    enum source_step step = SOURCE_FAILED;
    size_t frames = 0;
    frame_init(&frame);
    if (source->ops->open(source, fault)) {
        while ((step = source->ops->next(source, &frame, fault)) == SOURCE_FRAME)
            frames++;
    }
    source->ops->close(source);
    frame_destroy(&frame);
    assert_true(step != SOURCE_END || frames == 3);
    return step == SOURCE_END;
}

typedef struct source *make_source(const char *spec, struct fault *fault);

static unsigned open_and_play(const char *path, make_source *make, int error, unsigned call)
{
    struct fault fault = {0};
    struct left before = look();
    failing_with(error);
    failing_begin(call);
    struct source *source = make(path, &fault);
    bool played = source && play(source, &fault);
    unsigned calls = failing_end();

    if (call > calls || error == EINTR || error == 0)
        assert_true(played);
    assert_int_equal(played, fault.failure == FAILURE_NONE);
    if (source) {
        assert_true(play(source, NULL));
        source->ops->destroy(source);
    }
    assert_nothing_left(before);
    return calls;
}

static void play_with_failures(make_source *make, unsigned least)
{
    char *path = recording();
    for (size_t i = 0; i <= ERRORS; i++) {
        unsigned calls = 0;
        int error = i < ERRORS ? errors[i] : 0;
        for (unsigned call = 1; call <= calls + 1 && call < ROUNDS_MAX; call++)
            calls = open_and_play(path, make, error, call);
        assert_true(calls >= least || error == 0);
    }
    temporary_remove(path);
}

static void a_recording_is_played_or_it_says_why_not(void **state)
{
    (void)state;
    play_with_failures(source_from_spec, 8);
}

static void a_recording_is_played_apart_or_it_says_why_not(void **state)
{
    (void)state;
    play_with_failures(source_apart_from_spec, 12);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_eye_starts_and_reads_or_says_why_not),
        cmocka_unit_test(a_call_that_fails_in_the_eye_costs_its_frame),
        cmocka_unit_test(a_frame_is_converted_or_it_says_why_not),
        cmocka_unit_test(a_recording_is_played_or_it_says_why_not),
        cmocka_unit_test(a_recording_is_played_apart_or_it_says_why_not),
    };
    begin_to_fail_here();
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
