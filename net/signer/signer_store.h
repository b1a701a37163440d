// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_SIGNER_STORE_H
#define QRCONFIRM_NET_SIGNER_SIGNER_STORE_H

// A store of pairings whose signer is a process of its own (signer_child.h).

#include "net/pairings/pairing.h"

// Opens the store of `dir`, as pairing_store_open. The signer begins when it is first asked,
// and is closed with the store.
struct pairing_store *signer_store_open(const char *dir, const struct dialect *const *dialects,
                                        struct fault *fault);

#endif
