// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_FINDER_CUT_H
#define QRCONFIRM_DECODE_FINDER_CUT_H

// A straight cut through a finder pattern: where its six edges are, and so how wide a module
// is along the cut and where the middle. Any line through the middle of concentric squares
// cuts them 1:1:3:1:1, whatever its direction. Where a code has no quiet zone and lies on a
// page of the colour of its own modules, or is cut off by the edge of the picture, the ring has
// no end on that side; what is left, 1:1:3:1 and the ring's inner edge, still measures it.
// Ours.

#include "decode/ray.h"
#include "decode/work.h"

struct cut_line {
    const struct luma *luma;
    struct point from;      // somewhere in the core
    struct point direction; // of length 1
    float module;           // pixels, a guess
    float threshold;        // between dark and light
    bool dark;              // is the core dark? (false: light on dark)
    bool may_open;          // may the ring have no end on one side?
};

struct cut {
    float module; // pixels
    float shift;  // from `from` to the middle, in pixels along the direction
    float error;  // 0: exactly 1:1:3:1:1
    bool open;    // on one side the ring has no end
};

// False if there are no such runs.
bool cut_measure(const struct cut_line *line, struct work *work, struct cut *out);

#endif
