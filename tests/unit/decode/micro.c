// SPDX-License-Identifier: MIT
// Micro QR codes of libqrencode, in every version and level: read from pictures that are
// turned, mirrored, tilted, blurred and noisy.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/content.h"
#include "decode/micro_code.h"
#include "decode/qr.h"

enum { WIDTH = 340, HEIGHT = 300, PAPER = 225, INK = 40 };

#define FRAMES 4u // of a video, of which one is looked at so closely

static struct qr_reader *reader;
static struct qr_codes codes; // too large for a stack
static uint8_t grey[WIDTH * HEIGHT];
static struct layout layout;
static struct soft_code soft;

static const struct {
    unsigned version;
    QRecLevel level;
    const char *text;
} kinds[] = {
    {1, QR_ECLEVEL_L, "12345"},        {2, QR_ECLEVEL_L, "12345678"},
    {2, QR_ECLEVEL_L, "ABC-12"},       {2, QR_ECLEVEL_M, "AB/1"},
    {3, QR_ECLEVEL_L, "micro qr"},     {3, QR_ECLEVEL_M, "micro"},
    {4, QR_ECLEVEL_L, "a micro code"}, {4, QR_ECLEVEL_M, "micro code"},
    {4, QR_ECLEVEL_Q, "micro q"},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static QRcode *encode(size_t kind)
{
    QRcode *code = QRcode_encodeStringMQR(kinds[kind].text, (int)kinds[kind].version,
                                          kinds[kind].level, QR_MODE_8, 1);
    assert_non_null(code);
    assert_int_equal(code->version, kinds[kind].version);
    return code;
}

// How a code is seen: its middle is that of the picture.
struct pose {
    double module, degrees; // pixels; turned
    double tilt;            // how much smaller its right side is than its left
    bool mirrored, inverted;
    double noise, blur; // grey levels; pixels
};

static uint32_t random_bits;

static double next_noise(void)
{
    double sum = 0;
    for (int i = 0; i < 4; i++) {
        random_bits = random_bits * 1664525u + 1013904223u;
        sum += (double)(random_bits >> 8) / (1 << 24) - 0.5;
    }
    return sum * 1.7;
}

// The colour of the code, or the paper around it, seen at a point of the picture.
static double look(const QRcode *code, const struct pose *pose, double x, double y)
{
    double side = code->width, angle = pose->degrees * 3.14159265358979 / 180;
    double u =
        ((x - WIDTH / 2.0) * cos(angle) + (y - HEIGHT / 2.0) * sin(angle)) / pose->module;
    double v =
        ((y - HEIGHT / 2.0) * cos(angle) - (x - WIDTH / 2.0) * sin(angle)) / pose->module;
    double w = 1 - pose->tilt * u / side; // nearer on one side
    u = u / w + side / 2;
    v = v / w + side / 2;
    if (pose->mirrored)
        u = side - u;
    bool dark = u >= 0 && v >= 0 && u < side && v < side &&
                (code->data[(size_t)v * (size_t)code->width + (size_t)u] & 1);
    return dark != pose->inverted ? INK : PAPER;
}

static void shoot(const QRcode *code, const struct pose *pose)
{
    random_bits = 7;
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        double sum = 0, spread = 0.5 + pose->blur;
        for (int k = 0; k < 9; k++)
            sum += look(code, pose, (double)(i % WIDTH) + 0.5 + spread * (k % 3 - 1) / 1.5,
                        (double)(i / WIDTH) + 0.5 + spread * (k / 3 - 1) / 1.5);
        double value = sum / 9 + pose->noise * next_noise();
        grey[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

static bool reads(size_t kind, const struct pose *pose)
{
    QRcode *code = encode(kind);
    shoot(code, pose);
    QRcode_free(code);
    qr_reader_reset(reader);
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    bool read = false;
    for (unsigned frame = 0; !read && frame < FRAMES; frame++) {
        read = qr_reader_read(reader, &luma, &codes);
        if (!read) // nearer would not help
            assert_int_equal(hint_from(qr_reader_measures(reader)), HINT_NONE);
    }
    if (read) {
        assert_int_equal(codes.count, 1);
        assert_true(codes.code[0].micro);
        assert_true(span_equal(qr_payload(&codes.code[0]), span_str(kinds[kind].text)));
    }
    return read;
}

static void layouts_are_as_they_are_drawn(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        QRcode *code = encode(kind);
        micro_layout_build(&layout, kinds[kind].version);
        assert_int_equal(layout.size, code->width);
        for (size_t i = 0; i < layout.size * layout.size; i++) {
            if (layout.kind[i] == MODULE_DARK)
                assert_true(code->data[i] & 1);
            if (layout.kind[i] == MODULE_LIGHT)
                assert_false(code->data[i] & 1);
        }
        QRcode_free(code);
    }
}

static void soften(const QRcode *code, unsigned version)
{
    micro_layout_build(&layout, version);
    soft.layout = &layout;
    for (size_t i = 0; i < layout.size * layout.size; i++)
        soft.value[i] = code->data[i] & 1 ? 1.0f : -1.0f;
}

// As many wrong words as the version and level can bear, and one more.
static void errors_are_corrected_as_far_as_they_may(void **state)
{
    (void)state;
    static const unsigned errors[KINDS] = {0, 1, 1, 2, 2, 4, 3, 5, 7};
    for (size_t kind = 0; kind < KINDS; kind++) {
        QRcode *code = encode(kind);
        soften(code, kinds[kind].version);
        QRcode_free(code);
        struct micro_format format = micro_format_of(&soft, false);
        assert_int_equal(format.version, kinds[kind].version);
        assert_true(format.likeness > 0.99f);

        struct micro_data whole, data;
        assert_true(micro_repair(&soft, &format, &whole));
        size_t size = layout.size;
        for (unsigned wrong = 1; wrong <= errors[kind]; wrong++) {
            size_t row = size - 1 - 4 * ((wrong - 1) % 2),
                   column = size - 1 - 2 * ((wrong - 1) / 2);
            soft.value[row * size + column] *= -1.0f;
            if (!micro_repair(&soft, &format, &data))
                fail_msg("kind %zu, %u wrong", kind, wrong);
            assert_int_equal(data.bits, whole.bits);
            assert_memory_equal(data.word, whole.word, (whole.bits + 7) / 8);
        }
    }

    QRcode *code = encode(0); // M1 only notices
    soften(code, 1);
    QRcode_free(code);
    struct micro_format format = micro_format_of(&soft, false);
    struct micro_data data;
    soft.value[layout.size * layout.size - 1] *= -1.0f;
    assert_false(micro_repair(&soft, &format, &data));
}

static void every_mask_is_taken_off(void **state)
{
    (void)state;
    size_t seen[4] = {0};
    for (unsigned i = 0; i < 300; i++) {
        char text[8];
        unsigned version = 2 + i % 3;
        snprintf(text, sizeof(text), "%u", 1000 + i * 37);
        QRcode *code = QRcode_encodeStringMQR(text, (int)version, QR_ECLEVEL_L, QR_MODE_8, 1);
        soften(code, version);
        QRcode_free(code);

        struct micro_format format = micro_format_of(&soft, false);
        struct micro_data data;
        static struct qr_code read;
        assert_true(micro_repair(&soft, &format, &data));
        assert_true(content_read(span_of(data.word, sizeof(data.word)), data.bits,
                                 (struct content_form){true, version}, &read));
        assert_true(span_equal(qr_payload(&read), span_str(text)));
        seen[format.mask]++;
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(seen[i] > 0);
}

// Patterns and format as they must be, and chance in all data modules.
static void chance_is_not_corrected_into_something(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        QRcode *code = encode(kind);
        soften(code, kinds[kind].version);
        QRcode_free(code);
        struct micro_format format = micro_format_of(&soft, false);
        struct micro_data data;
        assert_true(micro_repair(&soft, &format, &data));

        for (unsigned i = 0; i < 500; i++) {
            for (size_t k = 0; k < layout.size * layout.size; k++)
                if (layout.kind[k] == MODULE_DATA)
                    soft.value[k] = (float)next_noise();
            assert_false(micro_repair(&soft, &format, &data));
        }
    }
}

static void all_kinds_are_read_in_all_poses(void **state)
{
    (void)state;
    static const struct pose poses[] = {
        {.module = 3},
        {.module = 8},
        {.module = 14},
        {.module = 6, .degrees = 90},
        {.module = 6, .degrees = 180},
        {.module = 6, .degrees = 270},
        {.module = 6, .degrees = 20},
        {.module = 6, .degrees = 45},
        {.module = 6, .degrees = 123},
        {.module = 6, .degrees = -61},
        {.module = 6, .mirrored = true},
        {.module = 6, .degrees = 200, .mirrored = true},
        {.module = 6, .inverted = true},
        {.module = 7, .tilt = 0.15},
        {.module = 7, .tilt = -0.15, .degrees = 30},
        {.module = 7, .tilt = 0.15, .degrees = 100, .mirrored = true},
        {.module = 6, .noise = 12, .blur = 1},
    };

    size_t missed = 0;
    for (size_t kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < sizeof(poses) / sizeof(poses[0]); i++) {
            if (!reads(kind, &poses[i])) {
                print_message("kind %zu in pose %zu is not read\n", kind, i);
                missed++;
            }
        }
    }
    assert_int_equal(missed, 0);
}

// Beside each other, and beside a code of the usual kind, in a picture that is alone.
static void several_are_read_in_a_still(void **state)
{
    (void)state;
    memset(grey, PAPER, sizeof(grey));
    QRcode *drawn[3] = {encode(4), encode(4),
                        QRcode_encodeString("usual", 1, QR_ECLEVEL_M, QR_MODE_8, 1)};
    for (size_t k = 0; k < 3; k++) {
        size_t side = (size_t)drawn[k]->width * 4, left = 20 + 105 * k;
        for (size_t i = 0; i < side * side; i++) {
            size_t x = i % side, y = i / side;
            if (drawn[k]->data[y / 4 * (side / 4) + x / 4] & 1)
                grey[(40 + y) * WIDTH + left + x] = INK;
        }
        QRcode_free(drawn[k]);
    }

    qr_reader_reset(reader);
    qr_reader_set_limits(reader, &qr_limits_still);
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    assert_true(qr_reader_read(reader, &luma, &codes));
    qr_reader_set_limits(reader, &qr_limits_live);
    assert_int_equal(codes.count, 3);
    assert_false(codes.code[0].micro);
    assert_true(codes.code[1].micro && codes.code[2].micro);
}

int main(void)
{
    reader = qr_reader_new();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_are_as_they_are_drawn),
        cmocka_unit_test(errors_are_corrected_as_far_as_they_may),
        cmocka_unit_test(every_mask_is_taken_off),
        cmocka_unit_test(chance_is_not_corrected_into_something),
        cmocka_unit_test(all_kinds_are_read_in_all_poses),
        cmocka_unit_test(several_are_read_in_a_still),
    };
    int failed = reader ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    qr_reader_free(reader);
    return failed;
}
