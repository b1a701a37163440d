// SPDX-License-Identifier: MIT
// Which source a name means, what a file turns out to be, and reads that are interrupted.

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/camera/camera.h"
#include "scanner/source_spec.h"
#include "support.h"

// The first bytes of a good file of each kind, frames and all.
static struct bytes y4m_file(void)
{
    struct bytes file = {0};
    y4m_add_header(&file, 2, 2, " Cmono");
    bytes_text(&file, "FRAME\nabcdFRAME\nefgh");
    return file;
}

static struct bytes jpeg_file(void)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(16, 16, 99, span_of(NULL, 0));
    jpeg_add(&file, luma, 16, 16);
    jpeg_add(&file, luma, 16, 16);
    free(luma);
    return file;
}

static struct bytes pgm_file(void)
{
    struct bytes file = {0};
    bytes_text(&file, "P5 2 2 255\nabcd");
    return file;
}

// Frames that a source gives before its end; -1 if it cannot be opened or fails.
static int count_frames(const char *spec, struct fault *fault)
{
    struct source *source = source_from_spec(spec, fault);
    if (!source)
        return -1;

    int frames = 0;
    enum source_step step = SOURCE_FAILED;
    struct frame frame;
    frame_init(&frame);

    if (source->ops->open(source, fault)) {
        while ((step = source->ops->next(source, &frame, fault)) == SOURCE_FRAME)
            frames++;
    }

    source->ops->close(source);
    assert_false(source->live);
    assert_null(source->ops->await);

    source->ops->destroy(source);
    frame_destroy(&frame);
    return step == SOURCE_END ? frames : -1;
}

static void check(const char *prefix, struct bytes file, int frames, enum failure failure)
{
    char *path = temporary_file(bytes_span(&file));
    char spec[128];
    snprintf(spec, sizeof(spec), "%s%s", prefix, path);
    struct fault fault = {0};
    assert_int_equal(count_frames(spec, &fault), frames);
    assert_int_equal(fault.failure, failure);
    if (failure != FAILURE_NONE)
        assert_non_null(strstr(fault.detail, path));
    temporary_remove(path);
    bytes_free(&file);
}

static void first_bytes_tell_what_a_file_is(void **state)
{
    (void)state;
    check("", y4m_file(), 2, FAILURE_NONE);
    check("", jpeg_file(), 2, FAILURE_NONE);
    check("", pgm_file(), 1, FAILURE_NONE);
    check("replay:", y4m_file(), 2, FAILURE_NONE);
    check("replay:", jpeg_file(), 2, FAILURE_NONE);
    check("replay:", pgm_file(), -1, FAILURE_SOURCE_FORMAT);
    check("image:", y4m_file(), -1, FAILURE_SOURCE_FORMAT);
    check("image:", jpeg_file(), 1, FAILURE_NONE);
    check("image:", pgm_file(), 1, FAILURE_NONE);
    check("", (struct bytes){0}, -1, FAILURE_SOURCE_FORMAT);
    struct bytes text = {0};
    bytes_text(&text, "#!/bin/sh\n");
    check("", text, -1, FAILURE_SOURCE_FORMAT);
}

static void names_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        enum failure failure;
    } cases[] = {
        {"", FAILURE_USAGE},
        {"replay:", FAILURE_USAGE},
        {"image:", FAILURE_USAGE},
        {"camera:", FAILURE_USAGE},
        {"pipewire:", FAILURE_USAGE},
        {FIXTURES_DIR "/missing/file", FAILURE_SOURCE_NOT_FOUND},
        {"image:" FIXTURES_DIR "/missing", FAILURE_SOURCE_NOT_FOUND},
        {FIXTURES_DIR "/README.md/file", FAILURE_SOURCE_NOT_FOUND},
        {"replay:" FIXTURES_DIR, FAILURE_SOURCE_UNREADABLE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fault fault = {0};
        assert_int_equal(count_frames(cases[i].spec, &fault), -1);
        assert_int_equal(fault.failure, cases[i].failure);
    }
}

static void camera_is_a_camera(void **state)
{
    (void)state;
    static const char *const specs[] = {"camera", "camera:/dev/video99", "pipewire",
                                        "pipewire:front"};
    for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
        struct source *source = source_from_spec(specs[i], NULL);
        assert_non_null(source);
        assert_true(source_is_camera(source));
        assert_true(source->live);
        source->ops->destroy(source);
    }
}

static void long_paths_leave_room_for_the_reason(void **state)
{
    (void)state;
    char path[400];
    memset(path, 'x', sizeof(path));
    memcpy(path, "/tmp/", 5);
    path[sizeof(path) - 1] = '\0';
    struct fault fault = {0};
    assert_int_equal(count_frames(path, &fault), -1);
    assert_memory_equal(fault.detail, "...xxx", 6);
    assert_non_null(strstr(fault.detail, "File name too long"));
}

// A frame that held a picture that was enlarged and cut is used again for a recording.
static void frame_forgets_the_picture_before(void **state)
{
    (void)state;
    struct bytes files[] = {{0}, y4m_file(), jpeg_file()};
    bytes_text(&files[0], "P5 2 2 255\nabc");
    struct frame frame;
    frame_init(&frame);

    for (size_t i = 0; i < 3; i++) {
        char *path = temporary_file(bytes_span(&files[i]));
        struct source *source = source_from_spec(path, NULL);
        assert_true(source->ops->open(source, NULL));
        assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
        assert_int_equal(frame.damaged, i == 0);
        assert_int_equal(frame.scale > 0, i != 1); // the JPEG is a small one too
        source->ops->close(source);
        source->ops->destroy(source);
        temporary_remove(path);
        bytes_free(&files[i]);
    }
    frame_destroy(&frame);
}

static void source_may_be_opened_again(void **state)
{
    (void)state;
    struct bytes file = y4m_file();
    char *path = temporary_file(bytes_span(&file));
    struct source *source = source_from_spec(path, NULL);
    struct frame frame;
    frame_init(&frame);

    for (int i = 0; i < 2; i++) {
        assert_true(source->ops->open(source, NULL));
        assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
        assert_int_equal(frame.index, 0);
        assert_memory_equal(frame.pixels.data.p, "abcd", 4);
        source->ops->close(source);
    }

    source->ops->destroy(source);
    frame_destroy(&frame);
    temporary_remove(path);
    bytes_free(&file);
}

struct reading {
    struct source *source;
    bool opened;
    enum source_step step;
};

static void *read_frame(void *argument)
{
    struct reading *reading = argument;
    struct frame frame;
    frame_init(&frame);
    reading->opened = reading->source->ops->open(reading->source, NULL);
    if (reading->opened) {
        do
            reading->step = reading->source->ops->next(reading->source, &frame, NULL);
        while (reading->step == SOURCE_FRAME);
    }
    frame_destroy(&frame);
    return NULL;
}

// A FIFO in a directory of its own; both are removed by fifo_remove.
static void fifo_make(char directory[32], char path[64])
{
    strcpy(directory, "/tmp/qrconfirm-test-XXXXXX");
    assert_non_null(mkdtemp(directory));
    snprintf(path, 64, "%s/fifo", directory);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void fifo_remove(const char *directory, const char *path)
{
    unlink(path);
    rmdir(directory);
}

// Starts a read of `path`, lets it be interrupted, and tells how it ended.
static struct reading interrupted_read(const char *path)
{
    struct reading reading = {.source = source_from_spec(path, NULL)};
    assert_non_null(reading.source);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, read_frame, &reading), 0);
    // Before, while or after it blocks: an interrupt is never lost.
    reading.source->ops->interrupt(reading.source);
    pthread_join(thread, NULL);
    reading.source->ops->close(reading.source);
    reading.source->ops->destroy(reading.source);
    return reading;
}

static void blocked_read_is_interrupted(void **state)
{
    (void)state;
    char directory[32], path[64];
    fifo_make(directory, path);
    // No writer has come yet.
    struct reading reading = interrupted_read(path);
    assert_false(reading.opened);
    // A writer that says half a header, and waits.
    int writer = open(path, O_RDWR | O_CLOEXEC);
    assert_true(writer >= 0);
    assert_int_equal(write(writer, "YUV4MPEG2 W2", 12), 12);
    reading = interrupted_read(path);
    assert_false(reading.opened);
    close(writer);
    fifo_remove(directory, path);
}

struct writing {
    const char *path;
    struct span content;
    size_t piece;
};

static void *write_in_pieces(void *argument)
{
    struct writing *writing = argument;
    int fd = open(writing->path, O_WRONLY | O_CLOEXEC);
    for (size_t at = 0; at < writing->content.n && fd >= 0; at += writing->piece) {
        size_t left = writing->content.n - at;
        ssize_t n =
            write(fd, writing->content.p + at, left < writing->piece ? left : writing->piece);
        if (n < 0)
            break;
    }
    close(fd);
    return NULL;
}

static void recording_may_come_in_pieces(void **state)
{
    (void)state;
    char directory[32], path[64];
    struct bytes files[] = {y4m_file(), jpeg_file()};
    for (size_t i = 0; i < 2; i++) {
        fifo_make(directory, path);
        struct writing writing = {path, bytes_span(&files[i]), 3};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, write_in_pieces, &writing), 0);
        struct fault fault = {0};
        assert_int_equal(count_frames(path, &fault), 2);
        pthread_join(thread, NULL);
        bytes_free(&files[i]);
        fifo_remove(directory, path);
    }
}

static void standard_input_is_a_source(void **state)
{
    (void)state;
    struct bytes file = y4m_file();
    char *path = temporary_file(bytes_span(&file));

    int saved = dup(STDIN_FILENO);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(saved >= 0 && fd >= 0);
    assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);

    struct fault fault = {0};
    assert_int_equal(count_frames("-", &fault), 2);

    // It stays open for whoever comes after.
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0);

    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd);
    temporary_remove(path);
    bytes_free(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_bytes_tell_what_a_file_is),
        cmocka_unit_test(names_that_are_none_are_refused),
        cmocka_unit_test(camera_is_a_camera),
        cmocka_unit_test(long_paths_leave_room_for_the_reason),
        cmocka_unit_test(frame_forgets_the_picture_before),
        cmocka_unit_test(source_may_be_opened_again),
        cmocka_unit_test(blocked_read_is_interrupted),
        cmocka_unit_test(recording_may_come_in_pieces),
        cmocka_unit_test(standard_input_is_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
