// SPDX-License-Identifier: MIT
// The reader on drawn codes: bytes come out as encoded, corners in their promised order.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/qr.h"

enum { PAPER = 235, INK = 25, QUIET = 4 };

struct canvas {
    uint8_t *p;
    size_t width, height, stride;
};

static struct canvas canvas_new(size_t width, size_t height, size_t stride, uint8_t fill)
{
    struct canvas canvas = {malloc(stride * height), width, height, stride};
    assert_non_null(canvas.p);
    memset(canvas.p, fill, stride * height);
    return canvas;
}

static struct luma canvas_luma(const struct canvas *canvas)
{
    return (struct luma){canvas->p, canvas->width, canvas->height, canvas->stride};
}

static QRcode *encode(struct span payload)
{
    QRcode *code = QRcode_encodeData((int)payload.n, payload.p, 0, QR_ECLEVEL_M);
    assert_non_null(code);
    return code;
}

// Where module (x, y) of a code of `side` modules is after `quarters` turns to the right.
static void turn(size_t side, unsigned quarters, size_t *x, size_t *y)
{
    for (unsigned i = 0; i < quarters; i++) {
        size_t old_x = *x;
        *x = side - 1 - *y;
        *y = old_x;
    }
}

static void draw_code(struct canvas *canvas, const QRcode *code, size_t left, size_t top,
                      size_t module, unsigned quarters)
{
    size_t side = (size_t)code->width;
    for (size_t i = 0; i < side * side; i++) {
        size_t x = i % side;
        size_t y = i / side;
        turn(side, quarters, &x, &y);
        for (size_t row = 0; row < module; row++) {
            uint8_t *to = canvas->p + (top + y * module + row) * canvas->stride + left;
            memset(to + x * module, code->data[i] & 1 ? INK : PAPER, module);
        }
    }
}

// A picture of one code with its quiet zone.
static struct canvas draw(struct span payload, size_t module, unsigned quarters, size_t padding)
{
    QRcode *code = encode(payload);
    size_t side = ((size_t)code->width + 2 * QUIET) * module;
    struct canvas canvas = canvas_new(side, side, side + padding, PAPER);
    draw_code(&canvas, code, QUIET * module, QUIET * module, module, quarters);
    QRcode_free(code);
    return canvas;
}

static int reader_setup(void **state)
{
    *state = qr_reader_new();
    return *state ? 0 : -1;
}

static int reader_teardown(void **state)
{
    qr_reader_free(*state);
    return 0;
}

static struct qr_codes codes; // too large for a stack

static void assert_reads(struct qr_reader *reader, const struct canvas *canvas,
                         struct span payload)
{
    struct luma luma = canvas_luma(canvas);
    assert_true(qr_reader_read(reader, &luma, &codes));
    assert_int_equal(codes.count, 1);
    assert_int_equal(codes.code[0].size, payload.n);
    assert_memory_equal(codes.code[0].payload, payload.p, payload.n);
}

static void bytes_come_out_as_encoded(void **state)
{
    uint8_t all[256];
    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (uint8_t)i;

    const struct span payloads[] = {
        span_of(all, sizeof(all)),
        span_of(all + 128, 128),
        span_of("a\0b", 3),
        span_str("\xd0\x92\xd1\x85\xd0\xbe\xd0\xb4"),
        span_str("\xef\xbb\xbfhttps://portal.example/"),
        span_str("\x82\xa0\x82\xa2"), // Shift JIS
    };

    for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
        struct canvas canvas = draw(payloads[i], 6, 0, 0);
        assert_reads(*state, &canvas, payloads[i]);
        free(canvas.p);
    }
}

static void digits_and_capitals_come_out_as_text(void **state)
{
    static const char *const texts[] = {"0123456789012345678901234567890",
                                        "HELLO WORLD $%*+-./:"};
    for (size_t i = 0; i < 2; i++) {
        struct canvas canvas = draw(span_str(texts[i]), 6, 0, 0);
        assert_reads(*state, &canvas, span_str(texts[i]));
        free(canvas.p);
    }
}

static void longest_byte_payload_is_read_whole(void **state)
{
    static uint8_t payload[2953]; // version 40-L
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)(i * 37 + i / 256);
    QRcode *code = QRcode_encodeData(sizeof(payload), payload, 40, QR_ECLEVEL_L);
    assert_non_null(code);
    size_t side = ((size_t)code->width + 2 * QUIET) * 6;
    struct canvas canvas = canvas_new(side, side, side, PAPER);
    draw_code(&canvas, code, QUIET * 6, QUIET * 6, 6, 0);
    QRcode_free(code);
    assert_reads(*state, &canvas, span_of(payload, sizeof(payload)));
    free(canvas.p);
}

// The corners of the code as drawn, clockwise from its own top left.
static void assert_corners(const struct qr_code *code, float left, float top, float side,
                           unsigned quarters, float tolerance)
{
    const struct qr_point square[4] = {
        {left, top}, {left + side, top}, {left + side, top + side}, {left, top + side}};
    for (unsigned i = 0; i < 4; i++) {
        const struct qr_point *wanted = &square[(i + quarters) % 4];
        assert_true(fabsf(code->corners[i].x - wanted->x) <= tolerance);
        assert_true(fabsf(code->corners[i].y - wanted->y) <= tolerance);
    }
}

static void corners_go_clockwise_from_the_codes_top_left(void **state)
{
    struct span payload = span_str("https://portal.example/corner");
    // 8 pixels a module are read at half size, 3 at full size.
    static const size_t modules[] = {8, 3};

    for (size_t i = 0; i < 2; i++) {
        for (unsigned quarters = 0; quarters < 4; quarters++) {
            QRcode *code = encode(payload);
            size_t side = (size_t)code->width * modules[i];
            struct canvas canvas = canvas_new(640, 480, 640, PAPER);
            draw_code(&canvas, code, 150, 80, modules[i], quarters);
            QRcode_free(code);

            assert_reads(*state, &canvas, payload);
            assert_corners(&codes.code[0], 150, 80, (float)side, quarters,
                           (float)(2 * modules[i]));

            free(canvas.p);
        }
    }
}

static void padded_rows_and_odd_sizes_are_read(void **state)
{
    struct span payload = span_str("padded");
    struct canvas canvas = draw(payload, 5, 0, 13);
    canvas.width -= 1;
    canvas.height -= 1;
    assert_reads(*state, &canvas, payload);
    free(canvas.p);
    canvas = draw(payload, 2, 0, 13);
    assert_reads(*state, &canvas, payload);
    free(canvas.p);
}

static void light_code_on_dark_is_read(void **state)
{
    struct span payload = span_str("inverted");
    struct canvas canvas = draw(payload, 6, 0, 0);
    for (size_t i = 0; i < canvas.stride * canvas.height; i++)
        canvas.p[i] = (uint8_t)~canvas.p[i];
    assert_reads(*state, &canvas, payload);
    free(canvas.p);
}

static void two_codes_come_out_both(void **state)
{
    QRcode *first = encode(span_str("first"));
    QRcode *second = encode(span_str("second"));
    struct canvas canvas = canvas_new(640, 320, 640, PAPER);
    draw_code(&canvas, first, 60, 60, 6, 0);
    draw_code(&canvas, second, 380, 60, 6, 0);
    QRcode_free(first);
    QRcode_free(second);
    struct luma luma = canvas_luma(&canvas);
    assert_true(qr_reader_read(*state, &luma, &codes));
    assert_int_equal(codes.count, 2);
    size_t right = codes.code[0].corners[0].x > 320 ? 0 : 1;
    assert_true(span_equal(qr_payload(&codes.code[right]), span_str("second")));
    assert_true(span_equal(qr_payload(&codes.code[1 - right]), span_str("first")));
    free(canvas.p);
}

// A sheet of equal codes in rows; the caller frees its pixels.
static struct canvas draw_sheet(size_t columns, size_t rows, size_t pitch)
{
    QRcode *code = encode(span_str("label"));
    struct canvas canvas =
        canvas_new(columns * pitch + 20, rows * pitch + 20, columns * pitch + 20, PAPER);
    for (size_t i = 0; i < columns * rows; i++)
        draw_code(&canvas, code, 20 + i % columns * pitch, 20 + i / columns * pitch, 3, 0);
    QRcode_free(code);
    return canvas;
}

static void equal_codes_side_by_side_come_out_all(void **state)
{
    struct canvas canvas = draw_sheet(10, 7, 90);
    struct luma luma = canvas_luma(&canvas);
    bool met[70] = {false};
    qr_reader_reset(*state);
    qr_reader_set_limits(*state, &qr_limits_still);
    assert_true(qr_reader_read(*state, &luma, &codes));

    assert_int_equal(codes.count, 70);
    assert_false(codes.cut_short);
    for (size_t i = 0; i < codes.count; i++) {
        assert_true(span_equal(qr_payload(&codes.code[i]), span_str("label")));
        struct qr_point at = codes.code[i].corners[0];
        size_t place = (size_t)(at.y / 90.0f) * 10 + (size_t)(at.x / 90.0f);
        assert_in_range(place, 0, 69);
        assert_false(met[place]);
        met[place] = true;
    }

    qr_reader_set_limits(*state, &qr_limits_live);
    free(canvas.p);
}

static void more_codes_than_fit_are_told_of(void **state)
{
    struct canvas canvas = draw_sheet(26, 20, 101);
    struct luma luma = canvas_luma(&canvas);
    qr_reader_reset(*state);
    qr_reader_set_limits(*state, &qr_limits_still);
    assert_true(qr_reader_read(*state, &luma, &codes));
    assert_int_equal(codes.count, QR_CODES_MAX);
    assert_true(codes.cut_short);
    qr_reader_set_limits(*state, &qr_limits_live);
    free(canvas.p);
}

static void the_largest_code_comes_first(void **state)
{
    QRcode *small = encode(span_str("small one")), *large = encode(span_str("large one"));

    for (size_t i = 0; i < 2; i++) { // wherever it lies
        struct canvas canvas = canvas_new(640, 320, 640, PAPER);
        draw_code(&canvas, small, i == 0 ? 60 : 440, 60, 4, 0);
        draw_code(&canvas, large, i == 0 ? 300 : 60, 60, 6, 0);

        struct luma luma = canvas_luma(&canvas);
        qr_reader_reset(*state);
        assert_true(qr_reader_read(*state, &luma, &codes));
        assert_int_equal(codes.count, 2);
        assert_true(span_equal(qr_payload(&codes.code[0]), span_str("large one")));
        assert_true(span_equal(qr_payload(&codes.code[1]), span_str("small one")));

        free(canvas.p);
    }

    QRcode_free(small);
    QRcode_free(large);
}

// Also where parts hold the same.
static void parts_of_a_divided_message_say_that_they_are(void **state)
{
    QRcode_List *list = QRcode_encodeStringStructured(
        "same text here same text here same text here ", 2, QR_ECLEVEL_M, QR_MODE_8, 1);
    assert_non_null(list);
    assert_int_equal(QRcode_List_size(list), 2);
    struct canvas canvas = canvas_new(500, 300, 500, PAPER);
    draw_code(&canvas, list->code, 40, 40, 6, 0);
    draw_code(&canvas, list->next->code, 290, 40, 6, 0);

    struct luma luma = canvas_luma(&canvas);
    qr_reader_reset(*state);
    assert_true(qr_reader_read(*state, &luma, &codes));
    assert_int_equal(codes.count, 2);
    assert_int_equal(codes.code[0].part.count, 2);
    assert_int_equal(codes.code[1].part.count, 2);
    assert_int_equal(codes.code[0].part.number + codes.code[1].part.number, 3);
    QRcode_List_free(list);
    free(canvas.p);
}

// Each pixel becomes the mean of the 5 by 5 around it, as in a lens that is not quite in focus.
static void blur(struct canvas *canvas)
{
    enum { REACH = 2, SIDE = 2 * REACH + 1 };
    struct canvas from = canvas_new(canvas->width, canvas->height, canvas->stride, 0);
    memcpy(from.p, canvas->p, canvas->stride * canvas->height);

    for (size_t y = REACH; y < canvas->height - REACH; y++) {
        for (size_t x = REACH; x < canvas->width - REACH; x++) {
            size_t sum = 0;
            for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
                sum += from.p[(y - REACH + i / SIDE) * from.stride + x - REACH + i % SIDE];
            canvas->p[y * canvas->stride + x] = (uint8_t)(sum / ((size_t)SIDE * SIDE));
        }
    }

    free(from.p);
}

// More light than there should be: all but the darkest becomes white.
static void overexpose(struct canvas *canvas)
{
    for (size_t i = 0; i < canvas->stride * canvas->height; i++) {
        unsigned value = INK + (canvas->p[i] - INK) * 5u;
        canvas->p[i] = (uint8_t)(value < 255 ? value : 255);
    }
}

static void still_picture_that_only_the_second_reader_reads_is_read(void **state)
{
    struct canvas canvas = draw(span_str("https://portal.example.com/s?c=RPT-4711"), 8, 0, 0);
    for (int i = 0; i < 3; i++)
        blur(&canvas);
    overexpose(&canvas);
    struct luma luma = canvas_luma(&canvas);

    qr_reader_reset(*state);
    qr_reader_set_limits(*state, &qr_limits_still);
    assert_true(qr_reader_read(*state, &luma, &codes));
    assert_int_equal(codes.count, 1);
    assert_true(span_equal(qr_payload(&codes.code[0]),
                           span_str("https://portal.example.com/s?c=RPT-4711")));
    assert_in_range(codes.code[0].corners[0].x, 29, 36);

    qr_reader_set_limits(*state, &qr_limits_live);
    free(canvas.p);
}

static void pictures_without_a_code_give_none(void **state)
{
    static const size_t sizes[][2] = {{1, 1}, {1, 200}, {200, 1}, {2, 2}, {3, 5}, {640, 480}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct canvas canvas = canvas_new(sizes[i][0], sizes[i][1], sizes[i][0], PAPER);
        struct luma luma = canvas_luma(&canvas);
        assert_false(qr_reader_read(*state, &luma, &codes));
        uint32_t noise = 1;
        for (size_t k = 0; k < canvas.stride * canvas.height; k++) {
            noise = noise * 1664525u + 1013904223u;
            canvas.p[k] = (uint8_t)(noise >> 24);
        }
        assert_false(qr_reader_read(*state, &luma, &codes));
        free(canvas.p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_as_encoded),
        cmocka_unit_test(digits_and_capitals_come_out_as_text),
        cmocka_unit_test(longest_byte_payload_is_read_whole),
        cmocka_unit_test(corners_go_clockwise_from_the_codes_top_left),
        cmocka_unit_test(padded_rows_and_odd_sizes_are_read),
        cmocka_unit_test(light_code_on_dark_is_read),
        cmocka_unit_test(two_codes_come_out_both),
        cmocka_unit_test(equal_codes_side_by_side_come_out_all),
        cmocka_unit_test(more_codes_than_fit_are_told_of),
        cmocka_unit_test(the_largest_code_comes_first),
        cmocka_unit_test(parts_of_a_divided_message_say_that_they_are),
        cmocka_unit_test(still_picture_that_only_the_second_reader_reads_is_read),
        cmocka_unit_test(pictures_without_a_code_give_none),
    };
    return cmocka_run_group_tests(tests, reader_setup, reader_teardown);
}
