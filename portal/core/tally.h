// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_TALLY_H
#define QRCONFIRM_PORTAL_CORE_TALLY_H

// Counts what happens often, by who does it, in memory: a limit that costs the store nothing.
// What was counted in the last window is that of the running one, and of the one before as much
// as still reaches in, as if it had been even. With more doers than places the one that did
// least is forgotten. Any thread.

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define TALLY_PLACES    4096u
#define TALLY_WINDOW_MS 60000

struct tally {
    pthread_mutex_t lock;
    uint8_t key[16]; // so that nobody can choose who shares a place
    struct tally_place {
        uint64_t who;   // 0: nobody
        int64_t window; // number of the running one
        uint32_t now, before;
    } places[TALLY_PLACES];
};

void tally_init(struct tally *tally);
void tally_destroy(struct tally *tally);

// Counts one if fewer than `most` were, and says whether it did. False too where libsodium
// fails. `now`: milliseconds of a clock
// that never goes back.
bool tally_take(struct tally *tally, struct span who, uint64_t most, int64_t now);

#endif
