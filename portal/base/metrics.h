// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_METRICS_H
#define QRCONFIRM_PORTAL_BASE_METRICS_H

// What the portal counts of itself since it was started, for who watches it. Numbers and names
// of our own alone: nothing of a person, a device or an address. All zero to begin with. Any
// thread.

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "portal/base/outcome.h"
#include "portal/base/text.h"

// X(id, by, outcome): how sign-ins end. One that owes a one-time code is done when that came.
#define METRICS_SIGN_INS(X)                                                                    \
    X(QR_DONE, "qr", "done")                                                                   \
    X(QR_DENIED, "qr", "denied")                                                               \
    X(QR_REPORTED, "qr", "reported")                                                           \
    X(QR_REFUSED, "qr", "refused")                                                             \
    X(PASSWORD_DONE, "password", "done")                                                       \
    X(PASSWORD_WRONG, "password", "wrong")                                                     \
    X(PASSWORD_LIMITED, "password", "limited")                                                 \
    X(CODE_WRONG, "one-time-code", "wrong")                                                    \
    X(CODE_LIMITED, "one-time-code", "limited")

enum metrics_sign_in {
    SIGN_IN_GOES_ON, // nothing is counted
#define X(id, by, outcome) SIGN_IN_##id,
    METRICS_SIGN_INS(X)
#undef X
        SIGN_IN_ENDS
};

#define METRICS_OUTCOMES ((size_t)PROBLEM_COUNT + OUTCOME_FAULT + 1)
#define METRICS_STEPS    11u // of a latency, without that for all
#define METRICS_PARTS    7u  // of the portal, whose latencies are apart

struct metrics {
    atomic_uint_fast64_t sign_ins[SIGN_IN_ENDS];
    atomic_uint_fast64_t codes; // of sign-ins, made
    atomic_uint_fast64_t refusals[METRICS_OUTCOMES];
    struct metrics_latency {
        atomic_uint_fast64_t steps[METRICS_STEPS + 1], milliseconds;
    } latencies[METRICS_PARTS];
    // As they were a second ago at most.
    atomic_size_t connections, windows, queue;
};

void metrics_sign_in(struct metrics *metrics, enum metrics_sign_in end);
// A request was answered, by its route; those that waited for news, with `milliseconds` below
// 0, are counted by their outcome alone.
void metrics_request(struct metrics *metrics, const char *route, enum outcome outcome,
                     int64_t milliseconds);

// In the text format of Prometheus (version 0.0.4).
void metrics_write(const struct metrics *metrics, struct text *out);

#endif
