// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_BENCH_CURVE_H
#define QRCONFIRM_TESTS_BENCH_CURVE_H

// One sweep as a picture: the share of codes read, reader by reader, as an SVG.

#include "fixtures/sweep.h"
#include "tests/bench/peers.h"

struct curve {
    const char *title, *axis;
    const double *values;
    size_t count, lines;
    const char *name[PEERS_MAX];
    double share[PEERS_MAX][SWEEP_VALUES_MAX]; // 0 to 1
};

// Writes FOLDER/TITLE.svg; false, and a word on standard error, where that cannot be.
bool curve_write(const struct curve *curve, const char *folder);

#endif
