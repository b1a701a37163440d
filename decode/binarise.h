// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_BINARISE_H
#define QRCONFIRM_DECODE_BINARISE_H

// Step 2. Which pixels of a level are dark: each is compared with the mean brightness around
// it, a window of 40x40 pixels, which is 8 to 20 modules of the codes looked for on that level.
//
// The means cost nothing: the level three steps up the pyramid holds those of blocks of 8x8.
// They are averaged over 5x5 blocks (after Bradley and Roth, "Adaptive Thresholding Using the
// Integral Image", 2007, with blocks for the integral image). Where nothing around stands out
// of the noise, which the quietest blocks of the level tell, the threshold is 0 and no pixel is
// dark, so that an empty wall costs nothing to search.

#include "decode/buffer.h"
#include "decode/pyramid.h"

#define BINARISE_BLOCK  8u // pixels a side
#define BINARISE_LEVELS 3u // above the one that is binarised, where a block is a pixel

struct binariser {
    size_t columns, rows;    // blocks
    uint8_t noise;           // grey levels that a block may vary without being structure
    struct buffer threshold; // a byte for each block
    struct buffer scratch;   // two
    struct buffer line;      // thresholds of one row of pixels
    size_t line_row;         // of blocks, whose they are; SIZE_MAX: none's
};

void binariser_init(struct binariser *binariser);
void binariser_destroy(struct binariser *binariser);

// Whether the level is large enough to hold a code.
bool binariser_fits(const struct pyramid *pyramid, size_t level);

// Computes the thresholds of pyramid level `level`. False if it does not fit or memory is
// short.
bool binariser_prepare(struct binariser *binariser, const struct pyramid *pyramid,
                       size_t level);

// How far the darkest and the brightest of each block of the prepared level are apart, of boxes
// of 2x2 pixels; columns * rows bytes, valid until the next level is prepared.
const uint8_t *binariser_ranges(const struct binariser *binariser);

// The threshold at a pixel of the prepared level: dark is below it.
uint8_t binariser_threshold(const struct binariser *binariser, size_t x, size_t y);

// Thresholds of the pixels of row `y`, one byte a pixel, valid until the next call; rows of
// the same blocks share them.
const uint8_t *binariser_line(struct binariser *binariser, size_t y, size_t width);

// Bit x of `bits` (bit x % 64 of word x / 64) says that row[x] < threshold[x]; bits past
// `width` in the last word are 0. The second is the reference that the first, with vector
// instructions, equals to the bit.
void binarise_row(const uint8_t *row, const uint8_t *threshold, size_t width, uint64_t *bits);
void binarise_row_portable(const uint8_t *row, const uint8_t *threshold, size_t width,
                           uint64_t *bits);

#endif
