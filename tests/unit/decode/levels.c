// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode/binarise.h"
#include "decode/finder.h"
#include "decode/pyramid.h"
#include "decode/ray.h"

// Vector code must equal its portable reference to the bit, at every length.

#define ROW 1100u

static uint32_t noise = 1;

static uint8_t next_byte(void)
{
    noise = noise * 1664525u + 1013904223u;
    return (uint8_t)(noise >> 24);
}

static void fill(uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        p[i] = next_byte();
}

static void halving_equals_its_reference(void **state)
{
    (void)state;
    static uint8_t upper[2 * ROW], lower[2 * ROW], fast[ROW + 1], slow[ROW + 1];
    for (size_t width = 0; width <= ROW; width += width < 80 ? 1 : 51) {
        fill(upper, sizeof(upper));
        fill(lower, sizeof(lower));
        fast[width] = slow[width] = 77;
        pyramid_halve_row(upper, lower, width, fast);
        pyramid_halve_row_portable(upper, lower, width, slow);
        assert_memory_equal(fast, slow, width + 1);
    }
}

static void binarising_equals_its_reference(void **state)
{
    (void)state;
    static uint8_t row[ROW], threshold[ROW];
    uint64_t fast[ROW / 64 + 2], slow[ROW / 64 + 2];
    for (size_t width = 1; width <= ROW; width += width < 200 ? 1 : 37) {
        fill(row, width);
        fill(threshold, width);
        for (size_t i = 0; i < width; i += 3)
            threshold[i] = row[i]; // equal is light
        memset(fast, 0xa5, sizeof(fast));
        memset(slow, 0xa5, sizeof(slow));
        binarise_row(row, threshold, width, fast);
        binarise_row_portable(row, threshold, width, slow);
        assert_memory_equal(fast, slow, sizeof(fast));
    }
}

static void transitions_are_those_of_a_plain_walk(void **state)
{
    (void)state;
    static uint64_t bits[ROW / 64 + 1];
    static uint16_t found[ROW + 1], walked[ROW + 1];

    for (size_t width = 1; width <= ROW; width += 13) {
        size_t count = 0;
        bool before = false;
        memset(bits, 0, sizeof(bits));

        for (size_t x = 0; x < width; x++) {
            bool dark = next_byte() % 4 == 0 ? !before : before;
            bits[x / 64] |= (uint64_t)dark << x % 64;
            if (dark != before)
                walked[count++] = (uint16_t)x;
            before = dark;
        }

        size_t edges = finder_transitions(bits, width, found);
        if (count == edges - 1)
            walked[count++] = (uint16_t)width;

        assert_int_equal(edges, count);
        assert_memory_equal(found, walked, count * sizeof(*found));
    }
}

// Edges of a row up to `width`: runs of chance, and now and then those of a pattern, a little
// off.
static size_t draw_edges(uint16_t *edge, size_t width)
{
    static const unsigned pattern[] = {1, 1, 3, 1, 1};
    unsigned at = 0, module = 0;
    size_t count = 0, place = 0;
    while (at < width) {
        edge[count++] = (uint16_t)at;
        if (module == 0 && next_byte() % 8 == 0) {
            module = 1u + next_byte() % 24u * (next_byte() % 16u == 0 ? 24u : 1u);
            place = 0;
        }
        if (module == 0) {
            at += 1u + next_byte() % 40u;
            continue;
        }
        at += pattern[place] * module + next_byte() % 3u;
        module = ++place == sizeof(pattern) / sizeof(*pattern) ? 0 : module;
    }
    edge[count++] = (uint16_t)width;
    return count;
}

static bool is_among(const uint16_t *likely, size_t count, size_t place)
{
    for (size_t i = 0; i < count; i++)
        if (likely[i] == place)
            return true;
    return false;
}

// What eight runs are asked at once leaves none out that is a pattern, in rows of any width.
static void no_pattern_is_thought_unlikely(void **state)
{
    (void)state;
    static uint16_t edge[PICTURE_SIDE_MAX + 1 + FINDER_EDGES_MORE],
        likely[PICTURE_SIDE_MAX + 1];
    size_t seen = 0, closed = 0, ends_open = 0, looked_at = 0;

    for (size_t round = 0; round < 600; round++) {
        size_t edges = draw_edges(edge, 1 + round * 4095 / 599);
        bool open = round % 2 == 0;
        size_t count = finder_row_likely(edge, edges, open, likely);
        looked_at += count;

        for (size_t i = 1; i + 2 < edges; i++) {
            struct finder_hit hit;
            seen++;
            if (!finder_row_fits(edge, edges, i, &hit) || (hit.open && !open))
                continue;
            closed += !hit.open;
            ends_open += hit.open;
            assert_true(is_among(likely, count, i));
        }
    }

    assert_true(closed > 1000 && ends_open > 100);
    assert_true(3 * looked_at < seen);
}

static void brightness_inside_is_that_anywhere(void **state)
{
    (void)state;
    static uint8_t picture[31 * 40];
    const struct luma luma = {picture, 29, 40, 31};
    fill(picture, sizeof(picture));
    for (size_t i = 0; i < 2000; i++) {
        struct point at = {1.0f + (float)next_byte() / 255.0f * 27.0f,
                           1.0f + (float)next_byte() / 255.0f * 38.0f};
        float inside = luma_inside(&luma, at), anywhere = luma_at(&luma, at);
        assert_memory_equal(&inside, &anywhere, sizeof(inside));
    }
}

static void a_level_is_the_mean_of_boxes(void **state)
{
    (void)state;
    static uint8_t frame[37 * 23];
    fill(frame, sizeof(frame));

    struct luma luma = {frame, 35, 23, 37};
    struct pyramid pyramid;
    pyramid_init(&pyramid);
    assert_true(pyramid_build(&pyramid, &luma));
    assert_int_equal(pyramid.levels, 5);

    const struct luma *half = &pyramid.level[1];
    assert_int_equal(half->width, 17);
    assert_int_equal(half->height, 11);
    for (size_t y = 0; y < 11; y++) {
        for (size_t x = 0; x < 17; x++) {
            const uint8_t *p = frame + 2 * y * 37 + 2 * x;
            assert_int_equal(half->p[y * half->stride + x],
                             (p[0] + p[1] + p[37] + p[38] + 2) / 4);
        }
    }

    pyramid_destroy(&pyramid);
}

static void a_flat_wall_has_no_dark_pixels(void **state)
{
    (void)state;
    static uint8_t frame[128 * 128];
    for (size_t i = 0; i < sizeof(frame); i++)
        frame[i] = (uint8_t)(120 + next_byte() % 5);

    struct luma luma = {frame, 128, 128, 128};
    struct pyramid pyramid;
    struct binariser binariser;
    pyramid_init(&pyramid);
    binariser_init(&binariser);
    assert_true(pyramid_build(&pyramid, &luma));
    assert_true(binariser_prepare(&binariser, &pyramid, 0));

    assert_int_equal(binariser_threshold(&binariser, 64, 64), 0);
    frame[40 * 128 + 40] = frame[40 * 128 + 41] = frame[41 * 128 + 40] = frame[41 * 128 + 41] =
        0;

    assert_true(pyramid_build(&pyramid, &luma));
    assert_true(binariser_prepare(&binariser, &pyramid, 0));
    assert_true(binariser_threshold(&binariser, 40, 40) > 100);
    assert_int_equal(binariser_threshold(&binariser, 100, 100), 0);

    binariser_destroy(&binariser);
    pyramid_destroy(&pyramid);
}

static void a_wall_full_of_noise_has_hardly_any(void **state)
{
    (void)state;
    static uint8_t frame[256 * 256];
    for (size_t i = 0; i < sizeof(frame); i++)
        frame[i] = (uint8_t)(90 + next_byte() % 60);

    struct luma luma = {frame, 256, 256, 256};
    struct pyramid pyramid;
    struct binariser binariser;
    pyramid_init(&pyramid);
    binariser_init(&binariser);
    assert_true(pyramid_build(&pyramid, &luma));
    assert_true(binariser_prepare(&binariser, &pyramid, 0));

    size_t blocks = binariser.columns * binariser.rows, dark = 0;
    for (size_t i = 0; i < blocks; i++)
        dark += binariser.threshold.p[i] != 0;
    assert_true(10 * dark < blocks);

    binariser_destroy(&binariser);
    pyramid_destroy(&pyramid);
}

static size_t clamp(size_t at, size_t by, size_t end)
{
    return at + by < 1 ? 0 : at + by > end ? end - 1 : at + by - 1;
}

// The threshold of a block as binarise.h defines it, looked up pixel by pixel.
static unsigned plain_threshold(const struct pyramid *pyramid, size_t level, size_t bx,
                                size_t by, unsigned flat)
{
    const struct luma *means = &pyramid->level[level + 3], *half = &pyramid->level[level + 1];
    unsigned low = 255, high = 0, range = 0, sum = 0, rows = 0;

    for (size_t i = 0; i < 9; i++) {
        size_t x = clamp(bx, i % 3, means->width), y = clamp(by, i / 3, means->height);
        unsigned mean = means->p[y * means->stride + x], darkest = 255, brightest = 0;
        low = mean < low ? mean : low;
        high = mean > high ? mean : high;

        for (size_t k = 0; k < 16; k++) {
            unsigned pixel = half->p[(4 * y + k / 4) * half->stride + 4 * x + k % 4];
            darkest = pixel < darkest ? pixel : darkest;
            brightest = pixel > brightest ? pixel : brightest;
        }
        range = brightest - darkest > range ? brightest - darkest : range;
    }

    if (range <= flat && high - low <= flat)
        return 0;

    for (size_t y = by < 2 ? 0 : by - 2; y <= by + 2 && y < means->height; y++, rows++) {
        unsigned own = 0, columns = 0;
        for (size_t x = bx < 2 ? 0 : bx - 2; x <= bx + 2 && x < means->width; x++, columns++)
            own += means->p[y * means->stride + x];
        sum += own / columns;
    }

    return sum / rows;
}

static void thresholds_are_those_of_the_definition(void **state)
{
    (void)state;
    static uint8_t frame[700 * 300];
    struct pyramid pyramid;
    struct binariser binariser;
    pyramid_init(&pyramid);
    binariser_init(&binariser);

    for (size_t width = 70; width <= 700; width += 45) {
        size_t height = 60 + width / 3;
        for (size_t i = 0; i < width * height; i++) // flat here, structured there
            frame[i] = (uint8_t)(i % width < width / 2 ? 100u + next_byte() % 16u
                                                       : (i % width / 9 % 2) * 90u + 20u);

        struct luma luma = {frame, width, height, width};
        assert_true(pyramid_build(&pyramid, &luma));
        assert_true(binariser_prepare(&binariser, &pyramid, 0));

        for (size_t y = 0; y < binariser.rows; y++)
            for (size_t x = 0; x < binariser.columns; x++)
                assert_int_equal(binariser.threshold.p[y * binariser.columns + x],
                                 plain_threshold(&pyramid, 0, x, y, binariser.noise));
    }

    binariser_destroy(&binariser);
    pyramid_destroy(&pyramid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halving_equals_its_reference),
        cmocka_unit_test(binarising_equals_its_reference),
        cmocka_unit_test(transitions_are_those_of_a_plain_walk),
        cmocka_unit_test(no_pattern_is_thought_unlikely),
        cmocka_unit_test(brightness_inside_is_that_anywhere),
        cmocka_unit_test(a_level_is_the_mean_of_boxes),
        cmocka_unit_test(a_flat_wall_has_no_dark_pixels),
        cmocka_unit_test(a_wall_full_of_noise_has_hardly_any),
        cmocka_unit_test(thresholds_are_those_of_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
