// SPDX-License-Identifier: MIT
// Still pictures of codes that are flush with a page of the colour of their modules, pixel by
// pixel as a screen shows them. Large codes have modules that imitate such patterns row after
// row.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/qr.h"

enum { SIDE_MAX = 1200, PAGE = 47, QUIET_ZONE = 4 };

// Sides at which there is no quiet zone.
enum { LEFT = 1, ABOVE = 2, RIGHT = 4, BELOW = 8 };

struct flush {
    QRecLevel level;
    size_t pixels; // a module
    unsigned sides;
    bool inverted;
};

static const char text[] = "https://very.long.portal.example.org/some/path?"
                           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                           "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
static struct qr_codes codes;
static uint8_t grey[SIDE_MAX * SIDE_MAX];

static void fill(size_t left, size_t top, size_t right, size_t bottom, uint8_t value)
{
    for (size_t y = top; y < bottom; y++)
        memset(grey + y * SIDE_MAX + left, value, right - left);
}

static struct luma draw(const struct flush *flush)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, flush->level);
    assert_non_null(code);
    uint8_t dark = flush->inverted ? 255 : 0, light = (uint8_t)~dark;
    size_t modules = (size_t)code->width, pixels = flush->pixels;
    size_t quiet = QUIET_ZONE * pixels, begin = PAGE + quiet, end = begin + modules * pixels;
    size_t side = end + begin;
    assert_true(side <= SIDE_MAX);

    fill(0, 0, side, side, dark);
    fill(flush->sides & LEFT ? begin : begin - quiet,
         flush->sides & ABOVE ? begin : begin - quiet, flush->sides & RIGHT ? end : end + quiet,
         flush->sides & BELOW ? end : end + quiet, light);
    for (size_t i = 0; i < modules * modules; i++) {
        size_t x = begin + i % modules * pixels, y = begin + i / modules * pixels;
        if (code->data[i] & 1)
            fill(x, y, x + pixels, y + pixels, dark);
    }
    QRcode_free(code);
    return (struct luma){grey, side, side, SIDE_MAX};
}

// Without the help of another reader.
static bool is_read(const struct flush *flush)
{
    struct qr_limits alone = qr_limits_still;
    struct luma luma = draw(flush);
    struct qr_reader *reader = qr_reader_new();
    assert_non_null(reader);

    alone.second_reader = false;
    qr_reader_set_limits(reader, &alone);
    bool read = qr_reader_read(reader, &luma, &codes);
    for (size_t i = 0; i < codes.count; i++)
        assert_true(span_equal(qr_payload(&codes.code[i]), span_of(text, sizeof(text) - 1)));
    qr_reader_free(reader);
    return read;
}

static void large_codes_are_read_on_a_page_of_their_colour(void **state)
{
    (void)state;
    static const struct flush cases[] = {
        {QR_ECLEVEL_L, 3, LEFT, false},
        {QR_ECLEVEL_L, 3, LEFT | ABOVE, true},
        {QR_ECLEVEL_L, 6, LEFT, false},
        {QR_ECLEVEL_H, 3, LEFT | ABOVE | RIGHT | BELOW, false},
        {QR_ECLEVEL_H, 7, LEFT | ABOVE | BELOW, true},
        {QR_ECLEVEL_H, 12, LEFT | ABOVE | RIGHT | BELOW, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!is_read(&cases[i]))
            fail_msg("case %zu is not read", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_codes_are_read_on_a_page_of_their_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
