// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_PYRAMID_H
#define QRCONFIRM_DECODE_PYRAMID_H

// Step 1. The frame in halves: each level is the one below it averaged over boxes of 2x2.
//
// A code is looked for on the level where its modules are a few pixels wide: there a row of
// pixels is short, noise is averaged out, and the pixel grid of a photographed monitor, which
// breaks readers that look at the full frame, is gone. The method is ours; halving by boxes is
// the plain Haar pyramid.
//
// Coordinates: a pixel covers [x, x+1), so its middle is x + 0.5, and a point of the frame is
// on level n at exactly 1/2^n of its coordinates.

#include "decode/buffer.h"
#include "decode/luma.h"

#define PYRAMID_LEVELS 7u // the frame, 1/2 ... 1/64

struct pyramid {
    size_t levels;                     // filled in: fewer than PYRAMID_LEVELS in a tiny frame
    struct luma level[PYRAMID_LEVELS]; // level[0] is the frame itself, not a copy
    struct buffer storage;             // all levels above the first
};

void pyramid_init(struct pyramid *pyramid);
void pyramid_destroy(struct pyramid *pyramid);

// Builds all levels of `frame`, which must stay while the pyramid is used. Storage grows to
// the largest frame seen, a third of its size, and is used again. False if memory is short or
// the frame is empty.
bool pyramid_build(struct pyramid *pyramid, const struct luma *frame);

// The grey level of the frame's brightest spot, as wide as 64 pixels.
float pyramid_brightest(const struct pyramid *pyramid);

// out[i] = the rounded mean of the 2x2 box at columns 2i, 2i+1 of two rows, for i < width.
// The second is the reference that the first, with vector instructions, equals to the bit.
void pyramid_halve_row(const uint8_t *upper, const uint8_t *lower, size_t width, uint8_t *out);
void pyramid_halve_row_portable(const uint8_t *upper, const uint8_t *lower, size_t width,
                                uint8_t *out);

#endif
