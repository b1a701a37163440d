// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_MEASURE_H
#define QRCONFIRM_DECODE_MEASURE_H

// What hint_from() is asked about, measured on a code that was located: how large its modules
// are, from how far aside it is seen, and how far it moved. Plain functions; any thread.

#include "decode/hints.h"
#include "decode/sample.h"
#include "decode/track.h"

// Measures a code whose grid is one of the frame. `stats` and `sharpness` are those of its
// modules, `track` says where it was in the frame before. Whether patterns are borderless is
// left as it is.
void measure_code(const struct located *code, const struct sample_stats *stats, float sharpness,
                  const struct code_track *track, struct hint_measures *measures);

#endif
