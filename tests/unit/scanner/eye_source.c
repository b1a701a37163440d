// SPDX-License-Identifier: MIT
// Recordings and pictures that are opened in a process apart: the same frames, and its end.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <webp/encode.h>

#include "scanner/eye/eye_child.h"
#include "scanner/eye/eye_source.h"
#include "scanner/source_spec.h"
#include "support.h"
#include "tests/unit/scanner/eye_deeds.h"

enum { SIDE = 160, PATIENCE_MS = 60000 };

// ---- files ----

static struct bytes by_pixbuf(const char *kind)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(SIDE, SIDE, 230, span_str(kind));
    GdkPixbuf *pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
    uint8_t *pixels = gdk_pixbuf_get_pixels(pixbuf);
    size_t stride = (size_t)gdk_pixbuf_get_rowstride(pixbuf);
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++)
            memset(pixels + y * stride + 3 * x, luma[y * SIDE + x], 3);
    free(luma);

    gchar *saved;
    gsize size;
    assert_true(gdk_pixbuf_save_to_buffer(pixbuf, &saved, &size, kind, NULL, NULL));
    bytes_add(&file, span_of((const uint8_t *)saved, size));
    g_free(saved);
    g_object_unref(pixbuf);
    return file;
}

static struct bytes bmp_file(void)
{
    return by_pixbuf("bmp");
}

static struct bytes tiff_file(void)
{
    return by_pixbuf("tiff");
}

static struct bytes png_file(void)
{
    return by_pixbuf("png");
}

static struct bytes gif_file(void)
{
    static const uint8_t gif[] =
        "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
    struct bytes file = {0};
    bytes_add(&file, span_of(gif, sizeof(gif) - 1));
    return file;
}

// One of whose frames has no width, of which its library warns.
static struct bytes empty_gif_file(void)
{
    static const uint8_t gif[] =
        "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\0\0\1\0\0\2\2D\1\0;";
    struct bytes file = {0};
    bytes_add(&file, span_of(gif, sizeof(gif) - 1));
    return file;
}

// A JPEG that takes another library.
static struct bytes inks_file(void)
{
    struct bytes file = {0};
    bytes_add(&file, jpeg_of_sampled_inks());
    return file;
}

static struct bytes webp_file(void)
{
    struct bytes file = {0};
    static uint8_t pixels[16 * 16 * 3];
    for (size_t i = 0; i < sizeof(pixels); i++)
        pixels[i] = (uint8_t)(i * 7);
    uint8_t *made;
    size_t size = WebPEncodeLosslessRGB(pixels, 16, 16, 48, &made);
    assert_true(size > 0);
    bytes_add(&file, span_of(made, size));
    WebPFree(made);
    return file;
}

static struct bytes pnm_file(void)
{
    struct bytes file = {0};
    bytes_text(&file, "P5 2 2 255\nabcd");
    return file;
}

static struct bytes mjpeg_file(void)
{
    struct bytes file = {0};
    for (size_t i = 0; i < 3; i++) {
        uint8_t *luma = draw_picture(SIDE, SIDE, (uint8_t)(200 + i), span_str("jpeg"));
        jpeg_add(&file, luma, SIDE, SIDE);
        free(luma);
    }
    return file;
}

static struct bytes y4m_file(void)
{
    struct bytes file = {0};
    y4m_add_header(&file, 2, 2, " Cmono");
    bytes_text(&file, "FRAME\nabcdFRAME\nefgh");
    return file;
}

static struct bytes torn_file(void)
{
    struct bytes file = y4m_file();
    file.n -= 2;
    return file;
}

static struct bytes foreign_file(void)
{
    struct bytes file = {0};
    bytes_text(&file, "%PDF-1.7 and so on");
    return file;
}

static struct bytes large_file(void)
{
    struct bytes file = {0};
    uint8_t *luma = draw_picture(3000, 2000, 230, span_str("large"));
    bytes_text(&file, "P5 3000 2000 255\n");
    bytes_add(&file, span_of(luma, 3000 * 2000));
    free(luma);
    return file;
}

// ---- both ways, side by side ----

static void assert_same_frame(const struct frame *a, const struct frame *b)
{
    assert_int_equal(a->pixels.format, b->pixels.format);
    assert_int_equal(a->pixels.width, b->pixels.width);
    assert_int_equal(a->pixels.height, b->pixels.height);
    assert_int_equal(a->pixels.stride, b->pixels.stride);
    assert_int_equal(a->pixels.data.n, b->pixels.data.n);
    assert_memory_equal(a->pixels.data.p, b->pixels.data.p, a->pixels.data.n);
    assert_true(a->scale >= b->scale && a->scale <= b->scale);
    assert_int_equal(a->still, b->still);
    assert_int_equal(a->damaged, b->damaged);
    assert_int_equal(a->index, b->index);
    assert_int_equal(a->time_us, b->time_us);
}

// Every step, frame and fault of one is that of the other. Returns the frames.
static size_t compare(const char *path)
{
    struct fault fault[2] = {{0}, {0}};
    struct source *source[2] = {file_source_new(path, FILE_ALL, NULL),
                                eye_source_new(path, FILE_ALL, NULL)};
    struct frame frame[2];
    frame_init(&frame[0]);
    frame_init(&frame[1]);
    bool opened = source[0]->ops->open(source[0], &fault[0]);
    assert_int_equal(source[1]->ops->open(source[1], &fault[1]), opened);

    size_t frames = 0;
    for (enum source_step step = SOURCE_FRAME; opened && step == SOURCE_FRAME;) {
        step = source[0]->ops->next(source[0], &frame[0], &fault[0]);
        assert_int_equal(source[1]->ops->next(source[1], &frame[1], &fault[1]), step);
        if (step == SOURCE_FRAME) {
            assert_same_frame(&frame[1], &frame[0]);
            frames++;
        }
    }

    assert_int_equal(fault[1].failure, fault[0].failure);
    assert_string_equal(fault[1].detail, fault[0].detail);
    for (size_t i = 0; i < 2; i++) {
        source[i]->ops->close(source[i]);
        source[i]->ops->destroy(source[i]);
        frame_destroy(&frame[i]);
    }
    return frames;
}

static void every_kind_of_file_gives_the_same_frames(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct bytes (*make)(void);
        size_t frames;
    } files[] = {
        {"four inks", inks_file, 1}, {"GIF of no width", empty_gif_file, 0},
        {"BMP", bmp_file, 1},        {"GIF", gif_file, 1},
        {"TIFF", tiff_file, 1},      {"PNG", png_file, 1},
        {"WebP", webp_file, 1},      {"PNM", pnm_file, 1},
        {"Y4M", y4m_file, 2},        {"MJPEG", mjpeg_file, 3},
        {"large", large_file, 1},    {"torn", torn_file, 1},
        {"PDF", foreign_file, 0},
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct bytes file = files[i].make();
        char *path = temporary_file(bytes_span(&file));
        print_message("%s\n", files[i].name);
        assert_int_equal(compare(path), files[i].frames);
        temporary_remove(path);

        // What its library says of a file that breaks off, or holds nonsense, takes other ways.
        for (size_t k = 1; k <= 4; k++) {
            struct span cut = span_of(file.p, file.n * k / 5);
            path = temporary_file(cut);
            compare(path);
            temporary_remove(path);
        }
        for (size_t at = 16; at < file.n; at += 1 + file.n / 97)
            file.p[at] ^= 0x55;
        path = temporary_file(bytes_span(&file));
        compare(path);
        temporary_remove(path);
        bytes_free(&file);
    }
    assert_int_equal(compare("/nowhere/at/all"), 0);
    assert_int_equal(compare("/"), 0);
}

// ---- what it may not ----

// One frame that asks for this deed.
static char *deed_file(const char *deed)
{
    enum { WIDTH = 16 };
    struct bytes file = {0};
    char row[WIDTH] = "";
    y4m_add_header(&file, WIDTH, 1, " Cmono");
    bytes_text(&file, "FRAME\n");
    snprintf(row, sizeof(row), DEED "%s", deed);
    bytes_add(&file, span_of((const uint8_t *)row, sizeof(row)));

    char *path = temporary_file(bytes_span(&file));
    bytes_free(&file);
    return path;
}

static void what_it_may_not_ends_it(void **state)
{
    (void)state;
    static const char *const deeds[] = {DEEDS_FORBIDDEN};
    struct frame frame;
    frame_init(&frame);

    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        char *path = deed_file(deeds[i]);
        struct source *source = eye_source_new(path, FILE_ALL, NULL);
        struct fault fault = {0};
        assert_true(source->ops->open(source, &fault));

        if (source->ops->next(source, &frame, &fault) != SOURCE_FAILED ||
            fault.failure != FAILURE_READER_LOST ||
            strstr(fault.detail, eye_end_words(EYE_FORBIDDEN)) == NULL)
            fail_msg("%s was not refused: %s", deeds[i], fault.detail);

        source->ops->close(source);
        source->ops->destroy(source);
        temporary_remove(path);
    }
    frame_destroy(&frame);
}

// ---- its end ----

// The process that this one started last and that still runs.
static pid_t child(void)
{
    pid_t found = 0;
    DIR *all = opendir("/proc");
    assert_non_null(all);
    for (struct dirent *entry; (entry = readdir(all));) {
        char path[300];
        int parent = 0, pid = atoi(entry->d_name);
        snprintf(path, sizeof(path), "/proc/%d/stat", pid);
        FILE *stat = pid > 0 ? fopen(path, "r") : NULL;
        if (stat && fscanf(stat, "%*d (%*[^)]) %*c %d", &parent) == 1 && parent == getpid())
            found = pid;
        if (stat)
            fclose(stat);
    }
    closedir(all);
    return found;
}

static void a_crash_ends_the_file_and_another_can_be_opened(void **state)
{
    (void)state;
    struct bytes file = y4m_file();
    char *path = temporary_file(bytes_span(&file));
    struct source *source = source_apart_from_spec(path, NULL);
    struct fault fault = {0};
    struct frame frame;
    frame_init(&frame);

    assert_true(source->ops->open(source, &fault));
    assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_FRAME);
    pid_t eye = child();
    assert_true(eye > 0);
    kill(eye, SIGSEGV);
    assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_FAILED);
    assert_int_equal(fault.failure, FAILURE_READER_LOST);
    assert_non_null(strstr(fault.detail, path));
    source->ops->close(source);
    assert_int_equal(child(), 0);

    assert_true(source->ops->open(source, &fault));
    assert_int_equal(source->ops->next(source, &frame, &fault), SOURCE_FRAME);
    source->ops->close(source);
    source->ops->destroy(source);
    frame_destroy(&frame);
    temporary_remove(path);
    bytes_free(&file);
}

static void one_that_does_not_start_is_told(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_NO_START};
    struct fault fault = {0};
    struct source *source = eye_source_new("/dev/null", FILE_ALL, NULL);
    setenv(variable[0], variable[1], 1);
    assert_false(source->ops->open(source, &fault));
    unsetenv(variable[0]);
    assert_int_equal(fault.failure, FAILURE_READER_LOST);
    source->ops->close(source);
    source->ops->destroy(source);
}

static void one_that_is_over_before_it_is_open_is_a_lie(void **state)
{
    (void)state;
    static const char *const variable[] = {DEED_ALL_OVER};
    struct fault fault = {0};
    struct source *source = eye_source_new("/dev/null", FILE_ALL, NULL);
    setenv(variable[0], variable[1], 1);
    assert_false(source->ops->open(source, &fault));
    unsetenv(variable[0]);
    assert_int_equal(fault.failure, FAILURE_READER_LOST);
    assert_int_equal(child(), 0);
    source->ops->close(source);
    source->ops->destroy(source);
}

static void *interrupt(void *argument)
{
    struct source *source = argument;
    usleep(100000);
    source->ops->interrupt(source);
    return NULL;
}

// A FIFO into which somebody may write one day.
static void what_waits_can_be_interrupted(void **state)
{
    (void)state;
    char folder[] = "/tmp/eye-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/fifo", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    int writer = open(path, O_RDWR | O_CLOEXEC);
    assert_true(writer >= 0);

    struct source *source = eye_source_new(path, FILE_ALL, NULL);
    struct fault fault = {0};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, interrupt, source), 0);
    assert_false(source->ops->open(source, &fault));
    assert_int_equal(fault.failure, FAILURE_INTERRUPTED);
    pthread_join(thread, NULL);
    source->ops->close(source);
    source->ops->destroy(source);

    close(writer);
    unlink(path);
    rmdir(folder);
}

// A program that takes the one frame that standard input has, tells that it did, and waits for
// another.
_Noreturn static void wait_for_a_frame(int input, int told)
{
    struct source *source;
    struct frame frame;
    frame_init(&frame);
    dup2(input, STDIN_FILENO);
    close(input);
    source = eye_source_new(NULL, FILE_ALL, NULL);
    if (source && source->ops->open(source, NULL) &&
        source->ops->next(source, &frame, NULL) == SOURCE_FRAME && write(told, "1", 1) == 1)
        source->ops->next(source, &frame, NULL);
    _exit(0);
}

// The process apart holds the reading end of a pipe, and nobody would close it.
static void what_waits_ends_with_its_program(void **state)
{
    (void)state;
    int input[2], told[2];
    char byte;
    struct bytes file = {0};
    y4m_add_header(&file, 2, 2, " Cmono");
    bytes_text(&file, "FRAME\nabcdFRA");
    assert_int_equal(pipe2(input, O_CLOEXEC), 0);
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    assert_int_equal(write(input[1], file.p, file.n), file.n);

    pid_t program = fork();
    assert_true(program >= 0);
    if (program == 0) {
        close(input[1]);
        wait_for_a_frame(input[0], told[1]);
    }
    close(input[0]);
    close(told[1]);

    struct pollfd left = {.fd = input[1]};
    assert_int_equal(read(told[0], &byte, 1), 1);
    assert_int_equal(poll(&left, 1, 300), 0); // both wait
    assert_int_equal(kill(program, SIGKILL), 0);
    assert_int_equal(waitpid(program, NULL, 0), program);
    assert_int_equal(poll(&left, 1, PATIENCE_MS), 1);
    assert_true(left.revents & POLLERR);

    close(input[1]);
    close(told[0]);
    bytes_free(&file);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_file_gives_the_same_frames),
        cmocka_unit_test(what_it_may_not_ends_it),
        cmocka_unit_test(a_crash_ends_the_file_and_another_can_be_opened),
        cmocka_unit_test(one_that_does_not_start_is_told),
        cmocka_unit_test(one_that_is_over_before_it_is_open_is_a_lie),
        cmocka_unit_test(what_waits_can_be_interrupted),
        cmocka_unit_test(what_waits_ends_with_its_program),
    };
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
