// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_MAGNIFY_H
#define QRCONFIRM_DECODE_MAGNIFY_H

// Step 12. A closer look: a window of a level, twice as large and sharpened.
//
// Where a module is less than two pixels wide, lens and sensor leave a fifth to a half of the
// contrast between it and its neighbours (at 1.4 pixels and a blur of deviation 0.7 pixels the
// modulation transfer of a line pair is 0.23), while wide areas keep all of it: the light ring
// of a finder pattern no longer reaches the mean, and its runs are gone. Unsharp masking, the
// picture plus a multiple of its difference from its own blur (Gonzalez and Woods, "Digital
// Image Processing", 3.6), gives it back; cubic interpolation (Keys, "Cubic Convolution
// Interpolation for Digital Image Processing", 1981) leaves edges between pixels to the steps
// behind. On the window they are the ones of a whole frame.

#include "decode/luma.h"
#include "decode/work.h"

#define MAGNIFY_SIDE_MAX 160u // pixels of the level
#define MAGNIFY_SCALE    2u

struct magnifier {
    struct luma luma; // filled in: points to `picture`
    int16_t wide[MAGNIFY_SIDE_MAX * MAGNIFY_SIDE_MAX * MAGNIFY_SCALE]; // 1/16 grey levels
    uint8_t picture[MAGNIFY_SIDE_MAX * MAGNIFY_SIDE_MAX * MAGNIFY_SCALE * MAGNIFY_SCALE];
};

struct magnify_window {
    size_t left, top, width, height; // pixels, each side at most MAGNIFY_SIDE_MAX
};

// Draws the window, which lies inside `luma`, into `magnifier->luma`.
void magnify(struct magnifier *magnifier, const struct luma *luma,
             const struct magnify_window *window, struct work *work);

#endif
