// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_TORN_H
#define QRCONFIRM_DECODE_TORN_H

// Finder patterns that are damaged: a notch in the ring, a bite out of a side or a corner, a
// hole in the core. No row and column need run 1:1:3:1:1 there.
//
// What is looked for are spots about as high as wide. From each, rays are cast in all
// directions. The three squares of a pattern are concentric, so along every ray, under any
// tilt, the edges are 3, 5 and 7 half modules away. Half of the rays may miss that. A core with
// a hole is met beside the hole, and a hole is passed over. Ours. It costs several times what
// the usual search does: only for pictures that may take their time, when nothing was read in
// them.

#include "decode/finder.h"

// Adds what it finds in the region of a search to a list that holds what was found before.
void torn_search(const struct finder_search *search, struct finder_list *list);

#endif
