// SPDX-License-Identifier: MIT
// The far corner of a small code, where no pattern tells where it is.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "decode/recognise.h"

enum { MODULE = 8, MARGIN = 40, SIDE = 21 * MODULE + 2 * MARGIN };

static uint8_t pixels[SIDE * SIDE];
static struct work work;
static struct locator locator;
static struct recogniser recogniser;
static struct pyramid pyramid;

static void draw(const char *text)
{
    QRcode *code = QRcode_encodeString8bit(text, 1, QR_ECLEVEL_L);
    assert_non_null(code);
    memset(pixels, 220, sizeof(pixels));
    for (size_t y = 0; y < 21 * MODULE; y++)
        for (size_t x = 0; x < 21 * MODULE; x++)
            if (code->data[y / MODULE * 21 + x / MODULE] & 1)
                pixels[(MARGIN + y) * SIDE + MARGIN + x] = 30;
    QRcode_free(code);

    const struct luma luma = {pixels, SIDE, SIDE, SIDE};
    assert_true(pyramid_build(&pyramid, &luma));
    locator.pyramid = &pyramid;
    locator.work = recogniser.work = &work;
    recogniser.locator = &locator;
}

// A grid through the true middles, whose modules at the right seem `narrower` than they are.
static struct located located(float narrower)
{
    const float near = MARGIN + 3.5f * MODULE, far = MARGIN + 17.5f * MODULE;
    const struct point middle[3] = {{near, near}, {far, near}, {near, far}};
    const float along[2] = {MODULE, narrower * MODULE};
    struct located code = {.version = 1};
    grid_from_finders(&code.grid, 21, middle, along, along);
    return code;
}

static void a_flat_grid_goes_through_the_three_middles(void **state)
{
    (void)state;
    struct located code = located(0.9f);
    struct point tilted = grid_map(&code.grid, 21.0f, 21.0f);
    assert_true(tilted.x < SIDE - MARGIN - MODULE);

    grid_flatten(&code.grid);
    static const float at[4][2] = {{3.5f, 3.5f}, {17.5f, 3.5f}, {3.5f, 17.5f}, {21.0f, 21.0f}};
    for (size_t i = 0; i < 4; i++) {
        struct point point = grid_map(&code.grid, at[i][0], at[i][1]);
        assert_float_equal(point.x, MARGIN + at[i][0] * MODULE, 0.01f);
        assert_float_equal(point.y, MARGIN + at[i][1] * MODULE, 0.01f);
    }
}

static void a_tilt_that_is_not_there_is_taken_back(void **state)
{
    (void)state;
    draw("0123456789abcdefg"); // all that fits: no padding to spare
    for (float narrower = 0.8f; narrower < 1.25f; narrower += 0.05f) {
        struct located code = located(narrower);
        work = (struct work){.left = 10000000};
        assert_int_equal(recognise(&recogniser, &code), RECOGNISED);
    }
    pyramid_destroy(&pyramid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flat_grid_goes_through_the_three_middles),
        cmocka_unit_test(a_tilt_that_is_not_there_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
