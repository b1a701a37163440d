// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_CURVE_H
#define QRCONFIRM_TESTS_BENCH_CURVE_H

// One sweep as a picture: the share of codes read, reader by reader, as an SVG. Readers differ
// in the shape of their marks and the dashes of their lines as well as in colour (Okabe and
// Ito's, which colour-blind people tell apart). The axis is true: a value lies where its number
// says.

#include "fixtures/sweep.h"
#include "tests/bench/peers.h"

struct curve {
    const char *title, *axis;
    const double *values; // from the easiest to the hardest, rising or falling
    size_t count, lines;
    size_t codes; // tried for each value
    const char *name[PEERS_MAX];
    double share[PEERS_MAX][SWEEP_VALUES_MAX]; // 0 to 1
};

// Writes FOLDER/TITLE.svg; false, and a word on standard error, where that cannot be.
bool curve_write(const struct curve *curve, const char *folder);

#endif
