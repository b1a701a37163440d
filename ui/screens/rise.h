// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SCREENS_RISE_H
#define QRCONFIRM_UI_SCREENS_RISE_H

// A new screen comes a little from below, quickly at first, so that the eye sees that it is
// another one. Only the picture moves: what is pressed is where it will be.

#include <stdint.h>

#define RISE_MS      150
#define RISE_STEP_MS 16    // between two pictures of it
#define RISE_UNITS   24.0f // below its place in the beginning

// How far below its place the screen is, in units, this long after it came; 0: it has arrived.
static inline float rise_at(int64_t since_ms)
{
    if (since_ms < 0 || since_ms >= RISE_MS)
        return 0;
    float left = 1 - (float)since_ms / RISE_MS;
    return RISE_UNITS * left * left;
}

#endif
