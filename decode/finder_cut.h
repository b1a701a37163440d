// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_FINDER_CUT_H
#define QRCONFIRM_DECODE_FINDER_CUT_H

// A straight cut through a finder pattern: where its six edges are, and so how wide a module
// is along the cut and where the middle. Any line through the middle of concentric squares
// cuts them 1:1:3:1:1, whatever its direction. Ours.

#include "decode/ray.h"
#include "decode/work.h"

struct cut_line {
    const struct luma *luma;
    struct point from;      // somewhere in the core
    struct point direction; // of length 1
    float module;           // pixels, a guess
    float threshold;        // between dark and light
    bool dark;              // is the core dark? (false: light on dark)
};

struct cut {
    float module; // pixels
    float shift;  // from `from` to the middle, in pixels along the direction
    float error;  // 0: exactly 1:1:3:1:1
};

// False if there are no such runs.
bool cut_measure(const struct cut_line *line, struct work *work, struct cut *out);

#endif
