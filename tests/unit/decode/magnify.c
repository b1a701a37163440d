// SPDX-License-Identifier: MIT
// A window twice as large and sharpened: what vectors make of it is what the formulas say, to
// two grey levels, also where the window ends at the edge of the picture.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode/magnify.h"

enum { WIDTH = 61, HEIGHT = 47, SIDE = 40 };

static struct magnifier magnifier;
static uint8_t picture[WIDTH * HEIGHT];
static double sharp[SIDE * SIDE];

static size_t within(ptrdiff_t at, size_t side)
{
    return at < 0 ? 0 : at < (ptrdiff_t)side ? (size_t)at : side - 1;
}

// The picture and three times its difference from its blur.
static double sharp_at(ptrdiff_t x, ptrdiff_t y)
{
    static const double blur[] = {0.0390, 0.2383, 0.4454, 0.2383, 0.0390};
    double mean = 0.0;
    for (ptrdiff_t row = -2; row <= 2; row++)
        for (ptrdiff_t column = -2; column <= 2; column++)
            mean += blur[row + 2] * blur[column + 2] *
                    picture[within(y + row, HEIGHT) * WIDTH + within(x + column, WIDTH)];
    return 4.0 * picture[y * WIDTH + x] - 3.0 * mean;
}

// Keys' cubic, a quarter of a pixel off, in both directions.
static double magnified_at(const struct magnify_window *window, size_t x, size_t y)
{
    static const double cubic[] = {-3.0 / 128, 29.0 / 128, 111.0 / 128, -9.0 / 128};
    ptrdiff_t right = x % 2 == 0 ? 1 : -1, down = y % 2 == 0 ? 1 : -1;
    double sum = 0.0;
    for (ptrdiff_t i = 0; i < 4; i++)
        for (ptrdiff_t j = 0; j < 4; j++) {
            size_t row = within((ptrdiff_t)(y / 2) + down * (i - 2), window->height);
            size_t column = within((ptrdiff_t)(x / 2) + right * (j - 2), window->width);
            sum += cubic[i] * cubic[j] * sharp[row * SIDE + column];
        }
    return fmin(fmax(sum, 0.0), 255.0);
}

static void assert_magnified(struct magnify_window window)
{
    const struct luma luma = {picture, WIDTH, HEIGHT, WIDTH};
    struct work work = {.left = 1000000};
    magnify(&magnifier, &luma, &window, &work);
    assert_int_equal(magnifier.luma.width, 2 * window.width);
    assert_int_equal(magnifier.luma.height, 2 * window.height);

    for (size_t y = 0; y < window.height; y++)
        for (size_t x = 0; x < window.width; x++)
            sharp[y * SIDE + x] =
                sharp_at((ptrdiff_t)(window.left + x), (ptrdiff_t)(window.top + y));
    for (size_t y = 0; y < magnifier.luma.height; y++)
        for (size_t x = 0; x < magnifier.luma.width; x++) {
            double right = magnified_at(&window, x, y);
            double is = magnifier.luma.p[y * magnifier.luma.stride + x];
            if (fabs(is - right) > 2.0)
                fail_msg("%zu, %zu: %.0f, not %.1f", x, y, is, right);
        }
}

static void assert_windows(void)
{
    assert_magnified((struct magnify_window){0, 0, SIDE, SIDE});
    assert_magnified((struct magnify_window){1, 1, SIDE, SIDE});
    assert_magnified((struct magnify_window){10, 3, 33, 17});
    assert_magnified((struct magnify_window){WIDTH - SIDE, HEIGHT - SIDE, SIDE, SIDE});
    assert_magnified((struct magnify_window){WIDTH - 1 - SIDE, HEIGHT - 9, SIDE, 9});
}

// Black and white beside each other go furthest past what a byte holds.
static void a_window_is_what_the_formulas_say(void **state)
{
    (void)state;
    uint32_t noise = 7;
    for (size_t i = 0; i < sizeof(picture); i++) {
        noise = noise * 1664525u + 1013904223u;
        picture[i] = noise >> 31 ? 255 : 0;
    }
    assert_windows();

    for (size_t i = 0; i < sizeof(picture); i++)
        picture[i] = (uint8_t)(60 + i % WIDTH + 2 * (i / WIDTH));
    assert_windows();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_window_is_what_the_formulas_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
