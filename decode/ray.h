// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_RAY_H
#define QRCONFIRM_DECODE_RAY_H

// Looking along a straight line through a picture: brightness between pixels, and where it
// crosses a threshold, to a fraction of a pixel. Plain bilinear interpolation.

#include "decode/luma.h"

struct point {
    float x, y;
};

// Between the pixels that (column, row) is the first of; `next` and `below` lead to the others.
static inline float luma_mix(const uint8_t *p, size_t next, size_t below, float fx, float fy)
{
    float upper = (float)p[0] + fx * ((float)p[next] - (float)p[0]);
    float lower = (float)p[below] + fx * ((float)p[below + next] - (float)p[below]);
    return upper + fy * (lower - upper);
}

// Brightness at a point, by bilinear interpolation between the middles of pixels. Points
// outside (and not-a-numbers) take the nearest pixel.
static inline float luma_at(const struct luma *luma, struct point at)
{
    // Conversions of int are one instruction, those of size_t several.
    float right = (float)((int)luma->width - 1), bottom = (float)((int)luma->height - 1);
    float x = at.x - 0.5f, y = at.y - 0.5f;
    x = x > 0.0f ? x : 0.0f; // false for not-a-number too
    y = y > 0.0f ? y : 0.0f;
    x = x < right ? x : right;
    y = y < bottom ? y : bottom;
    int column = (int)x, row = (int)y;
    size_t next = x < right ? 1 : 0, below = y < bottom ? luma->stride : 0;
    const uint8_t *p = luma->p + (size_t)row * luma->stride + (size_t)column;
    return luma_mix(p, next, below, x - (float)column, y - (float)row);
}

// The same where the point is known to lie between the middles of four pixels.
static inline float luma_inside(const struct luma *luma, struct point at)
{
    float x = at.x - 0.5f, y = at.y - 0.5f;
    int column = (int)x, row = (int)y;
    const uint8_t *p = luma->p + (ptrdiff_t)row * (ptrdiff_t)luma->stride + column;
    return luma_mix(p, 1, luma->stride, x - (float)column, y - (float)row);
}

static inline bool luma_holds(const struct luma *luma, struct point at)
{
    return at.x >= 0.0f && at.y >= 0.0f && at.x <= (float)(int)luma->width &&
           at.y <= (float)(int)luma->height;
}

#define RAY_CROSSINGS 3u

struct ray {
    struct point from;
    struct point step; // one step, in pixels
    float threshold;
    bool dark;       // what the ray starts in
    unsigned limit;  // steps
    unsigned walked; // filled in: steps taken
};

// The distances, in steps, at which brightness crosses the threshold for the first, second and
// third time: out of the core of a finder pattern, into its ring, out of it. The edge of the
// picture may be the third. Returns how many were met: fewer than three if the ray starts on
// the wrong side, leaves the picture or reaches its limit before.
size_t ray_crossings(const struct luma *luma, struct ray *ray, float out[static RAY_CROSSINGS]);

#endif
