// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_WORK_H
#define QRCONFIRM_DECODE_WORK_H

// What a frame may cost. A picture made to be slow (a wall of finder patterns) must not stop
// the pictures behind it, so every step pays for what it does, in units of about one pixel
// looked up between its neighbours (10 to 15 ns on the machine of docs/performance.md), and
// stops when the frame's units are spent. Counting instead of timing keeps results the same on
// every machine and in every test; a deadline may be set on top.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct work {
    int64_t left;                  // units
    int64_t (*now_us)(void *user); // NULL: no deadline
    void *user;
    int64_t deadline_us; // on that clock
};

// Lists that are searched one by one are short in a frame of a video, and cost nothing there.
// What a still picture's longer ones cost more is paid for.
#define WORK_FREE_ENTRIES 128u

static inline int64_t work_of_entries(size_t entries, size_t entries_a_unit)
{
    return entries > WORK_FREE_ENTRIES
               ? (int64_t)((entries - WORK_FREE_ENTRIES) / entries_a_unit)
               : 0;
}

// Pays; false once the frame's units are spent.
static inline bool work_spend(struct work *work, int64_t units)
{
    work->left -= units;
    return work->left > 0;
}

// To be asked between attempts: is there anything left, also of the time?
static inline bool work_remains(const struct work *work)
{
    return work->left > 0 &&
           (work->now_us == NULL || work->now_us(work->user) < work->deadline_us);
}

#endif
