// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TURNED_H
#define QRCONFIRM_DECODE_TURNED_H

// The frame turned by 45 degrees, that is searched as if it were a frame of its own; and the
// way back from its pixels to those of the frame.
//
// On a page of the colour of its modules, a code without a quiet zone has finder patterns that
// are open on two sides (see finder.h). While the code lies about straight, a row or a column
// through the middle of a pattern leaves by one of them at most. In a code that lies slantwise
// it leaves by both, and a ring without an end on either side cannot be told from stripes.
// Turned by 45 degrees more, that code lies straight.
//
// Rows of the turned picture go down the frame's pixels like stairs: each of its pixels lies
// midway between two of them, and is their mean. So nothing is left out, a module is wider by
// the square root of two, and the way back is exact. Beyond the frame each row goes on as it
// ended: that is no edge, neither a quiet zone nor a page. Ours.

#include "decode/buffer.h"
#include "decode/grid.h"
#include "decode/pyramid.h"

// Pixels a side: as many as a level of the frame is wide and high together, of the finest that
// fits.
#define TURNED_SIDE_MAX 3072u

struct turned {
    bool open;              // what is looked at now is the turned picture, not the frame
    float scale;            // pixels of the frame in one of the level that it was made of
    size_t width;           // of that level, pixels
    struct pyramid pyramid; // of the turned picture
    struct buffer storage;  // that picture
};

void turned_init(struct turned *turned);
void turned_destroy(struct turned *turned);

// Whether the frame is wide enough to hold anything, and has a level that is not too large.
bool turned_fits(const struct pyramid *frame);

// Turns a frame, and opens the picture. False if it does not fit or memory is short.
bool turned_open(struct turned *turned, const struct pyramid *frame, struct work *work);
void turned_close(struct turned *turned);

// From the pixels looked at to those of the frame; nothing to do while it is closed.
struct point turned_point(const struct turned *turned, struct point at);
void turned_grid(const struct turned *turned, struct grid *grid);

#endif
