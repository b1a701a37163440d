// SPDX-License-Identifier: MIT
// Y4M recordings: what their header may say, and what becomes of damaged ones.

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanner/files/file_source.h"
#include "scanner/files/replay_y4m.h"
#include "support.h"

static void headers_that_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        struct y4m_header header;
    } cases[] = {
        {"YUV4MPEG2 W640 H480", {640, 480, 30, 1, PIXEL_I420, 460800, 8}},
        {"YUV4MPEG2 W640 H480 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=LIMITED",
         {640, 480, 30000, 1001, PIXEL_I420, 460800, 8}},
        {"YUV4MPEG2 C420mpeg2 H3 W5 F15:1", {5, 3, 15, 1, PIXEL_I420, 15 + 2 * 6, 8}},
        {"YUV4MPEG2 W5 H3 C420paldv It", {5, 3, 30, 1, PIXEL_I420, 27, 8}},
        {"YUV4MPEG2 W5 H3 C420", {5, 3, 30, 1, PIXEL_I420, 27, 8}},
        {"YUV4MPEG2 W5 H3 Cmono", {5, 3, 30, 1, PIXEL_GREY, 15, 8}},
        {"YUV4MPEG2 W5 H3 C422", {5, 3, 30, 1, PIXEL_GREY, 15 + 2 * 9, 8}},
        {"YUV4MPEG2 W5 H3 C444", {5, 3, 30, 1, PIXEL_GREY, 45, 8}},
        {"YUV4MPEG2 W5 H3 C411", {5, 3, 30, 1, PIXEL_GREY, 15 + 2 * 6, 8}},
        {"YUV4MPEG2 W1 H1 F0:0", {1, 1, 30, 1, PIXEL_I420, 3, 8}},
        {"YUV4MPEG2  W4096 H4096 Cmono ", {4096, 4096, 30, 1, PIXEL_GREY, 16777216, 8}},
        {"YUV4MPEG2 W007 H1 Cmono", {7, 1, 30, 1, PIXEL_GREY, 7, 8}},
        // Deep ones and alpha: only the luma is looked at.
        {"YUV4MPEG2 W5 H3 C420p10 XYSCSS=420P10", {5, 3, 30, 1, PIXEL_GREY, 54, 10}},
        {"YUV4MPEG2 W5 H3 Cmono16", {5, 3, 30, 1, PIXEL_GREY, 30, 16}},
        {"YUV4MPEG2 W5 H3 Cmono9", {5, 3, 30, 1, PIXEL_GREY, 30, 9}},
        {"YUV4MPEG2 W5 H3 C444p12", {5, 3, 30, 1, PIXEL_GREY, 90, 12}},
        {"YUV4MPEG2 W5 H3 C444alpha", {5, 3, 30, 1, PIXEL_GREY, 60, 8}},
        {"YUV4MPEG2 W5 H3 C440", {5, 3, 30, 1, PIXEL_GREY, 35, 8}},
        // Without a 'C', mjpegtools' own extension tells the colours.
        {"YUV4MPEG2 W5 H3 XYSCSS=444", {5, 3, 30, 1, PIXEL_GREY, 45, 8}},
        {"YUV4MPEG2 W5 H3 XYSCSS=420MPEG2", {5, 3, 30, 1, PIXEL_I420, 27, 8}},
        {"YUV4MPEG2 W5 H3 Cmono XYSCSS=444", {5, 3, 30, 1, PIXEL_GREY, 15, 8}},
        {"YUV4MPEG2 W5 H3 XYSCSS=444 Cmono", {5, 3, 30, 1, PIXEL_GREY, 15, 8}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct y4m_header header;
        struct fault fault = {0};
        if (!y4m_parse_header(span_str(cases[i].line), &header, &fault))
            fail_msg("%s: %s", cases[i].line, fault.detail);

        assert_int_equal(header.width, cases[i].header.width);
        assert_int_equal(header.height, cases[i].header.height);
        assert_int_equal(header.rate_num, cases[i].header.rate_num);
        assert_int_equal(header.rate_den, cases[i].header.rate_den);
        assert_int_equal(header.format, cases[i].header.format);
        assert_int_equal(header.frame_size, cases[i].header.frame_size);
        assert_int_equal(header.bits, cases[i].header.bits);
    }
}

static void headers_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum failure failure;
    } cases[] = {
        {"", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG22 W1 H1", FAILURE_SOURCE_FORMAT},
        {"yuv4mpeg2 W1 H1", FAILURE_SOURCE_FORMAT},
        {" YUV4MPEG2 W1 H1", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W0 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H0", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W-640 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W+640 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W0x10 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640\tH480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H480\r", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W99999999999999999999 H480", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W4097 H480", FAILURE_SOURCE_TOO_LARGE},
        {"YUV4MPEG2 W640 H4294967295", FAILURE_SOURCE_TOO_LARGE},
        {"YUV4MPEG2 W640 H480 F30", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H480 F30:", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H480 F:1", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H480 F4294967296:1", FAILURE_SOURCE_DAMAGED},
        {"YUV4MPEG2 W640 H480 C420p17", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 C420p7", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 Cmono99999999999", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 C10", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 Cp10", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 XYSCSS=999", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 C", FAILURE_SOURCE_FORMAT},
        {"YUV4MPEG2 W640 H480 Q1", FAILURE_SOURCE_DAMAGED},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct y4m_header header;
        struct fault fault = {0};
        if (y4m_parse_header(span_str(cases[i].line), &header, &fault))
            fail_msg("taken: %s", cases[i].line);

        assert_int_equal(fault.failure, cases[i].failure);
        assert_true(fault.detail[0]);
    }
}

struct replayed {
    size_t frames;
    enum source_step end;
    bool opened;
    struct fault fault;
};

// Plays a recording to its end; every frame must be gray number `10 * (index + 1)`.
static struct replayed replay(struct span content)
{
    char *path = temporary_file(content);
    struct replayed replayed = {0};
    struct source *source = file_source_new(path, FILE_RECORDINGS, &replayed.fault);
    assert_non_null(source);

    replayed.opened = source->ops->open(source, &replayed.fault);
    struct frame frame;
    frame_init(&frame);

    while (replayed.opened) {
        replayed.end = source->ops->next(source, &frame, &replayed.fault);
        if (replayed.end != SOURCE_FRAME)
            break;

        assert_int_equal(frame.index, replayed.frames);
        assert_true(frame_owns_pixels(&frame));

        struct luma luma;
        struct luma_buffer buffer;
        luma_buffer_init(&buffer);
        assert_true(luma_from_pixels(&frame.pixels, &buffer, &luma, &replayed.fault));
        replayed.frames++;

        for (size_t y = 0; y < luma.height; y++) {
            for (size_t x = 0; x < luma.width; x++)
                assert_int_equal(luma.p[y * luma.stride + x], 10 * replayed.frames);
        }
        luma_buffer_destroy(&buffer);
    }

    frame_destroy(&frame);
    source->ops->close(source);
    source->ops->destroy(source);
    temporary_remove(path);
    return replayed;
}

static void add_frames(struct bytes *to, size_t width, size_t height, size_t count,
                       size_t chroma_size)
{
    for (size_t i = 1; i <= count; i++) {
        uint8_t *luma = draw_picture(width, height, (uint8_t)(10 * i), span_of(NULL, 0));
        y4m_add_frame(to, luma, width * height, chroma_size);
        free(luma);
    }
}

static void recordings_of_every_format_are_played(void **state)
{
    (void)state;
    static const struct {
        const char *parameters;
        size_t chroma_size;
    } cases[] = {{" Cmono", 0},      {" C420jpeg", 24},   {" C420mpeg2", 24},
                 {" C420paldv", 24}, {" C420", 24},       {"", 24},
                 {" C422", 40},      {" C444", 70},       {" C411", 2 * 10},
                 {" C440", 42},      {" C444alpha", 105}, {" XYSCSS=444", 70}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes file = {0};
        y4m_add_header(&file, 7, 5, cases[i].parameters);
        add_frames(&file, 7, 5, 3, cases[i].chroma_size);

        struct replayed replayed = replay(bytes_span(&file));
        assert_int_equal(replayed.frames, 3);
        assert_int_equal(replayed.end, SOURCE_END);
        bytes_free(&file);
    }
}

static void of_deep_samples_the_upper_bits_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *parameters;
        uint8_t sample[2]; // 10 of 255
    } cases[] = {{" Cmono10", {0x28, 0x00}},
                 {" Cmono9", {0x15, 0x00}},
                 {" Cmono16", {0xff, 0x0a}},
                 {" Cmono12", {0xa3, 0x00}}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes file = {0};
        y4m_add_header(&file, 3, 2, cases[i].parameters);
        bytes_text(&file, "FRAME\n");
        for (size_t k = 0; k < 6; k++)
            bytes_add(&file, span_of(cases[i].sample, 2));

        struct replayed replayed = replay(bytes_span(&file));
        assert_int_equal(replayed.frames, 1);
        assert_int_equal(replayed.end, SOURCE_END);
        bytes_free(&file);
    }
}

// Samples above what their bits can say are as bright as can be.
static void too_bright_samples_are_white(void **state)
{
    (void)state;
    struct bytes file = {0};
    y4m_add_header(&file, 1, 1, " Cmono10");
    bytes_text(&file, "FRAME\n\xff\xff");
    char *path = temporary_file(bytes_span(&file));
    struct source *source = file_source_new(path, FILE_RECORDINGS, NULL);
    assert_true(source->ops->open(source, NULL));

    struct frame frame;
    frame_init(&frame);
    assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
    assert_int_equal(frame.pixels.data.p[0], 255);

    frame_destroy(&frame);
    source->ops->destroy(source);
    temporary_remove(path);
    bytes_free(&file);
}

static void frames_of_another_length_are_called_so(void **state)
{
    (void)state;
    struct bytes file = {0};
    y4m_add_header(&file, 3, 2, " Cmono");
    bytes_text(&file, "FRAME\n\x0a\x0a\x0a\x0a\x0a\x0a  FRAME\n\x0a\x0a\x0a\x0a\x0a\x0a  ");
    struct replayed replayed = replay(bytes_span(&file));
    assert_int_equal(replayed.frames, 1);
    assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);
    assert_non_null(strstr(replayed.fault.detail, "not as long as the header says"));
    bytes_free(&file);
}

static void frame_parameters_are_passed_over(void **state)
{
    (void)state;
    struct bytes file = {0};
    y4m_add_header(&file, 1, 1, " Cmono");
    bytes_text(&file, "FRAME Ip XNOTE=1\n\x0a");
    bytes_text(&file, "FRAME\n\x14");
    struct replayed replayed = replay(bytes_span(&file));
    assert_int_equal(replayed.frames, 2);
    assert_int_equal(replayed.end, SOURCE_END);
    bytes_free(&file);
}

// Wherever a recording is cut, the frames before the cut are played, and then there is one
// fault, unless the cut is between two frames.
static void cut_recordings_are_played_up_to_the_cut(void **state)
{
    (void)state;
    struct bytes file = {0};

    y4m_add_header(&file, 4, 4, " F25:1 Cmono");
    size_t header = file.n;
    add_frames(&file, 4, 4, 3, 0);
    size_t frame = (file.n - header) / 3;

    for (size_t n = 0; n < file.n; n++) {
        struct replayed replayed = replay(span_of(file.p, n));
        size_t whole = n < header ? 0 : (n - header) / frame;

        // Less than the magic may be the rest of something else: it is looked through first.
        bool foreign = n < strlen(Y4M_MAGIC);
        assert_int_equal(replayed.opened, n >= header || (foreign && n > 0));
        assert_int_equal(replayed.frames, whole);
        if (n >= header && (n - header) % frame == 0 && whole > 0) {
            assert_int_equal(replayed.end, SOURCE_END);
            continue;
        }

        assert_int_equal(replayed.fault.failure,
                         foreign ? FAILURE_SOURCE_FORMAT : FAILURE_SOURCE_DAMAGED);
        assert_true(replayed.fault.detail[0]);
    }

    bytes_free(&file);
}

static void garbage_between_frames_is_a_fault(void **state)
{
    (void)state;
    static const char *const garbage[] = {"FRAMES\n", "frame\n",  "\n",
                                          "FRAM\n",   "NONSENSE", " FRAME\n"};

    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
        struct bytes file = {0};
        y4m_add_header(&file, 2, 2, " Cmono");
        add_frames(&file, 2, 2, 1, 0);
        bytes_text(&file, garbage[i]);
        bytes_text(&file, "\n\n\n\n\n");

        struct replayed replayed = replay(bytes_span(&file));
        assert_int_equal(replayed.frames, 1);
        assert_int_equal(replayed.end, SOURCE_FAILED);
        assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);

        bytes_free(&file);
    }
}

static void endless_lines_are_a_fault(void **state)
{
    (void)state;
    struct bytes file = {0};
    bytes_text(&file, "YUV4MPEG2 W2 H2 X");
    for (size_t i = 0; i < 2 * Y4M_LINE_MAX; i++)
        bytes_text(&file, "x");
    struct replayed replayed = replay(bytes_span(&file));
    assert_false(replayed.opened);
    assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);

    file.n = 0;
    y4m_add_header(&file, 2, 2, " Cmono");
    bytes_text(&file, "FRAME ");
    for (size_t i = 0; i < 2 * Y4M_LINE_MAX; i++)
        bytes_text(&file, "x");
    replayed = replay(bytes_span(&file));
    assert_int_equal(replayed.frames, 0);
    assert_int_equal(replayed.fault.failure, FAILURE_SOURCE_DAMAGED);
    bytes_free(&file);
}

// The time of frame `index` of a recording of one-pixel frames at `rate`.
static int64_t time_of(const char *rate, size_t index)
{
    struct bytes file = {0};
    y4m_add_header(&file, 1, 1, rate);
    for (size_t i = 0; i <= index; i++)
        bytes_text(&file, "FRAME\nx");

    char *path = temporary_file(bytes_span(&file));
    struct source *source = file_source_new(path, FILE_RECORDINGS, NULL);
    assert_true(source->ops->open(source, NULL));

    struct frame frame;
    frame_init(&frame);
    for (size_t i = 0; i <= index; i++)
        assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);

    int64_t time_us = frame.time_us;

    frame_destroy(&frame);
    source->ops->destroy(source);
    temporary_remove(path);
    bytes_free(&file);
    return time_us;
}

static void frames_carry_their_time(void **state)
{
    (void)state;
    assert_int_equal(time_of(" Cmono F25:1", 0), 0);
    assert_int_equal(time_of(" Cmono F25:1", 50), 2000000);
    // No rounding adds up: 30000 frames at 30000:1001 last exactly 1001 s.
    assert_int_equal(time_of(" Cmono F30000:1001", 30000), INT64_C(1001000000));
    assert_int_equal(time_of(" Cmono F0:0", 30), 1000000);
    assert_int_equal(time_of(" Cmono F1:1000000", 2), INT64_C(2000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_that_are_read),
        cmocka_unit_test(headers_that_are_refused),
        cmocka_unit_test(recordings_of_every_format_are_played),
        cmocka_unit_test(of_deep_samples_the_upper_bits_are_taken),
        cmocka_unit_test(too_bright_samples_are_white),
        cmocka_unit_test(frames_of_another_length_are_called_so),
        cmocka_unit_test(frame_parameters_are_passed_over),
        cmocka_unit_test(cut_recordings_are_played_up_to_the_cut),
        cmocka_unit_test(garbage_between_frames_is_a_fault),
        cmocka_unit_test(endless_lines_are_a_fault),
        cmocka_unit_test(frames_carry_their_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
