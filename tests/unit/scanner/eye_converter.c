// SPDX-License-Identifier: MIT
// Coded frames become luma in a process that is closed in, and may fail.
#include <linux/videodev2.h>
#include <png.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/eye/eye_converter.h"
#include "scanner/frames/convertible.h"
#include "support.h"
#include "tests/unit/scanner/eye_deeds.h"

enum { SIDE = 64, LARGE = 1300, WHITE = 235 };

struct bench {
    struct eye_converter converter;
    struct frame out;
    struct fault fault;
    struct bytes jpeg;
    uint8_t m420[SIDE * SIDE * 3 / 2];
};

static int set_up(void **state)
{
    static struct bench bench;
    bench = (struct bench){.fault = {0}};
    assert_true(eye_converter_init(&bench.converter, NULL));
    uint8_t *luma = draw_picture(SIDE, SIDE, WHITE, span_of(NULL, 0));
    jpeg_add(&bench.jpeg, luma, SIDE, SIDE);
    free(luma);
    memset(bench.m420, WHITE, sizeof(bench.m420));
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    eye_converter_destroy(&bench->converter);
    frame_destroy(&bench->out);
    bytes_free(&bench->jpeg);
    return 0;
}

static enum eye_outcome convert(struct bench *bench, enum pixel_format format, uint32_t fourcc,
                                size_t side, struct span bytes)
{
    const struct frame coded = {.pixels = {format, side, side, 0, bytes},
                                .fourcc = fourcc,
                                .view = {.rotation = 90},
                                .index = 7,
                                .time_us = 8};
    bench->fault = (struct fault){0};
    return eye_converter_convert(&bench->converter, &coded, &bench->out, &bench->fault);
}

static enum eye_outcome convert_jpeg(struct bench *bench)
{
    return convert(bench, PIXEL_MJPEG, 0, SIDE, bytes_span(&bench->jpeg));
}

static enum eye_outcome convert_old(struct bench *bench, uint32_t fourcc, size_t size)
{
    return convert(bench, PIXEL_V4L2, fourcc, SIDE, span_of(bench->m420, size));
}

static void assert_white(const struct bench *bench, size_t side)
{
    const struct pixels *pixels = &bench->out.pixels;
    assert_int_equal(pixels->format, PIXEL_GREY);
    assert_int_equal(pixels->width, side);
    assert_int_equal(pixels->height, side);
    assert_true(frame_owns_pixels(&bench->out) && pixels_are_whole(pixels));
    assert_in_range(pixels->data.p[side * side / 2], WHITE - 2, WHITE + 2);
}

static pid_t child(const struct bench *bench)
{
    return bench->converter.steps.child.pid;
}

static bool status_says(pid_t pid, const char *line)
{
    char path[64], text[4096] = "";
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return strstr(text, line) != NULL;
}

static void a_jpeg_becomes_luma_in_a_process_that_is_closed_in(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(child(bench), 0); // it is started when it is needed
    assert_int_equal(convert_jpeg(bench), EYE_READ);
    assert_white(bench, SIDE);
    assert_int_equal(bench->out.view.rotation, 90);
    assert_int_equal(bench->out.index, 7);
    assert_int_equal(bench->out.time_us, 8);
    assert_false(bench->out.damaged);

    assert_true(child(bench) > 0 && child(bench) != getpid());
    assert_true(status_says(child(bench), "\nSeccomp:\t2\n"));
    assert_true(status_says(child(bench), "\nNoNewPrivs:\t1\n"));
}

static void larger_frames_get_larger_areas(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(convert_jpeg(bench), EYE_READ);
    pid_t first = child(bench);

    struct bytes large = {0};
    uint8_t *luma = draw_picture(LARGE, LARGE, WHITE, span_of(NULL, 0));
    jpeg_add(&large, luma, LARGE, LARGE);
    free(luma);
    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, LARGE, bytes_span(&large)), EYE_READ);
    assert_white(bench, LARGE);
    bytes_free(&large);

    assert_int_equal(convert_jpeg(bench), EYE_READ);
    assert_white(bench, SIDE);
    assert_int_equal(child(bench), first);
}

static void a_jpeg_that_breaks_off_is_damaged(void **state)
{
    struct bench *bench = *state;
    struct span whole = bytes_span(&bench->jpeg);
    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, SIDE, span_of(whole.p, whole.n - 6)),
                     EYE_READ);
    assert_true(bench->out.damaged);
    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, SIDE, span_str("\xff\xd8 none")),
                     EYE_NO_PICTURE);
    assert_int_equal(bench->fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, SIDE, span_of(NULL, 0)), EYE_NO_PICTURE);
    assert_true(child(bench) > 0);
    assert_int_equal(convert_jpeg(bench), EYE_READ);
    assert_false(bench->out.damaged);
}

// White where nothing covers it. As a portal's captcha comes.
static void a_png_becomes_luma_there_too(void **state)
{
    struct bench *bench = *state;
    static uint8_t clear[SIDE * SIDE * 2]; // black, transparent
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = PNG_FORMAT_GA};
    uint8_t file[4096];
    png_alloc_size_t size = sizeof(file);
    assert_true(png_image_write_to_memory(&image, file, &size, 0, clear, 0, NULL));

    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, 0, span_of(file, size)), EYE_READ);
    assert_int_equal(bench->out.pixels.width, SIDE);
    assert_int_equal(bench->out.pixels.data.p[0], 255);
    assert_false(bench->out.damaged);
    assert_int_equal(convert(bench, PIXEL_MJPEG, 0, 0, span_of(file, 40)), EYE_NO_PICTURE);
    assert_true(child(bench) > 0);
}

static void what_is_shorter_than_its_format_reaches_no_library(void **state)
{
    struct bench *bench = *state;
    size_t whole = convertible_least(V4L2_PIX_FMT_M420, SIDE, SIDE);
    assert_int_equal(whole, sizeof(bench->m420));
    assert_int_equal(convert_old(bench, V4L2_PIX_FMT_M420, whole), EYE_READ);
    assert_white(bench, SIDE);
    assert_int_equal(convert_old(bench, V4L2_PIX_FMT_M420, whole - 1), EYE_NO_PICTURE);
    assert_int_equal(bench->fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_non_null(strstr(bench->fault.detail, "6143 bytes instead of 6144"));
    assert_int_equal(convert_old(bench, V4L2_PIX_FMT_H264, whole), EYE_NO_PICTURE);
    assert_int_equal(convert(bench, PIXEL_V4L2, V4L2_PIX_FMT_M420, PICTURE_SIDE_MAX + 1,
                             span_of(bench->m420, whole)),
                     EYE_NO_PICTURE);
    assert_true(child(bench) > 0);
}

// Of odd sides the library writes and reads behind its memory; fuzz.conversion.guarded has the
// frame that did.
static void what_has_odd_sides_reaches_no_library(void **state)
{
    struct bench *bench = *state;
    static const struct {
        size_t width, height;
    } refused[] = {
        {SIDE - 1, SIDE}, {SIDE, SIDE - 1}, {SIDE - 1, SIDE - 1},
        {SIDE, 14},       {14, SIDE},       {0, 0},
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(convertible_sides(refused[i].width, refused[i].height));

    assert_true(convertible_sides(CONVERTIBLE_SIDE_MIN, CONVERTIBLE_SIDE_MIN));
    assert_int_equal(convert(bench, PIXEL_V4L2, V4L2_PIX_FMT_SN9C2028, SIDE - 1,
                             span_of(bench->m420, sizeof(bench->m420))),
                     EYE_NO_PICTURE);
    assert_int_equal(bench->fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_non_null(strstr(bench->fault.detail, "a frame of 63x63 pixels"));
    assert_true(child(bench) > 0);
}

// As the kernel's driver writes it.
static const uint8_t pixart[] = {0xff, 0xd8, 0xff, 0xc0, 0x00, 0x11, 0x08, 0x00, SIDE,
                                 0x00, SIDE, 0x03, 0x01, 0x21, 0x00, 0x02, 0x11, 0x01,
                                 0x03, 0x11, 0x01, 0xff, 0xda, 0x00, 0x0c, 0x03, 0x01,
                                 0x00, 0x02, 0x11, 0x03, 0x11, 0x00, 0x3f, 0x00};

static void what_has_another_header_reaches_no_library(void **state)
{
    (void)state;
    uint8_t head[sizeof(pixart)];
    assert_true(convertible_bytes(V4L2_PIX_FMT_PJPG, span_of(pixart, sizeof(pixart))));
    assert_true(convertible_bytes(V4L2_PIX_FMT_M420, span_of(pixart, 2)));
    assert_false(convertible_bytes(V4L2_PIX_FMT_PJPG, span_of(pixart, sizeof(pixart) - 1)));

    for (size_t i = 0; i < sizeof(pixart); i++) {
        bool of_size = i >= 7 && i < 11;
        memcpy(head, pixart, sizeof(head));
        head[i] ^= 0x10;
        if (convertible_bytes(V4L2_PIX_FMT_PJPG, span_of(head, sizeof(head))) != of_size)
            fail_msg("byte %zu", i);
    }
}

// Of these it would write behind an array on its stack.
static void tables_in_a_frame_end_no_process(void **state)
{
    struct bench *bench = *state;
    static const uint8_t tables[] = {0xff, 0xd8, 0xff, 0xc4, 0x04, 0x13, 0x00};
    memset(bench->m420, 0, sizeof(bench->m420));
    memcpy(bench->m420, tables, sizeof(tables));
    memset(bench->m420 + sizeof(tables), 64, 16); // codes of each length: 1024

    assert_int_equal(convert_old(bench, V4L2_PIX_FMT_PJPG, sizeof(bench->m420)),
                     EYE_NO_PICTURE);
    assert_string_equal(bench->fault.detail, "a frame with another header");
    assert_true(child(bench) > 0);
}

// Of whatever an old camera says, the library may make nothing or break, but it asks the system
// for nothing that is forbidden.
static void noise_of_every_format_takes_no_forbidden_call(void **state)
{
    static const uint32_t formats[] = {
        V4L2_PIX_FMT_M420,      V4L2_PIX_FMT_PJPG,         V4L2_PIX_FMT_PAC207,
        V4L2_PIX_FMT_SN9C10X,   V4L2_PIX_FMT_SN9C20X_I420, V4L2_PIX_FMT_SPCA501,
        V4L2_PIX_FMT_SPCA505,   V4L2_PIX_FMT_SPCA508,      V4L2_PIX_FMT_SPCA561,
        V4L2_PIX_FMT_SE401,     V4L2_PIX_FMT_MR97310A,     V4L2_PIX_FMT_CIT_YYVYUY,
        V4L2_PIX_FMT_KONICA420, V4L2_PIX_FMT_SN9C2028,     V4L2_PIX_FMT_SQ905C,
        V4L2_PIX_FMT_STV0680,
    };
    struct bench *bench = *state;
    uint32_t noise = 1;
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        assert_true(convertible_least(formats[i], SIDE, SIDE) > 0);
        for (size_t round = 0; round < 4; round++) {
            for (size_t at = 0; at < sizeof(bench->m420); at++) {
                noise = noise * 1664525 + 1013904223;
                bench->m420[at] = (uint8_t)(noise >> 24);
            }
            if (convert_old(bench, formats[i], sizeof(bench->m420)) == EYE_LOST)
                assert_string_not_equal(bench->fault.detail, eye_end_words(EYE_FORBIDDEN));
        }
    }
    assert_int_equal(convert_jpeg(bench), EYE_READ);
}

// What the first row of such a frame says is the first row of what it becomes.
static void what_it_may_not_ends_it(void **state)
{
    static const char *const deeds[] = {DEEDS_FORBIDDEN};
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        memset(bench->m420, WHITE, sizeof(bench->m420));
        snprintf((char *)bench->m420, SIDE, DEED "%s", deeds[i]);

        if (convert_old(bench, V4L2_PIX_FMT_M420, sizeof(bench->m420)) != EYE_LOST ||
            bench->fault.failure != FAILURE_READER_LOST ||
            strcmp(bench->fault.detail, eye_end_words(EYE_FORBIDDEN)) != 0)
            fail_msg("%s was not refused: %s", deeds[i], bench->fault.detail);
        assert_int_equal(convert_jpeg(bench), EYE_READ);
    }
}

static void a_process_that_ends_costs_its_frame(void **state)
{
    struct bench *bench = *state;
    static const int signals[] = {SIGSEGV, SIGKILL, SIGSYS};
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        assert_int_equal(convert_jpeg(bench), EYE_READ);
        assert_int_equal(kill(child(bench), signals[i]), 0);
        assert_int_equal(convert_jpeg(bench), EYE_LOST);
        assert_int_equal(bench->fault.failure, FAILURE_READER_LOST);
        assert_int_equal(convert_jpeg(bench), EYE_READ);
        assert_white(bench, SIDE);
    }
}

static void an_answer_that_is_none_ends_it(void **state)
{
    struct bench *bench = *state;
    static const char *const variable[] = {DEED_ALL_OVER};
    setenv(variable[0], variable[1], 1);
    enum eye_outcome outcome = convert_jpeg(bench);
    unsetenv(variable[0]);
    assert_int_equal(outcome, EYE_LOST);
    assert_string_equal(bench->fault.detail, eye_end_words(EYE_LIED));
    assert_int_equal(child(bench), 0);
    assert_int_equal(convert_jpeg(bench), EYE_READ);
}

static void one_that_never_starts_is_given_up(void **state)
{
    struct bench *bench = *state;
    static const char *const variable[] = {DEED_NO_START};
    setenv(variable[0], variable[1], 1);
    for (unsigned start = 1; start < EYE_STARTS; start++)
        assert_int_equal(convert_jpeg(bench), EYE_LOST);
    enum eye_outcome last = convert_jpeg(bench);
    unsetenv(variable[0]);
    assert_int_equal(last, EYE_UNAVAILABLE);
}

static void an_interruption_stays(void **state)
{
    struct bench *bench = *state;
    eye_converter_interrupt(&bench->converter);
    assert_int_equal(convert_jpeg(bench), EYE_INTERRUPTED);
    assert_int_equal(convert_jpeg(bench), EYE_INTERRUPTED);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        test(a_jpeg_becomes_luma_in_a_process_that_is_closed_in),
        test(larger_frames_get_larger_areas),
        test(a_jpeg_that_breaks_off_is_damaged),
        test(a_png_becomes_luma_there_too),
        test(what_is_shorter_than_its_format_reaches_no_library),
        test(what_has_odd_sides_reaches_no_library),
        test(what_has_another_header_reaches_no_library),
        test(tables_in_a_frame_end_no_process),
        test(noise_of_every_format_takes_no_forbidden_call),
        test(what_it_may_not_ends_it),
        test(a_process_that_ends_costs_its_frame),
        test(an_answer_that_is_none_ends_it),
        test(one_that_never_starts_is_given_up),
        test(an_interruption_stays),
    };
    int eye = deeds_be_the_eye(argc, argv);
    return eye >= 0 ? eye : cmocka_run_group_tests(tests, NULL, NULL);
}
