// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_CLOSEUP_H
#define QRCONFIRM_DECODE_CLOSEUP_H

// A part of the frame, magnified, that is searched as if it were a frame of its own; and the
// way back from its pixels to those of the frame. Modules below two pixels are read in it, and
// on coarser levels larger ones that are blurred.

#include "decode/grid.h"
#include "decode/magnify.h"
#include "decode/pyramid.h"

struct closeup {
    bool open; // what is looked at now is the closeup, not the frame
    size_t level;
    float left, top, scale; // of its top left corner and of its pixels, in pixels of the frame
    struct pyramid pyramid; // of the magnified window
    struct magnifier magnifier;
};

void closeup_init(struct closeup *closeup);
void closeup_destroy(struct closeup *closeup);

// Whether there is such a level, and the point lies in the frame.
bool closeup_fits(const struct pyramid *frame, size_t level, struct point at);

// Opens the surroundings of a point of the frame on a level of its pyramid. False if it does
// not fit or memory is short.
bool closeup_open(struct closeup *closeup, const struct pyramid *frame, size_t level,
                  struct point at, struct work *work);
void closeup_close(struct closeup *closeup);

// From the pixels looked at to those of the frame; nothing to do while it is closed.
struct point closeup_point(const struct closeup *closeup, struct point at);
void closeup_grid(const struct closeup *closeup, struct grid *grid);

#endif
