// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_LOAD_H
#define QRCONFIRM_BENCH_PORTAL_LOAD_H

// People who sign in, one after the other, on several threads at once.

#include <pthread.h>
#include <stdatomic.h>

#include "tests/bench/portal/clock.h"
#include "tests/bench/portal/signin.h"

#define LOAD_WORKERS_MAX 48u  // a device each
#define LOAD_NETWORKS    200u // that the pages come from

struct load {
    struct device *devices; // of `workers`
    size_t workers;
    pthread_t threads[LOAD_WORKERS_MAX];
    size_t started;
    atomic_bool ending;
    atomic_uint next_network;

    pthread_mutex_t lock; // of what follows
    size_t ends[SIGNIN_ENDS];
    size_t repeats; // calls of pages that were sent again
    struct samples seconds;
    char refusal[DEVICE_CODE_MAX + 1]; // of a sign-in that was lost last
};

// Pairs a device for each worker, and lets them begin.
bool load_start(struct load *load, struct stage *stage, size_t workers);
// Lets each end what it is doing. The counts stay.
void load_stop(struct load *load);
void load_destroy(struct load *load);

size_t load_lost(const struct load *load); // after load_stop
size_t load_repeats(const struct load *load);

#endif
