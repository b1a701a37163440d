// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_HINTS_H
#define QRCONFIRM_DECODE_HINTS_H

// What would help to read the code in view, from what was measured on it: the screen tells the
// person. One hint at a time, the most hindering first. The limits are ours, from sweeps of
// simulated frames.

#include <stdbool.h>

enum hint {
    HINT_NONE,    // nothing to say
    HINT_TOO_FAR, // modules of too few pixels: come closer
    HINT_TOO_DARK,
    HINT_GLARE,     // part of the code is washed out: change the angle
    HINT_BLURRED,   // out of focus: hold still, a little further away
    HINT_TILTED,    // seen too much from the side
    HINT_MOVING,    // hold still
    HINT_NO_BORDER, // no quiet zone, on a dark page: a light page gives it one
};

struct hint_measures {
    bool located;   // a code was found, though perhaps not read; else only `light` is known
    float module;   // pixels of the frame along the shorter axis
    float light;    // grey level of the code's light modules, or of the frame's brightest parts
    float contrast; // grey levels between light and dark modules
    float washed;   // share of modules without contrast around them
    float
        sharpness; // contrast of the timing pattern against that of the whole code: 1 is sharp
    float tilt;    // the longest module side against the shortest
    float motion;  // modules moved since the last frame; 0 where it was not seen
    bool borderless; // finder patterns that are one with a dark page; `module` is known then
};

enum hint hint_from(const struct hint_measures *measures);

#endif
