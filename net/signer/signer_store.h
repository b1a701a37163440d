// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_SIGNER_STORE_H
#define QRCONFIRM_NET_SIGNER_SIGNER_STORE_H

// A store of pairings whose signer is a process of its own (signer_child.h).

#include "net/pairings/pairing.h"

// Told by the thread that asks: the signer lacks walls, and goes on all the same. `fault` is
// SIGNER_NOT_CLOSED_IN or NO_LANDLOCK, and says what lacks.
typedef void signer_store_tell(void *userdata, const struct fault *fault);

// Opens the store of `dir`, as pairing_store_open. The signer begins when it is first asked,
// and is closed with the store. `tell` is called once at most; NULL: nobody is told.
struct pairing_store *signer_store_open(const char *dir, const struct dialect *const *dialects,
                                        signer_store_tell *tell, void *userdata,
                                        struct fault *fault);

#endif
