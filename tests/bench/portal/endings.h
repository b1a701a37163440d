// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_ENDINGS_H
#define QRCONFIRM_BENCH_PORTAL_ENDINGS_H

// The portal ends again and again while people sign in, and is started again at once.

#include "tests/bench/portal/load.h"

#define ENDINGS_WORKERS 8u

struct endings {
    size_t count;             // times that it ended and answered again
    size_t ends[SIGNIN_ENDS]; // what came of the sign-ins
    size_t lost, repeats;
    double longest_away;               // seconds from the signal until it answered
    char refusal[DEVICE_CODE_MAX + 1]; // of the last that was lost; "": none
};

// Sends `signal` so many times. False: the portal did not come back, or nobody could begin.
bool endings_run(struct endings *endings, struct stage *stage, int signal, size_t count);

#endif
