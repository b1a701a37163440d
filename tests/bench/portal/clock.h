// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_CLOCK_H
#define QRCONFIRM_BENCH_PORTAL_CLOCK_H

// Time as a load generator needs it: seconds of CLOCK_MONOTONIC, and samples of it.

#include <stdbool.h>
#include <stddef.h>

#define SAMPLES_MAX 100000u // what comes after them is not kept

double clock_now(void);
void clock_sleep(double seconds);

struct samples {
    double *at; // of SAMPLES_MAX
    size_t count;
};

// False: there is no memory. One thread at a time.
bool samples_init(struct samples *samples);
void samples_destroy(struct samples *samples);
void samples_add(struct samples *samples, double value);

// The value that this share of the samples does not exceed; 0 where there are none. Sorts them.
double samples_at(struct samples *samples, double share);

#endif
