// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CHANGES_H
#define QRCONFIRM_PORTAL_CHANGES_H

// "Something in the store has changed": how pages that wait for news are woken. Changes by
// other processes are not heard, so waits are short and look again.

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct changes {
    pthread_mutex_t lock;
    pthread_cond_t news;
    uint64_t count;
    bool stopped;
};

void changes_init(struct changes *changes);
void changes_destroy(struct changes *changes);

void changes_announce(struct changes *changes);
uint64_t changes_count(struct changes *changes);

// Returns at the first change after `seen`, after `milliseconds`, or once stopped.
// False once stopped.
bool changes_wait(struct changes *changes, uint64_t seen, int64_t milliseconds);

// Returns after `milliseconds`, whatever changes meanwhile, or once stopped.
void changes_sleep(struct changes *changes, int64_t milliseconds);

// Ends all waits, now and later.
void changes_stop(struct changes *changes);

#endif
