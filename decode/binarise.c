// SPDX-License-Identifier: MIT
#include "decode/binarise.h"

#include <stdlib.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

#define FLAT_RANGE 10u // grey levels: what varies less around a block is noise
#define WINDOW     2u  // blocks on each side in the mean

void binariser_init(struct binariser *binariser)
{
    *binariser = (struct binariser){0};
}

void binariser_destroy(struct binariser *binariser)
{
    free(binariser->threshold);
    free(binariser->scratch);
    free(binariser->line);
    binariser_init(binariser);
}

static bool grow(uint8_t **p, size_t bytes)
{
    uint8_t *more = malloc(bytes);
    if (more == NULL)
        return false;
    free(*p);
    *p = more;
    return true;
}

static bool reserve(struct binariser *binariser, size_t blocks, size_t width)
{
    if (blocks > binariser->capacity) {
        binariser->capacity = 0;
        if (!grow(&binariser->threshold, blocks) || !grow(&binariser->scratch, 2 * blocks))
            return false;
        binariser->capacity = blocks;
    }
    if (width > binariser->line_capacity) {
        binariser->line_capacity = 0;
        if (!grow(&binariser->line, width))
            return false;
        binariser->line_capacity = width;
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// The darkest and the brightest of each block, seen on the level one step up (4x4 there).
static void block_ranges(const struct luma *half, size_t columns, size_t rows, uint8_t *range)
{
    for (size_t by = 0; by < rows; by++) {
        for (size_t bx = 0; bx < columns; bx++) {
            const uint8_t *p = half->p + 4 * by * half->stride + 4 * bx;
            uint8_t low = 255, high = 0;
            for (size_t y = 0; y < 4; y++, p += half->stride) {
                for (size_t x = 0; x < 4; x++) {
                    low = p[x] < low ? p[x] : low;
                    high = p[x] > high ? p[x] : high;
                }
            }
            range[by * columns + bx] = (uint8_t)(high - low);
        }
    }
}

// Is any block of the 3x3 around (bx, by), or the step between their means, more than noise?
static bool stands_out(const struct binariser *binariser, const struct luma *means,
                       const uint8_t *range, size_t bx, size_t by)
{
    size_t left = bx > 0 ? bx - 1 : 0, right = least(bx + 1, binariser->columns - 1);
    size_t top = by > 0 ? by - 1 : 0, bottom = least(by + 1, binariser->rows - 1);
    uint8_t low = 255, high = 0;
    for (size_t y = top; y <= bottom; y++) {
        for (size_t x = left; x <= right; x++) {
            if (range[y * binariser->columns + x] > FLAT_RANGE)
                return true;
            uint8_t mean = means->p[y * means->stride + x];
            low = mean < low ? mean : low;
            high = mean > high ? mean : high;
        }
    }
    return high - low > (int)FLAT_RANGE;
}

// The mean over a row's neighbours, WINDOW on each side, fewer at the border.
static void smooth_columns(const struct luma *means, size_t columns, size_t rows, uint8_t *out)
{
    for (size_t y = 0; y < rows; y++) {
        const uint8_t *row = means->p + y * means->stride;
        for (size_t x = 0; x < columns; x++) {
            size_t from = x > WINDOW ? x - WINDOW : 0, to = least(x + WINDOW, columns - 1);
            unsigned sum = 0;
            for (size_t i = from; i <= to; i++)
                sum += row[i];
            out[y * columns + x] = (uint8_t)(sum / (to - from + 1));
        }
    }
}

static uint8_t smooth_rows(const uint8_t *means, size_t columns, size_t rows, size_t x,
                           size_t y)
{
    size_t from = y > WINDOW ? y - WINDOW : 0, to = least(y + WINDOW, rows - 1);
    unsigned sum = 0;
    for (size_t i = from; i <= to; i++)
        sum += means[i * columns + x];
    return (uint8_t)(sum / (to - from + 1));
}

bool binariser_prepare(struct binariser *binariser, const struct pyramid *pyramid, size_t level)
{
    if (level + 3 >= pyramid->levels)
        return false;
    const struct luma *means = &pyramid->level[level + 3];
    size_t columns = means->width, rows = means->height, blocks = columns * rows;
    if (!reserve(binariser, blocks, pyramid->level[level].width))
        return false;
    binariser->columns = columns;
    binariser->rows = rows;
    uint8_t *smooth = binariser->scratch, *range = binariser->scratch + blocks;
    block_ranges(&pyramid->level[level + 1], columns, rows, range);
    smooth_columns(means, columns, rows, smooth);
    for (size_t y = 0; y < rows; y++) {
        for (size_t x = 0; x < columns; x++) {
            bool flat = !stands_out(binariser, means, range, x, y);
            binariser->threshold[y * columns + x] =
                flat ? 0 : smooth_rows(smooth, columns, rows, x, y);
        }
    }
    return true;
}

uint8_t binariser_threshold(const struct binariser *binariser, size_t x, size_t y)
{
    size_t bx = least(x / BINARISE_BLOCK, binariser->columns - 1);
    size_t by = least(y / BINARISE_BLOCK, binariser->rows - 1);
    return binariser->threshold[by * binariser->columns + bx];
}

const uint8_t *binariser_line(struct binariser *binariser, size_t y, size_t width)
{
    size_t by = least(y / BINARISE_BLOCK, binariser->rows - 1);
    const uint8_t *threshold = binariser->threshold + by * binariser->columns;
    size_t whole = binariser->columns * BINARISE_BLOCK;
    for (size_t bx = 0; bx < binariser->columns; bx++)
        memset(binariser->line + bx * BINARISE_BLOCK, threshold[bx], BINARISE_BLOCK);
    if (width > whole)
        memset(binariser->line + whole, threshold[binariser->columns - 1], width - whole);
    return binariser->line;
}

void binarise_row_portable(const uint8_t *row, const uint8_t *threshold, size_t width,
                           uint64_t *bits)
{
    for (size_t word = 0; word * 64 < width; word++) {
        size_t count = least(64, width - word * 64);
        uint64_t dark = 0;
        for (size_t i = 0; i < count; i++)
            dark |= (uint64_t)(row[word * 64 + i] < threshold[word * 64 + i]) << i;
        bits[word] = dark;
    }
}

#if defined(__SSE2__)

static uint64_t dark_of_16(const uint8_t *row, const uint8_t *threshold)
{
    __m128i pixels = _mm_loadu_si128((const __m128i *)(const void *)row);
    __m128i limits = _mm_loadu_si128((const __m128i *)(const void *)threshold);
    __m128i light = _mm_cmpeq_epi8(_mm_max_epu8(pixels, limits), pixels);
    return (uint64_t)(~(unsigned)_mm_movemask_epi8(light) & 0xffffu);
}

#elif defined(__ARM_NEON) && defined(__aarch64__)

static uint64_t dark_of_16(const uint8_t *row, const uint8_t *threshold)
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                        1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t dark = vandq_u8(vcltq_u8(vld1q_u8(row), vld1q_u8(threshold)), vld1q_u8(weights));
    return (uint64_t)vaddv_u8(vget_low_u8(dark)) | (uint64_t)vaddv_u8(vget_high_u8(dark)) << 8;
}

#endif

#if defined(__SSE2__) || (defined(__ARM_NEON) && defined(__aarch64__))

void binarise_row(const uint8_t *row, const uint8_t *threshold, size_t width, uint64_t *bits)
{
    size_t x = 0;
    for (; x + 64 <= width; x += 64) {
        bits[x / 64] = dark_of_16(row + x, threshold + x) |
                       dark_of_16(row + x + 16, threshold + x + 16) << 16 |
                       dark_of_16(row + x + 32, threshold + x + 32) << 32 |
                       dark_of_16(row + x + 48, threshold + x + 48) << 48;
    }
    if (x < width)
        binarise_row_portable(row + x, threshold + x, width - x, bits + x / 64);
}

#else

void binarise_row(const uint8_t *row, const uint8_t *threshold, size_t width, uint64_t *bits)
{
    binarise_row_portable(row, threshold, width, bits);
}

#endif
