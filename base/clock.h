// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BASE_CLOCK_H
#define QRCONFIRM_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

// Microseconds on a clock of the system; 0 if it cannot be read.
static inline int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    return clock_gettime(clock, &now) == 0 ? (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000
                                           : 0;
}

#endif
