// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_CANVAS_H
#define QRCONFIRM_UI_DRAWING_CANVAS_H

// A picture in memory that shapes are drawn on, with smooth edges: the coverage of a pixel is
// its signed distance from the edge of the shape. The same code draws the window and the
// gallery, so both look the same everywhere.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/luma.h"
#include "ui/drawing/theme.h"

#define CANVAS_SIDE_MAX 8192 // pixels

struct area {
    float x, y, w, h; // pixels
};

// What both cover; empty (w or h of 0) if nothing.
struct area area_meet(struct area a, struct area b);
// What covers both; an empty one adds nothing.
struct area area_join(struct area a, struct area b);

static inline bool area_is_empty(struct area area)
{
    return area.w <= 0 || area.h <= 0;
}

struct dot {
    float x, y; // pixels
};

// Premultiplied ARGB, 32 bits a pixel in the machine's byte order.
struct canvas {
    uint32_t *pixels;
    int width, height;
    struct area clip, limit;
};

// False if memory is short or the size is not sensible.
bool canvas_init(struct canvas *canvas, int width, int height);
void canvas_destroy(struct canvas *canvas);

// Drawing, clearing and copying go no further than the limit, whose edges are whole pixels.
void canvas_limit(struct canvas *canvas, struct area limit);
void canvas_limit_none(struct canvas *canvas);

void canvas_clip(struct canvas *canvas, struct area clip); // nor than this, inside the limit
void canvas_clip_none(struct canvas *canvas);

void canvas_clear(struct canvas *canvas, struct colour colour);
void canvas_fill(struct canvas *canvas, struct area area, float radius, struct colour colour);
// A border of `width` inside the area.
void canvas_border(struct canvas *canvas, struct area area, float radius, float width,
                   struct colour colour);
// A line of `width` with round ends and joins through the dots.
void canvas_stroke(struct canvas *canvas, const struct dot *dots, size_t count, float width,
                   struct colour colour);
// A part of a circle line, from the top clockwise; 1 is the whole circle.
void canvas_arc(struct canvas *canvas, struct dot centre, float radius, float width, float from,
                float part, struct colour colour);
// Cuts a hole: what was drawn there becomes transparent.
void canvas_clear_area(struct canvas *canvas, struct area area, float radius);
// Draws `coverage` (one byte a pixel) in a colour.
void canvas_mask(struct canvas *canvas, int x, int y, const uint8_t *coverage, int width,
                 int height, size_t stride, struct colour colour);
// Draws a gray picture over the whole canvas, aspect kept, its edges cut.
void canvas_cover_luma(struct canvas *canvas, const struct luma *luma);

// Draws a gray picture scaled into the area, smoothly.
void canvas_luma(struct canvas *canvas, const struct luma *luma, struct area area);

// Copies without premultiplication, as SDL's blending wants it; `out` holds width * height, of
// which the limit is written.
void canvas_copy_straight(const struct canvas *canvas, uint32_t *out);

#endif
