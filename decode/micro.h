// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_MICRO_H
#define QRCONFIRM_DECODE_MICRO_H

// From one finder pattern to the payload of a Micro QR code, where no other code is.
//
// A square is laid over the pattern in steps of its angle and fitted to its edges. Each of the
// four ways round, the timing patterns must go on from it on two sides; what they say of the
// perspective is fitted too. The format then tells the version, and whether the code is
// mirrored, and the grid grows to the code's size. Ours.

#include "decode/finder.h"
#include "decode/recognise.h"

// The pattern that is to be tried next: the most perfect one outside of what was read, of those
// less perfect than the one at place `before`, which is the number of patterns at first, and
// what is returned if there is none.
size_t micro_candidate(const struct finder_list *finders, const struct qr_codes *read,
                       size_t before);

// Reads the code whose finder pattern is `finder`, by the rooms of `recogniser`; its `read` has
// the payload then, and `code` where it is. False if there is none. Work is paid for.
bool micro_read(struct recogniser *recogniser, const struct finder *finder,
                struct located *code);

#endif
