// SPDX-License-Identifier: MIT
#include "decode/hints.h"

#define MODULE_MIN     1.7f  // pixels
#define DARK_LIGHT     45.0f // grey levels of what should be white
#define CONTRAST_MIN   14.0f // grey levels
#define WASHED_MAX     0.05f
#define MOTION_MAX     2.0f // modules a frame
#define SHARPNESS_MIN  0.4f
#define TILT_MAX       2.0f
#define BORDERLESS_MIN 3.5f // pixels a module, without a quiet zone

enum hint hint_from(const struct hint_measures *measures)
{
    if (measures->light < DARK_LIGHT)
        return HINT_TOO_DARK;
    if (!measures->located && !measures->borderless)
        return HINT_NONE;

    // A tilt makes modules small along one axis too.
    if (measures->tilt > TILT_MAX)
        return HINT_TILTED;
    if (measures->module < (measures->borderless ? BORDERLESS_MIN : MODULE_MIN))
        return HINT_TOO_FAR;
    if (!measures->located)
        return HINT_NO_BORDER;
    if (measures->contrast < CONTRAST_MIN)
        return HINT_TOO_DARK;
    if (measures->washed > WASHED_MAX)
        return HINT_GLARE;
    if (measures->borderless)
        return HINT_NO_BORDER;
    if (measures->motion > MOTION_MAX)
        return HINT_MOVING;
    if (measures->sharpness < SHARPNESS_MIN)
        return HINT_BLURRED;
    return HINT_NONE;
}
