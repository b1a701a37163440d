// SPDX-License-Identifier: MIT
// Still pictures of codes that are flush with a page of the colour of their modules and lie
// slantwise, and the frame turned by 45 degrees in which they are found.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/qr.h"
#include "decode/turned.h"

enum { WIDTH = 460, HEIGHT = 400, LIGHT = 235, LONG = 3040, FINE = 3 };

#define OFF_MAX 1.5 // pixels of a corner

struct slanted {
    double x, y, module, degrees; // the code's middle, a module and how far it is turned
    uint8_t ink, page;
    bool mirrored;
};

static const char text[] = "https://portal.example.com/s?c=RPT-4711";
static const double pi = 3.14159265358979;
static struct qr_codes codes;
static uint8_t grey[LONG * HEIGHT];

// From a point of the printed code to that of the picture.
static struct qr_point place_of(const struct slanted *code, double size, double u, double v)
{
    double c = code->module * cos(code->degrees * pi / 180),
           s = code->module * sin(code->degrees * pi / 180);
    double across = (code->mirrored ? v : u) - size / 2,
           down = (code->mirrored ? u : v) - size / 2;
    return (struct qr_point){(float)(code->x + c * across - s * down),
                             (float)(code->y + s * across + c * down)};
}

// The grey level of a point of the picture; outside of the code that of its page.
static unsigned look(const struct slanted *code, const QRcode *printed, double x, double y)
{
    double c = cos(code->degrees * pi / 180) / code->module,
           s = sin(code->degrees * pi / 180) / code->module;
    double size = printed->width, right = x - code->x, down = y - code->y;
    double u = c * right + s * down + size / 2, v = c * down - s * right + size / 2;
    if (u < 0 || v < 0 || u >= size || v >= size)
        return code->page;
    size_t column = (size_t)(code->mirrored ? v : u), row = (size_t)(code->mirrored ? u : v);
    bool dark = printed->data[row * (size_t)printed->width + column] & 1;
    return dark ? code->ink : code->ink < LIGHT ? LIGHT : 0;
}

static void draw(const struct slanted *code, const QRcode *printed)
{
    double reach = 0.72 * code->module * printed->width;
    for (size_t y = 0; y < HEIGHT; y++) {
        for (size_t x = 0; x < WIDTH; x++) {
            if (hypot((double)x - code->x, (double)y - code->y) > reach)
                continue;

            unsigned sum = 0;
            for (unsigned i = 0; i < FINE * FINE; i++)
                sum += look(code, printed, (double)x + (i % FINE + 0.5) / FINE,
                            (double)y + (double)(i / FINE + 0.5) / FINE);
            grey[y * WIDTH + x] = (uint8_t)((sum + FINE * FINE / 2) / (FINE * FINE));
        }
    }
}

// Without the help of another reader, and of searches for damage.
static void read_still(void)
{
    struct luma luma = {grey, WIDTH, HEIGHT, WIDTH};
    struct qr_limits alone = qr_limits_still;
    struct qr_reader *reader = qr_reader_new();
    assert_non_null(reader);
    alone.second_reader = false;
    alone.torn_work = 0;
    qr_reader_set_limits(reader, &alone);
    qr_reader_read(reader, &luma, &codes);
    qr_reader_free(reader);
}

static bool is_at(const struct qr_code *found, const struct slanted *code, double size)
{
    const double corner[4][2] = {{0, 0}, {size, 0}, {size, size}, {0, size}};
    bool near = true;
    for (size_t i = 0; i < 4; i++) {
        struct qr_point at = place_of(code, size, corner[i][0], corner[i][1]);
        near = near && hypot(found->corners[i].x - at.x, found->corners[i].y - at.y) < OFF_MAX;
    }
    return near;
}

// Draws the codes, all on one page, and reads them.
static void assert_are_read(const struct slanted *slanted, size_t count)
{
    QRcode *printed = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    assert_non_null(printed);
    memset(grey, slanted->page, sizeof(grey));
    for (size_t i = 0; i < count; i++)
        draw(&slanted[i], printed);

    read_still();
    if (codes.count != count)
        fail_msg("turned by %.0f degrees on grey level %u: %zu of %zu are read",
                 slanted->degrees, slanted->page, codes.count, count);
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found = found || is_at(&codes.code[k], &slanted[i], printed->width);
        assert_true(span_equal(qr_payload(&codes.code[i]), span_of(text, sizeof(text) - 1)));
        if (!found)
            fail_msg("turned by %.0f degrees on grey level %u: corners are off",
                     slanted[i].degrees, slanted[i].page);
    }
    QRcode_free(printed);
}

static void slanted_codes_are_read_on_a_page_of_their_colour(void **state)
{
    (void)state;
    static const struct slanted cases[] = {
        {210.3, 190.8, 5, 40, 0, 0, false},     {210.3, 190.8, 5, 45, 0, 18, false},
        {230.0, 200.0, 4, 50, 0, 60, false},    {230.5, 200.5, 3, 45, 0, 18, false},
        {230.5, 200.5, 8, 135, 0, 96, false},   {200.1, 201.7, 5, 225, 0, 120, false},
        {210.3, 190.8, 5, 315, 20, 18, true},   {205.0, 202.0, 6, 48, 0, 18, true},
        {210.3, 190.8, 5, 45, 255, 255, false}, {210.3, 190.8, 5, 130, 255, 240, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_are_read(&cases[i], 1);
}

static void so_are_several_on_one_page(void **state)
{
    (void)state;
    static const struct slanted cases[] = {
        {120, 150, 4, 45, 0, 18, false},
        {330, 240, 5, 135, 0, 18, true},
    };
    assert_are_read(cases, 2);
}

// Each pixel is the mean of what it lies between, and beyond the frame a row goes on.
static void assert_is_turned(const struct turned *turned, const struct luma *level)
{
    const struct luma *made = &turned->pyramid.level[0];
    for (size_t y = 0; y < made->height; y++) {
        const uint8_t *row = made->p + y * made->stride;
        bool inside = false, began = false;

        for (size_t x = 0; x < made->width; x++) {
            const struct point middle = {(float)x + 0.5f, (float)y + 0.5f};
            struct point at = turned_point(turned, middle);
            at.x /= turned->scale;
            at.y /= turned->scale;
            inside = at.x >= 0.5f && at.x <= (float)level->width - 0.5f && at.y >= 0.5f &&
                     at.y <= (float)level->height - 0.5f;
            began = began || inside;

            if (inside)
                assert_int_equal(row[x], (int)(luma_at(level, at) + 0.5f));
            else
                assert_int_equal(row[x], began ? row[x - 1] : row[x + 1]);
        }
        assert_true(began);
    }
}

static void assert_leads_back(const struct turned *turned)
{
    struct grid grid = {.size = 21, .h = {5, 1, 40, -1, 4, 30, 0.001f, 0.002f, 1}}, way = grid;
    turned_grid(turned, &way);
    for (unsigned i = 0; i < 9; i++) {
        float u = 10.5f * (float)(i % 3), v = 10.5f * (float)(i / 3);
        struct point at = turned_point(turned, grid_map(&grid, u, v)),
                     also = grid_map(&way, u, v);
        assert_true(fabsf(at.x - also.x) < 0.01f && fabsf(at.y - also.y) < 0.01f);
    }
}

static void each_pixel_is_midway_between_two(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{1, 2},   {2, 1},   {2, 2},   {3, 2},     {2, 9},
                                      {31, 20}, {67, 41}, {41, 66}, {LONG, 100}};
    struct work work = {.left = 10000000};
    struct pyramid frame;
    struct turned turned;
    pyramid_init(&frame);
    turned_init(&turned);
    for (size_t i = 0; i < sizeof(grey); i++)
        grey[i] = (uint8_t)((unsigned)i * 2654435761u >> 13);

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t width = sizes[i][0], height = sizes[i][1];
        size_t at = width + height - 2 > TURNED_SIDE_MAX ? 1 : 0;
        struct luma luma = {grey, width, height, width + 3};
        assert_true(pyramid_build(&frame, &luma));
        assert_true(turned_fits(&frame));
        assert_true(turned_open(&turned, &frame, &work));
        assert_true(turned.scale == (float)(1u << at));
        assert_int_equal(turned.pyramid.level[0].width,
                         frame.level[at].width + frame.level[at].height - 2);
        assert_is_turned(&turned, &frame.level[at]);
        assert_leads_back(&turned);
        turned_close(&turned);
        assert_true(turned_point(&turned, (struct point){3, 4}).x == 3.0f);
    }
    assert_true(work.left < 10000000);

    static const size_t nothing[][2] = {{1, 1}, {PICTURE_SIDE_MAX, 1}};
    for (size_t i = 0; i < 2; i++) {
        struct luma luma = {grey, nothing[i][0], nothing[i][1], nothing[i][0]};
        assert_true(pyramid_build(&frame, &luma));
        assert_false(turned_fits(&frame));
        assert_false(turned_open(&turned, &frame, &work));
    }
    turned_destroy(&turned);
    pyramid_destroy(&frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slanted_codes_are_read_on_a_page_of_their_colour),
        cmocka_unit_test(so_are_several_on_one_page),
        cmocka_unit_test(each_pixel_is_midway_between_two),
    };
    return cmocka_run_group_tests_name("turned", tests, NULL, NULL);
}
