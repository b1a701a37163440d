// SPDX-License-Identifier: MIT
#include "decode/magnify.h"

#define AMOUNT 3.0f // of the difference from the blurred picture that is added
#define REACH  2u   // pixels of the blur, on each side

// A Gaussian of deviation 0.9 pixels; the weight of the middle, of one and of two pixels away.
static const float blur[REACH + 1] = {0.4453f, 0.2383f, 0.0390f};

// Keys' cubic a quarter of a pixel before a pixel's middle: two pixels before, one before, the
// pixel itself, one behind.
static const float cubic[4] = {-0.0234375f, 0.2265625f, 0.8671875f, -0.0703125f};

// Pixels of a window's row with REACH more on each side; beyond the picture its edge goes on.
static void take_row(const struct luma *luma, const struct magnify_window *window,
                     ptrdiff_t row, float *out)
{
    ptrdiff_t y = (ptrdiff_t)window->top + row, bottom = (ptrdiff_t)luma->height - 1;
    const uint8_t *p = luma->p + (size_t)(y < 0 ? 0 : y > bottom ? bottom : y) * luma->stride;
    size_t before = window->left < REACH ? window->left : REACH;
    size_t beyond = luma->width - window->left - window->width;
    size_t past = window->width + REACH + (beyond < REACH ? beyond : REACH);

    for (size_t i = 0; i < REACH - before; i++)
        out[i] = (float)p[0];
    const uint8_t *first = p + window->left - before;
    float *rest = out + REACH - before;
    for (size_t i = 0; i < past - (REACH - before); i++)
        rest[i] = (float)first[i];
    for (size_t i = past; i < window->width + 2 * REACH; i++)
        out[i] = (float)p[luma->width - 1];
}

static void sharpen(const struct luma *luma, const struct magnify_window *window, float *out)
{
    enum { ROWS = 2 * REACH + 1, ROOM = MAGNIFY_SIDE_MAX + 2 * REACH };
    float row[ROWS][ROOM], down[ROOM]; // a ring of rows
    size_t width = window->width, padded = width + 2 * REACH;

    for (size_t i = 0; i + 1 < ROWS; i++)
        take_row(luma, window, (ptrdiff_t)i - (ptrdiff_t)REACH, row[i]);

    for (size_t y = 0; y < window->height; y++, out += width) {
        take_row(luma, window, (ptrdiff_t)(y + REACH), row[(y + 2 * REACH) % ROWS]);
        const float *a = row[y % ROWS], *b = row[(y + 1) % ROWS], *c = row[(y + 2) % ROWS],
                    *d = row[(y + 3) % ROWS], *e = row[(y + 4) % ROWS];

        for (size_t x = 0; x < padded; x++)
            down[x] = blur[0] * c[x] + blur[1] * (b[x] + d[x]) + blur[2] * (a[x] + e[x]);
        for (size_t x = 0; x < width; x++) {
            float mean = blur[0] * down[x + 2] + blur[1] * (down[x + 1] + down[x + 3]) +
                         blur[2] * (down[x] + down[x + 4]);
            out[x] = (1.0f + AMOUNT) * c[x + 2] - AMOUNT * mean;
        }
    }
}

// Twice as many values: each becomes one a quarter of a pixel before it and one behind it.
static void widen(const float *row, size_t width, float *out)
{
    float padded[MAGNIFY_SIDE_MAX + 4];
    padded[0] = padded[1] = row[0];
    memcpy(padded + 2, row, width * sizeof(*row));
    padded[width + 2] = padded[width + 3] = row[width - 1];
    for (size_t x = 0; x < width; x++) {
        const float *p = padded + x;
        out[2 * x] = cubic[0] * p[0] + cubic[1] * p[1] + cubic[2] * p[2] + cubic[3] * p[3];
        out[2 * x + 1] = cubic[3] * p[1] + cubic[2] * p[2] + cubic[1] * p[3] + cubic[0] * p[4];
    }
}

static void mix_rows(const float *const row[4], const float weight[4], size_t width,
                     uint8_t *restrict out)
{
    const float *a = row[0], *b = row[1], *c = row[2], *d = row[3];
    for (size_t x = 0; x < width; x++) {
        float value = weight[0] * a[x] + weight[1] * b[x] + weight[2] * c[x] + weight[3] * d[x];
        // Rounded, where it is not cut off at 0 anyway; vectors compare 16 bits at once.
        int16_t whole = (int16_t)(int)(value + 0.5f);
        whole = whole > 0 ? whole : 0;
        out[x] = (uint8_t)(whole < 255 ? whole : 255);
    }
}

void magnify(struct magnifier *magnifier, const struct luma *luma,
             const struct magnify_window *window, struct work *work)
{
    const float behind[4] = {cubic[3], cubic[2], cubic[1], cubic[0]};
    size_t width = window->width, height = window->height, wide = MAGNIFY_SCALE * width;

    work_spend(work, (int64_t)(width * height / 2));
    sharpen(luma, window, magnifier->sharp);
    for (size_t y = 0; y < height; y++)
        widen(magnifier->sharp + y * width, width, magnifier->wide + y * wide);

    for (size_t y = 0; y < height; y++) {
        const float *row[5];
        for (size_t i = 0; i < 5; i++) {
            size_t from = y + i < 2 ? 0 : y + i - 2 < height ? y + i - 2 : height - 1;
            row[i] = magnifier->wide + from * wide;
        }
        mix_rows(row, cubic, wide, magnifier->picture + 2 * y * wide);
        mix_rows(row + 1, behind, wide, magnifier->picture + (2 * y + 1) * wide);
    }

    magnifier->luma = (struct luma){magnifier->picture, wide, MAGNIFY_SCALE * height, wide};
}
