// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_WINDOWS_H
#define QRCONFIRM_BENCH_PORTAL_WINDOWS_H

// Many login pages that wait, each with its stream over TLS. A thread hears all of them by
// epoll; others ask for a new code for each in turn, as pages do before theirs expires.

#include <pthread.h>
#include <stdatomic.h>

#include "tests/bench/portal/page.h"

#define WINDOWS_A_NETWORK 100u // from one address, as an office behind one
#define WINDOWS_RENEW_S   95.0 // each once in this time; a code lives for 120 s
#define WINDOWS_RENEWERS  4u

struct window {
    struct page page;
    double heard; // that it was scanned; 0: not yet
    bool open;
    bool leaving; // its stream may end
};

struct windows {
    const struct stage *stage;
    struct window *at;
    size_t count;
    pthread_mutex_t lock; // of what follows, and of the windows once they are heard
    pthread_cond_t told;  // one heard that it was scanned
    size_t lost;          // streams that ended though nobody ended them
    size_t renewed, not_renewed;

    int epoll;
    atomic_bool ending;
    bool hearing; // the thread runs
    pthread_t hears, renews[WINDOWS_RENEWERS];
    size_t renewers;       // that run
    double renewing_since; // seconds of CLOCK_MONOTONIC
    atomic_size_t next;    // to be renewed, counted from then on
};

// Opens so many; `lost` counts those that could not be. False: there is no memory or thread.
// To be released with windows_close, also then.
bool windows_open(struct windows *windows, const struct stage *stage, size_t count);
void windows_close(struct windows *windows);

// From now on codes are renewed, evenly; the first that was opened is the first. False: no
// thread.
bool windows_renew(struct windows *windows);

// That are open now.
size_t windows_held(struct windows *windows);

// Waits until this window heard that its code was scanned. False: it did not, for the patience
// of the stage. `heard` gets when.
bool windows_wait(struct windows *windows, size_t i, double *heard);

#endif
