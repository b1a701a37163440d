// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_ALIGNMENT_H
#define QRCONFIRM_DECODE_ALIGNMENT_H

// Step 6. Alignment patterns: where the grid expects one, its 5x5 modules are slid over the
// picture, seen through the grid, in steps of half a module, and the best normalised
// correlation says how far the grid is off there. It is what fixes the fourth corner, for
// which the three finder patterns only give an estimate (ISO/IEC 18004, 6.3.6 and 12).

#include "decode/grid.h"

#define ALIGNMENT_REACH_MAX 8u // modules

struct alignment {
    float off_u, off_v; // modules: the pattern is that much further
    float likeness;     // correlation: 1 is the pattern itself, 0 anything
};

// Looks for the pattern whose middle should be at (u, v), at most `reach` modules away. False
// where nothing looks like it.
bool alignment_find(const struct grid_view *view, const struct grid *grid, float u, float v,
                    unsigned reach, struct alignment *out);

#endif
