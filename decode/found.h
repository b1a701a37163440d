// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_FOUND_H
#define QRCONFIRM_DECODE_FOUND_H

// The codes read in a picture so far, by their places. Corners are pixels of the picture.

#include "decode/grid.h"
#include "decode/qr_code.h"

// Does a point lie in one of them?
bool found_holds(const struct qr_codes *codes, struct point at);

// Gives `read` the corners of its grid and adds it, unless there is one at its place already.
// Who aims at a code has it larger than those beside it, so the larger ones come first. There
// must be room.
void found_add(struct qr_codes *codes, struct qr_code *read, const struct grid *grid);

// Tells the first payload from that of another frame. There must be one.
uint64_t found_mark(const struct qr_codes *codes);

#endif
