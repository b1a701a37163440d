// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TRACK_H
#define QRCONFIRM_DECODE_TRACK_H

// Where the code of the last frames was: a hand moves little from frame to frame, so that the
// next one is looked at there first. A code that was read is kept before one that was only
// located. Caller-owned, for one thread; all zero is a track of nothing.

#include "decode/locate.h"

struct region {
    float left, top, right, bottom; // pixels of the frame
};

struct code_track {
    struct located code; // its grid is one of the frame
    bool has;            // a code; the others mean nothing otherwise
    bool read;           // in this frame
    bool close;          // it took a closer look, on this level
    size_t level;
    unsigned lost; // frames since it was located
};

// A frame begins: what was not met for a while is forgotten.
void track_next_frame(struct code_track *track);

// A code was located in this frame: looked at closer on a level, or on none.
void track_note(struct code_track *track, const struct located *code, bool read, bool close,
                size_t level);

// Around its last place.
struct region track_region(const struct code_track *track);

// The middle of its last place, in pixels of the frame.
struct point track_middle(const struct code_track *track);

// The level of the pyramid on which it is looked for, and how many rows a search there goes
// down at once.
size_t track_level(const struct code_track *track, size_t *row_step);

#endif
