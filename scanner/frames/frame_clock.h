// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_SCANNER_FRAMES_FRAME_CLOCK_H
#define QRCONFIRM_SCANNER_FRAMES_FRAME_CLOCK_H

// The times of a live camera's frames. What a driver says is believed within reason, and never
// goes backwards.

#include <stdbool.h>
#include <stdint.h>

#define FRAME_CLOCK_JUMP_US INT64_C(5000000) // a stamp this far from now is not believed

struct frame_clock {
    int64_t last_us; // of the frame before
};

// The time of a frame, in microseconds of CLOCK_MONOTONIC. `monotonic` tells that `said_us` is
// of that clock, so its maker says.
static inline int64_t frame_clock_time(struct frame_clock *clock, int64_t now_us,
                                       bool monotonic, int64_t said_us)
{
    bool believed = monotonic && said_us > now_us - FRAME_CLOCK_JUMP_US &&
                    said_us < now_us + FRAME_CLOCK_JUMP_US;
    int64_t time = believed ? said_us : now_us;
    if (time <= clock->last_us)
        time = clock->last_us + 1;
    clock->last_us = time;
    return time;
}

#endif
