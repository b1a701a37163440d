// SPDX-License-Identifier: MIT
// Memory that is not given: each call for it fails once, while luma is taken out of a frame,
// and while the reader looks at a recorded frame and at an empty page. What was not looked at
// for it is told, and afterwards everything is as it was.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <turbojpeg.h>

#include "decode/qr.h"
#include "scanner/source_spec.h"
#include "tests/unit/failing_memory.h"

enum { WIDTH = 320, HEIGHT = 240, STRIDE = WIDTH + 16, CALLS_MAX = 100 };

static uint8_t page[STRIDE * HEIGHT];
static struct qr_codes codes, expected;

// ---- luma ----

static struct span jpeg_of_the_page(void)
{
    unsigned char *p = NULL;
    unsigned long size = 0;
    tjhandle jpeg = tjInitCompress();
    assert_int_equal(tjCompress2(jpeg, page, WIDTH, STRIDE, HEIGHT, TJPF_GRAY, &p, &size,
                                 TJSAMP_GRAY, 90, 0),
                     0);
    tjDestroy(jpeg);
    return span_of(p, size);
}

// Takes the luma with each call failing once. Returns how many calls there are.
static unsigned take_luma(const struct pixels *pixels)
{
    unsigned calls = 0;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct luma_buffer buffer;
        struct luma luma;
        struct fault fault = {0};
        luma_buffer_init(&buffer);
        failing_begin(call);
        bool taken = luma_from_pixels(pixels, &buffer, &luma, &fault);
        calls = failing_end();

        assert_int_equal(taken, call > calls);
        if (!taken)
            assert_int_equal(fault.failure, FAILURE_MEMORY);
        assert_true(luma_from_pixels(pixels, &buffer, &luma, NULL));
        assert_int_equal(luma.width, WIDTH);
        assert_int_equal(luma.p[luma.stride * (HEIGHT - 1) + WIDTH - 1], 200);
        luma_buffer_destroy(&buffer);
    }
    return calls;
}

static void luma_that_has_no_room_says_so(void **state)
{
    (void)state;
    static const struct {
        enum pixel_format format;
        size_t bytes; // of a pixel, twice
        unsigned calls;
    } formats[] = {
        {PIXEL_GREY, 2, 0}, {PIXEL_NV12, 3, 0}, {PIXEL_NV21, 3, 0}, {PIXEL_I420, 3, 0},
        {PIXEL_YV12, 3, 0}, {PIXEL_YUYV, 4, 1}, {PIXEL_UYVY, 4, 1},
    };
    uint8_t *bytes = malloc(2u * WIDTH * HEIGHT);
    assert_non_null(bytes);
    memset(bytes, 200, 2u * WIDTH * HEIGHT);
    memset(page, 200, sizeof(page));

    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        size_t size = formats[i].bytes * WIDTH * HEIGHT / 2;
        const struct pixels pixels = {formats[i].format, WIDTH, HEIGHT,
                                      formats[i].bytes == 4 ? 2 * WIDTH : WIDTH,
                                      span_of(bytes, size)};
        assert_int_equal(take_luma(&pixels), formats[i].calls);
    }
    free(bytes);

    struct span jpeg = jpeg_of_the_page();
    const struct pixels pixels = {PIXEL_MJPEG, WIDTH, HEIGHT, 0, jpeg};
    assert_int_equal(take_luma(&pixels), 1);
    tjFree((unsigned char *)(uintptr_t)jpeg.p);
}

// ---- the reader ----

static bool same(const struct qr_codes *a, const struct qr_codes *b)
{
    bool same = a->count == b->count && a->cut_short == b->cut_short;
    for (size_t i = 0; same && i < a->count; i++)
        same = span_equal(qr_payload(&a->code[i]), qr_payload(&b->code[i]));
    return same;
}

// Reads with each call failing once, by a new reader. What it then lacks it says by
// `cut_short`.
static unsigned read_with_failures(const struct luma *luma, const struct qr_limits *limits)
{
    unsigned calls = 0;
    for (unsigned call = 1; call <= calls + 1 && call < CALLS_MAX; call++) {
        failing_begin(call);
        struct qr_reader *reader = qr_reader_new();
        if (reader) {
            qr_reader_set_limits(reader, limits);
            qr_reader_read(reader, luma, &codes);
        }
        calls = failing_end();

        if (!reader) {
            assert_int_equal(call, 1);
            continue;
        }
        if (call <= calls && expected.count == 0)
            assert_true(codes.count == 0 && codes.cut_short);
        else if (call > calls || !codes.cut_short)
            assert_true(same(&codes, &expected));

        qr_reader_reset(reader);
        qr_reader_read(reader, luma, &codes);
        assert_true(same(&codes, &expected));
        qr_reader_free(reader);
    }
    return calls;
}

static void expect(const struct luma *luma, const struct qr_limits *limits)
{
    struct qr_reader *reader = qr_reader_new();
    assert_non_null(reader);
    qr_reader_set_limits(reader, limits);
    qr_reader_read(reader, luma, &expected);
    qr_reader_free(reader);
}

static const struct qr_limits *const efforts[] = {&qr_limits_live, &qr_limits_patient,
                                                  &qr_limits_still};

static void a_recorded_frame_is_read_or_cut_short(void **state)
{
    (void)state;
    static const unsigned least[] = {5, 9, 9};
    struct frame frame;
    struct luma luma;
    struct luma_buffer buffer;
    frame_init(&frame);
    luma_buffer_init(&buffer);
    struct source *source = source_from_spec(FIXTURES_DIR "/recordings/easy.mjpeg", NULL);
    assert_non_null(source);
    assert_true(source->ops->open(source, NULL));
    assert_int_equal(source->ops->next(source, &frame, NULL), SOURCE_FRAME);
    assert_true(luma_from_pixels(&frame.pixels, &buffer, &luma, NULL));

    for (size_t i = 0; i < sizeof(efforts) / sizeof(efforts[0]); i++) {
        expect(&luma, efforts[i]);
        assert_true(expected.count > 0);
        assert_true(read_with_failures(&luma, efforts[i]) >= least[i]);
    }

    luma_buffer_destroy(&buffer);
    frame_destroy(&frame);
    source->ops->destroy(source);
}

// All steps are tried with it, and nothing ends them but what fails.
static void an_empty_page_was_not_seen_whole(void **state)
{
    (void)state;
    static const unsigned least[] = {8, 10, 17};
    const struct luma luma = {page, WIDTH, HEIGHT, STRIDE};
    memset(page, 200, sizeof(page));

    for (size_t i = 0; i < sizeof(efforts) / sizeof(efforts[0]); i++) {
        expect(&luma, efforts[i]);
        assert_int_equal(expected.count, 0);
        assert_false(expected.cut_short);
        assert_true(read_with_failures(&luma, efforts[i]) >= least[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(luma_that_has_no_room_says_so),
        cmocka_unit_test(a_recorded_frame_is_read_or_cut_short),
        cmocka_unit_test(an_empty_page_was_not_seen_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
