// SPDX-License-Identifier: MIT
#include "net/retry.h"

#include <stddef.h>

// The boot clock counts whole milliseconds: a pause begins in the midst of one.
#define CLOCK_STEP_MS 1

void retry_start(struct retry *retry, int64_t counts_ms, int64_t until_ms)
{
    retry->until_ms = until_ms;
    retry->counts_ms = counts_ms;
    retry->delay_ms = RETRY_FIRST_MS;
}

// The wait that a portal asks for, cut short once before each end that it would pass.
static int64_t wait_as_asked(const struct retry *retry, int64_t now_ms, int64_t least,
                             int64_t asked)
{
    const int64_t ends_ms[] = {retry->counts_ms, retry->until_ms};
    for (size_t i = 0; i < sizeof(ends_ms) / sizeof(ends_ms[0]); i++) {
        int64_t last = ends_ms[i] - RETRY_LAST_MS - now_ms;
        if (asked > last && last >= least)
            return last;
    }
    return asked;
}

bool retry_next(struct retry *retry, int64_t now_ms, uint32_t random, int64_t retry_after_s,
                int64_t *wait_ms)
{
    // Many devices that lost one portal should not come back all at once.
    int64_t wait = retry->delay_ms - (int64_t)(random % (uint64_t)(retry->delay_ms / 4 + 1));
    if (retry_after_s > 0 && wait < retry_after_s * 1000)
        wait = wait_as_asked(retry, now_ms, wait, retry_after_s * 1000 + CLOCK_STEP_MS);
    if (now_ms + wait >= retry->until_ms)
        return false;
    retry->delay_ms *= 2;
    if (retry->delay_ms > RETRY_MOST_MS)
        retry->delay_ms = RETRY_MOST_MS;
    *wait_ms = wait;
    return true;
}
