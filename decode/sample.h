// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_SAMPLE_H
#define QRCONFIRM_DECODE_SAMPLE_H

// Step 7. Sampling: through the grid, one soft value a module, about +1 for dark and -1 for
// light, nearer to 0 the less is known.
//
// The threshold of a module is local: half way between the mean of the dark and the mean of
// the light modules around it (masking sees to it that both are near, ISO/IEC 18004, 8.8.1);
// which are dark is known for function patterns, and for data decided in a first round against
// the plain mean. Under glare both means are near to each other, and the values, divided by
// the contrast of the whole code, come out near 0: not known, instead of known wrongly. Ours.

#include "decode/grid.h"

struct soft_code {
    const struct layout *layout;
    float value[QR_MODULES_MAX]; // row * size + column
};

// Room for the sums behind local means; kept by the caller from frame to frame.
struct sample_room {
    float look[QR_MODULES_MAX];
    uint8_t dark[QR_MODULES_MAX];
    float sums[2][QR_SIZE_MAX + 1][QR_SIZE_MAX + 1]; // integral: brightness of light, of dark
    float counts[QR_SIZE_MAX + 1][QR_SIZE_MAX + 1];  // integral: how many are dark
};

struct sample_stats {
    float contrast; // grey levels between the means of dark and light
    float light;    // grey level of the light modules
    float washed;   // share of modules whose surroundings have less than a third of it
};

// Fills `out->value` in; `out->layout` says which modules are known.
void sample_code(const struct grid_view *view, const struct grid *grid,
                 struct sample_room *room, struct soft_code *out, struct sample_stats *stats);

// How well the soft values of the modules that are known agree with what is known: 1 is
// perfectly, 0 not at all. It estimates the same for the modules that are not known.
float soft_fidelity(const struct layout *layout, const float *value);

// The contrast of the timing patterns, whose modules alternate, against that of the wide cores
// of the finder patterns: 1 is sharp, 0 blurred to gray.
float soft_sharpness(const struct layout *layout, const float *value);

#endif
