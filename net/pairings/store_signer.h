// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_STORE_SIGNER_H
#define QRCONFIRM_NET_PAIRINGS_STORE_SIGNER_H

// How a store asks its signer: a process, if it was opened with one, else the store's own in
// the same process. Any thread may call.

#include "net/pairings/pairing_store.h"

// Asks, and waits for the answer. False if there is none, and if what was asked was not done:
// `fault` says why.
bool store_ask_signer(struct pairing_store *store, struct signer_talk *talk,
                      struct fault *fault);

// Has the signer lock its keys. Waits for nobody: whoever asks at the moment does it
// afterwards.
void store_lock_signer(struct pairing_store *store);

#endif
