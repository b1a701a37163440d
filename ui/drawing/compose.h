// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_DRAWING_COMPOSE_H
#define QRCONFIRM_UI_DRAWING_COMPOSE_H

// The camera's picture and the screen over it, made one by the processor, where there is no
// graphics processor: each pixel of the panel is scaled, coloured and covered in one pass.
// SDL's software renderer passes over the panel for each of these, and once more to clear it.
// Colours are those of SDL's own conversion: BT.601, luma of 16 to 235. Luma is scaled
// bilinearly. Chroma is that of the nearest place, once for four pixels of the panel, as the
// formats have it for four of theirs.

#include "decode/luma.h"
#include "ui/drawing/canvas.h"

// Samples of 8 bits.
struct compose_plane {
    const uint8_t *p;    // not owned
    size_t step, stride; // bytes to the next sample, to the next row
};

struct compose_picture {
    struct compose_plane luma;
    struct compose_plane u, v; // of half the size; may have no samples: the picture is gray
    size_t width, height;      // pixels
    unsigned rotation;         // degrees clockwise: 0, 90, 180 or 270
    bool mirrored;             // behind that, left and right change places
};

// Describes pixels of any format but JPEG as they lie there; false if the data is too short
// for them.
bool compose_picture_of(const struct pixels *pixels, struct compose_picture *out);

// Between which two rows of the picture a row of the panel lies.
struct compose_row {
    uint32_t first;
    uint32_t weight; // of the second one, 0 to 256
};

// By column of the panel: the first of the two columns of the picture that it lies between,
// what this one weighs, and which chroma is the nearest.
struct compose_columns {
    uint16_t *first, *weight, *chroma;
};

struct compose {
    struct compose_picture laid; // what columns and rows are for
    int width, height;           // pixels of the panel
    size_t begin, end;           // columns of the picture that are seen
    struct compose_columns column;
    struct compose_row *row;
    uint8_t *luma;               // a row of the picture between two of its own
    int16_t *u, *v;              // chroma of each two columns of the panel
    int16_t *red, *green, *blue; // what it adds to them
    size_t chroma;               // the row of chroma that these are of
};

void compose_init(struct compose *compose);
void compose_destroy(struct compose *compose);

// Fills `out`, opaque XRGB of the canvas' size and `stride` pixels a row, with the picture:
// aspect kept, its edges cut; and what the canvas shows over it. False if memory is short.
bool compose_draw(struct compose *compose, const struct compose_picture *picture,
                  const struct canvas *over, uint32_t *out, size_t stride);

#endif
