// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_PARTS_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_PARTS_H

// What pairing_store.c and pairing_secrets.c share: the store itself and the names of its files.

#include <pthread.h>
#include <stdio.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_store.h"

#define RECORD_SUFFIX   ".pairing"
#define KEY_SUFFIX      ".key"
#define PASSWORD_SUFFIX ".password"

struct pairing_store {
    int folder;
    const struct dialect *const *dialects; // end with NULL
    pthread_mutex_t lock;                  // everything below
    unsigned holds;                        // of other programs, nested
    size_t count;
    struct pairing pairings[PAIRINGS_MAX];
    size_t unusable_count;
    struct pairing_unusable *unusable;
    struct seal *seal; // while the keys are unlocked, else NULL
};

static inline void pairing_file_name(char out[static ATOMIC_FILE_NAME_MAX + 1], const char *id,
                                     const char *suffix)
{
    snprintf(out, ATOMIC_FILE_NAME_MAX + 1, "%.*s%s", (int)PAIRING_ID_SIZE, id, suffix);
}

// A change of the PIN that was cut short is finished before a key is looked at.
bool pairing_finish_change(int folder, struct fault *fault);

#endif
