// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TEXTURE_H
#define QRCONFIRM_DECODE_TEXTURE_H

// Where a closer look may pay: the places of a level where blocks full of contrast lie densely,
// as in a code whose finder patterns are too small or too blurred to be found. A code has them
// all over, an edge only along a line; so contrast counts only up to a limit, and what is
// compared are sums over 5x5 blocks, 40 pixels a side. Ours.

#include "decode/binarise.h"

#define TEXTURES_MAX 8u

struct texture {
    unsigned x, y;    // its middle, pixels of the level
    unsigned density; // sum of contrast
};

struct texture_list {
    size_t count;
    struct texture place[TEXTURES_MAX]; // the densest first
};

// The densest places of the level that `binariser` was prepared for, the densest first, each at
// least 64 pixels from those before.
void texture_find(const struct binariser *binariser, struct texture_list *out);

#endif
