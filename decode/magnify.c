// SPDX-License-Identifier: MIT
#include "decode/magnify.h"

#define REACH 2u // pixels of the blur, on each side
#define TAPS  2u // values of the cubic, on each side

// Whole numbers of 16 bits, so that a vector holds eight: brightness in sixteenths of a grey
// level, a blur in 1/128. A sharpened row reaches -765 to 1020 grey levels, and a fifth more
// once it is interpolated.
#define SIXTEENTHS 4u // bits
#define BLUR_BITS  7u

// A Gaussian of deviation 0.9 pixels in 1/256: the weight of the middle, of one and of two
// pixels away.
enum { BLUR_0 = 114, BLUR_1 = 61, BLUR_2 = 10 };

#define AMOUNT 3 // of the difference from the blurred picture that is added

// Keys' cubic a quarter of a pixel before a pixel's middle, in 1/128: two pixels before, one
// before, the pixel itself, one behind. They are taken from the sum, the third one's rest too.
enum { CUBIC_0 = 3, CUBIC_1 = 29, CUBIC_2_REST = 17, CUBIC_3 = 9 };

// Pixels of a window's row with REACH more on each side; beyond the picture its edge goes on.
static void take_row(const struct luma *luma, const struct magnify_window *window,
                     ptrdiff_t row, uint8_t *out)
{
    ptrdiff_t y = (ptrdiff_t)window->top + row, bottom = (ptrdiff_t)luma->height - 1;
    const uint8_t *p = luma->p + (size_t)(y < 0 ? 0 : y > bottom ? bottom : y) * luma->stride;
    size_t before = window->left < REACH ? window->left : REACH;
    size_t beyond = luma->width - window->left - window->width;
    size_t past = window->width + REACH + (beyond < REACH ? beyond : REACH);

    for (size_t i = 0; i < REACH - before; i++)
        out[i] = p[0];
    memcpy(out + REACH - before, p + window->left - before, past - (REACH - before));
    for (size_t i = past; i < window->width + 2 * REACH; i++)
        out[i] = p[luma->width - 1];
}

static inline uint16_t blur_share(unsigned value, unsigned weight)
{
    return (uint16_t)((uint16_t)value * (uint32_t)(uint16_t)(weight << 8) >> 16);
}

// The middle row of five, sharpened.
static void sharpen(const uint8_t *const row[2 * REACH + 1], size_t width,
                    uint16_t *restrict down, int16_t *restrict out)
{
    const uint8_t *a = row[0], *b = row[1], *c = row[2], *d = row[3], *e = row[4];
    for (size_t x = 0; x < width + 2 * REACH; x++)
        down[x] = (uint16_t)(BLUR_0 * c[x] + BLUR_1 * (b[x] + d[x]) + BLUR_2 * (a[x] + e[x]));

    for (size_t x = 0; x < width + 2 * REACH; x++)
        down[x] >>= 8 - BLUR_BITS;

    const uint8_t *middle = c + REACH;
    for (size_t x = 0; x < width; x++) {
        uint16_t near = (uint16_t)(down[x + 1] + down[x + 3]);
        uint16_t far = (uint16_t)(down[x] + down[x + 4]);
        uint16_t mean = (uint16_t)(blur_share(down[x + 2], BLUR_0) + blur_share(near, BLUR_1) +
                                   blur_share(far, BLUR_2));
        int16_t rounded = (int16_t)((uint16_t)(mean + 5) >> (BLUR_BITS - SIXTEENTHS));
        out[x] = (int16_t)((1 + AMOUNT) * (middle[x] << SIXTEENTHS) - AMOUNT * rounded);
    }
}

static inline int16_t cubic_share(int16_t value, int weight)
{
    return (int16_t)(value * (int16_t)(weight << 9) >> 16);
}

static inline int16_t cubic(int16_t a, int16_t b, int16_t c, int16_t d)
{
    return (int16_t)(c + cubic_share(b, CUBIC_1) - cubic_share(a, CUBIC_0) -
                     cubic_share(c, CUBIC_2_REST) - cubic_share(d, CUBIC_3));
}

// Twice as many values: each becomes one a quarter of a pixel before it and one behind it.
// `row` has TAPS values more on each side.
static void widen(const int16_t *row, size_t width, int16_t *restrict out)
{
    for (size_t x = 0; x < width; x++) {
        const int16_t *p = row + x;
        out[2 * x] = cubic(p[0], p[1], p[2], p[3]);
        out[2 * x + 1] = cubic(p[4], p[3], p[2], p[1]);
    }
}

static inline uint8_t grey_of(int16_t sixteenths)
{
    int16_t grey = (int16_t)((int16_t)(sixteenths + 8) >> SIXTEENTHS);
    grey = grey > 0 ? grey : 0;
    grey = grey < 255 ? grey : 255;
    return (uint8_t)grey;
}

// The same downwards: of five rows the middle one becomes two.
static void mix_rows(const int16_t *const row[2 * TAPS + 1], size_t width,
                     uint8_t *restrict upper, uint8_t *restrict lower)
{
    const int16_t *a = row[0], *b = row[1], *c = row[2], *d = row[3], *e = row[4];
    for (size_t x = 0; x < width; x++) {
        upper[x] = grey_of(cubic(a[x], b[x], c[x], d[x]));
        lower[x] = grey_of(cubic(e[x], d[x], c[x], b[x]));
    }
}

// Sharpens the window row by row, and makes each row twice as wide.
static void sharpen_wide(struct magnifier *magnifier, const struct luma *luma,
                         const struct magnify_window *window)
{
    enum { ROWS = 2 * REACH + 1, ROOM = MAGNIFY_SIDE_MAX + 2 * REACH };
    uint8_t ring[ROWS][ROOM];
    uint16_t down[ROOM];
    int16_t sharp[MAGNIFY_SIDE_MAX + 2 * TAPS];
    size_t width = window->width;

    for (size_t i = 0; i + 1 < ROWS; i++)
        take_row(luma, window, (ptrdiff_t)i - (ptrdiff_t)REACH, ring[i]);

    for (size_t y = 0; y < window->height; y++) {
        take_row(luma, window, (ptrdiff_t)(y + REACH), ring[(y + 2 * REACH) % ROWS]);
        const uint8_t *row[ROWS];
        for (size_t i = 0; i < ROWS; i++)
            row[i] = ring[(y + i) % ROWS];

        sharpen(row, width, down, sharp + TAPS);
        sharp[0] = sharp[1] = sharp[TAPS];
        sharp[width + TAPS] = sharp[width + TAPS + 1] = sharp[width + TAPS - 1];
        widen(sharp, width, magnifier->wide + y * MAGNIFY_SCALE * width);
    }
}

void magnify(struct magnifier *magnifier, const struct luma *luma,
             const struct magnify_window *window, struct work *work)
{
    size_t width = window->width, height = window->height, wide = MAGNIFY_SCALE * width;

    work_spend(work, (int64_t)(width * height / 2));
    sharpen_wide(magnifier, luma, window);

    for (size_t y = 0; y < height; y++) {
        const int16_t *row[2 * TAPS + 1];
        for (size_t i = 0; i < 2 * TAPS + 1; i++) {
            size_t from = y + i < TAPS ? 0 : y + i - TAPS;
            from = from < height ? from : height - 1;
            row[i] = magnifier->wide + from * wide;
        }
        uint8_t *out = magnifier->picture + 2 * y * wide;
        mix_rows(row, wide, out, out + wide);
    }

    magnifier->luma = (struct luma){magnifier->picture, wide, MAGNIFY_SCALE * height, wide};
}
