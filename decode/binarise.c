// SPDX-License-Identifier: MIT
#include "decode/binarise.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

#define FLAT_LEAST 10u  // grey levels: what varies less around a block is noise
#define NOISE      20u  // what the quietest blocks of a picture may vary
#define NOISE_MOST 110u // and of one that is full of noise
#define QUIETEST   10u  // one block in so many is taken for quiet
#define COLUMNS    (PICTURE_SIDE_MAX / BINARISE_BLOCK) // blocks in a row, at most
#define WINDOW     2u // blocks on each side in the mean: five with its own, see the sums

void binariser_init(struct binariser *binariser)
{
    *binariser = (struct binariser){0};
}

void binariser_destroy(struct binariser *binariser)
{
    buffer_destroy(&binariser->threshold);
    buffer_destroy(&binariser->scratch);
    buffer_destroy(&binariser->line);
    binariser_init(binariser);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline uint8_t lower(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

static inline uint8_t higher(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

#define CHUNK 16u // blocks whose four rows are looked at together, in vectors

// How far the darkest and the brightest of some blocks are apart, seen on the level one step up
// (4x4 there). Plain loops over bytes, which compilers turn into vectors.
static inline void chunk_ranges(const uint8_t *p, size_t stride, size_t count, uint8_t *range)
{
    uint8_t low[4 * CHUNK + 3] = {0}, high[4 * CHUNK + 3] = {0}, spread[4 * CHUNK];
    for (size_t i = 0; i < 4 * count; i++) {
        uint8_t a = p[i], b = p[stride + i], c = p[2 * stride + i], d = p[3 * stride + i];
        low[i] = lower(lower(a, b), lower(c, d));
        high[i] = higher(higher(a, b), higher(c, d));
    }

    // Of four neighbours, wherever they begin; every fourth is wanted.
    for (size_t i = 0; i < 4 * count; i++) {
        uint8_t l = lower(lower(low[i], low[i + 1]), lower(low[i + 2], low[i + 3]));
        uint8_t h = higher(higher(high[i], high[i + 1]), higher(high[i + 2], high[i + 3]));
        spread[i] = (uint8_t)(h - l);
    }
    for (size_t i = 0; i < count; i++)
        range[i] = spread[4 * i];
}

static void row_ranges(const uint8_t *half, size_t stride, size_t columns, uint8_t *range)
{
    size_t first = 0;
    for (; first + CHUNK <= columns; first += CHUNK)
        chunk_ranges(half + 4 * first, stride, CHUNK, range + first);
    if (first < columns)
        chunk_ranges(half + 4 * first, stride, columns - first, range + first);
}

// The mean over a row's neighbours, WINDOW on each side, fewer at the border.
static uint8_t mean_near(const uint8_t *row, size_t columns, size_t x)
{
    size_t from = x > WINDOW ? x - WINDOW : 0, to = least(x + WINDOW, columns - 1);
    unsigned sum = 0;
    for (size_t i = from; i <= to; i++)
        sum += row[i];
    return (uint8_t)(sum / (to - from + 1));
}

static void smooth_row(const uint8_t *row, size_t columns, uint8_t *restrict out)
{
    for (size_t x = 0; x + 2 * WINDOW < columns; x++) {
        const uint8_t *p = row + x;
        out[x + WINDOW] = (uint8_t)((p[0] + p[1] + p[2] + p[3] + p[4]) / 5);
    }
    for (size_t i = 0; i < least(WINDOW, columns); i++) {
        out[i] = mean_near(row, columns, i);
        out[columns - 1 - i] = mean_near(row, columns, columns - 1 - i);
    }
}

// The mean of the smoothed rows above and below row `y`.
static void smooth_down(const uint8_t *smooth, size_t columns, size_t rows, size_t y,
                        uint8_t *restrict out)
{
    size_t from = y > WINDOW ? y - WINDOW : 0, to = least(y + WINDOW, rows - 1);
    if (to - from == 2 * WINDOW) {
        const uint8_t *a = smooth + from * columns, *b = a + columns, *c = b + columns,
                      *d = c + columns, *e = d + columns;
        for (size_t x = 0; x < columns; x++)
            out[x] = (uint8_t)((a[x] + b[x] + c[x] + d[x] + e[x]) / 5);
        return;
    }
    for (size_t x = 0; x < columns; x++) {
        unsigned sum = 0;
        for (size_t i = from; i <= to; i++)
            sum += smooth[i * columns + x];
        out[x] = (uint8_t)(sum / (to - from + 1));
    }
}

// The range up to which a block may be noise: that of the quietest blocks of the picture, and
// as much again, as the noisiest of many blocks varies twice as much. Where even the quietest
// vary a lot it is noise only if most blocks vary alike; structure differs from place to place.
static uint8_t noise_range(const uint8_t *range, size_t blocks)
{
    // By turns into two tables: neighbours are often alike, and do not wait for each other.
    uint32_t count[2][256] = {{0}};
    size_t seen = 0;
    for (size_t i = 0; i + 1 < blocks; i += 2) {
        count[0][range[i]]++;
        count[1][range[i + 1]]++;
    }
    if (blocks % 2 != 0)
        count[0][range[blocks - 1]]++;
    unsigned quiet = 0, usual = 0;
    for (unsigned value = 0; value < 256 && 2 * seen < blocks; value++) {
        seen += count[0][value] + count[1][value];
        quiet = QUIETEST * seen < blocks ? value + 1 : quiet;
        usual = value;
    }
    if (2 * quiet <= FLAT_LEAST || quiet > NOISE_MOST ||
        (quiet > NOISE && 5 * usual > 8 * quiet))
        return FLAT_LEAST;
    return (uint8_t)(2 * quiet);
}

// Sets the threshold to 0 where neither any block of the 3x3 around nor the step between their
// means is more than noise.
static void silence_flat(const struct luma *means, const uint8_t *range, size_t columns,
                         size_t rows, size_t y, uint8_t noise, uint8_t *restrict threshold)
{
    size_t above = y > 0 ? y - 1 : 0, below = least(y + 1, rows - 1);
    const uint8_t *r[3] = {range + above * columns, range + y * columns,
                           range + below * columns};
    const uint8_t *m[3] = {means->p + above * means->stride, means->p + y * means->stride,
                           means->p + below * means->stride};

    if (columns == 0)
        return; // no level is so small

    // One block more on each side: past the border the last one again.
    uint8_t low[COLUMNS + 2], high[COLUMNS + 2], most[COLUMNS + 2];
    for (size_t x = 0; x < columns; x++) {
        most[x + 1] = higher(higher(r[0][x], r[1][x]), r[2][x]);
        low[x + 1] = lower(lower(m[0][x], m[1][x]), m[2][x]);
        high[x + 1] = higher(higher(m[0][x], m[1][x]), m[2][x]);
    }
    most[0] = most[1], most[columns + 1] = most[columns];
    low[0] = low[1], low[columns + 1] = low[columns];
    high[0] = high[1], high[columns + 1] = high[columns];

    for (size_t x = 0; x < columns; x++) {
        uint8_t span = (uint8_t)(higher(higher(high[x], high[x + 1]), high[x + 2]) -
                                 lower(lower(low[x], low[x + 1]), low[x + 2]));
        span = higher(span, higher(higher(most[x], most[x + 1]), most[x + 2]));
        threshold[x] = span > noise ? threshold[x] : 0;
    }
}

bool binariser_fits(const struct pyramid *pyramid, size_t level)
{
    return level + BINARISE_LEVELS < pyramid->levels;
}

bool binariser_prepare(struct binariser *binariser, const struct pyramid *pyramid, size_t level)
{
    if (!binariser_fits(pyramid, level))
        return false;
    const struct luma *means = &pyramid->level[level + BINARISE_LEVELS],
                      *half = &pyramid->level[level + 1];
    size_t columns = means->width, rows = means->height, blocks = columns * rows;
    if (!buffer_reserve(&binariser->threshold, 1, blocks) ||
        !buffer_reserve(&binariser->scratch, 2, blocks) ||
        !buffer_reserve(&binariser->line, 1, pyramid->level[level].width))
        return false;

    binariser->columns = columns;
    binariser->rows = rows;
    uint8_t *smooth = binariser->scratch.p, *range = binariser->scratch.p + blocks;
    for (size_t y = 0; y < rows; y++) {
        row_ranges(half->p + 4 * y * half->stride, half->stride, columns, range + y * columns);
        smooth_row(means->p + y * means->stride, columns, smooth + y * columns);
    }

    binariser->line_row = SIZE_MAX;
    binariser->noise = noise_range(range, blocks);
    for (size_t y = 0; y < rows; y++) {
        uint8_t *threshold = binariser->threshold.p + y * columns;
        smooth_down(smooth, columns, rows, y, threshold);
        silence_flat(means, range, columns, rows, y, binariser->noise, threshold);
    }
    return true;
}

const uint8_t *binariser_ranges(const struct binariser *binariser)
{
    return binariser->scratch.p + binariser->columns * binariser->rows;
}

uint8_t binariser_threshold(const struct binariser *binariser, size_t x, size_t y)
{
    size_t bx = least(x / BINARISE_BLOCK, binariser->columns - 1);
    size_t by = least(y / BINARISE_BLOCK, binariser->rows - 1);
    return binariser->threshold.p[by * binariser->columns + bx];
}

const uint8_t *binariser_line(struct binariser *binariser, size_t y, size_t width)
{
    size_t by = least(y / BINARISE_BLOCK, binariser->rows - 1);
    const uint8_t *threshold = binariser->threshold.p + by * binariser->columns;
    if (binariser->line_row == by)
        return binariser->line.p;

    binariser->line_row = by;
    size_t whole = binariser->columns * BINARISE_BLOCK;
    for (size_t bx = 0; bx < binariser->columns; bx++) {
        uint64_t block = threshold[bx] * 0x0101010101010101u;
        memcpy(binariser->line.p + bx * BINARISE_BLOCK, &block, sizeof(block));
    }
    if (width > whole)
        memset(binariser->line.p + whole, threshold[binariser->columns - 1], width - whole);
    return binariser->line.p;
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
