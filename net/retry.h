// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_RETRY_H
#define QRCONFIRM_NET_RETRY_H

// When to try again (docs/protocol, section 8): after 0.3, 0.6, 1.2 ... seconds with jitter, at
// most 5 s, until a deadline. Pure: clock and randomness come in.

#include <stdbool.h>
#include <stdint.h>

#define RETRY_FIRST_MS INT64_C(300)
#define RETRY_MOST_MS  INT64_C(5000)
// A statement, a resolve, and a stored statement after a restart.
#define RETRY_WINDOW_MS INT64_C(60000)

// A try this long before an end still has the time that a call usually takes.
#define RETRY_LAST_MS INT64_C(2000)

struct retry {
    int64_t until_ms;  // of the boot clock
    int64_t counts_ms; // until then an answer counts; later tries only learn what became of it
    int64_t delay_ms;  // of the next wait, before jitter
};

// `counts_ms` is `until_ms` where there is no difference.
void retry_start(struct retry *retry, int64_t counts_ms, int64_t until_ms);

// How long to wait now. `random` is any number: the wait is 75 to 100 % of the delay. A
// portal's `retry_after_s` (-1: none) is kept where it asks for longer; but where that would
// pass `counts_ms` or the deadline, there is one try shortly before each of them. False if the
// next try would come at or after the deadline: give up.
bool retry_next(struct retry *retry, int64_t now_ms, uint32_t random, int64_t retry_after_s,
                int64_t *wait_ms);

#endif
