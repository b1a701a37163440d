// SPDX-License-Identifier: MIT
#include "net/retry.h"

void retry_start(struct retry *retry, int64_t until_ms)
{
    retry->until_ms = until_ms;
    retry->delay_ms = RETRY_FIRST_MS;
}

bool retry_next(struct retry *retry, int64_t now_ms, uint32_t random, int64_t retry_after_s,
                int64_t *wait_ms)
{
    // Many devices that lost one portal should not come back all at once.
    int64_t wait = retry->delay_ms - (int64_t)(random % (uint64_t)(retry->delay_ms / 4 + 1));
    if (retry_after_s > 0 && wait < retry_after_s * 1000)
        wait = retry_after_s * 1000;
    if (now_ms + wait >= retry->until_ms)
        return false;
    retry->delay_ms *= 2;
    if (retry->delay_ms > RETRY_MOST_MS)
        retry->delay_ms = RETRY_MOST_MS;
    *wait_ms = wait;
    return true;
}
