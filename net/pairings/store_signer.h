// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_STORE_SIGNER_H
#define QRCONFIRM_NET_PAIRINGS_STORE_SIGNER_H

// How a store asks its signer: a process, if it was opened with one, else the store's own in
// the same process. Any thread may ask; one is served at a time.

#include <pthread.h>
#include <stdatomic.h>

#include "net/pairings/signer.h"

struct store_signer {
    pthread_mutex_t asking;
    atomic_bool must_lock;                // its keys, as soon as nobody asks
    const struct signer_contact *contact; // NULL: `own`
    struct signer own;
};

// `contact`, which may be NULL, is closed by store_signer_destroy; on failure it stays the
// caller's, as also after store_signer_release.
bool store_signer_init(struct store_signer *signer, const struct signer_contact *contact,
                       int folder, const struct dialect *const *dialects, struct fault *fault);
void store_signer_release(struct store_signer *signer);
void store_signer_destroy(struct store_signer *signer);

// Asks, and waits for the answer. False if there is none, and if what was asked was not done:
// `fault` says why.
bool store_signer_ask(struct store_signer *signer, struct signer_talk *talk,
                      struct fault *fault);

// Has it lock its keys. Waits for nobody: whoever asks at the moment does it afterwards.
void store_signer_lock(struct store_signer *signer);

// What it asks of a person on its way is not waited for any more.
void store_signer_leave(struct store_signer *signer);

#endif
