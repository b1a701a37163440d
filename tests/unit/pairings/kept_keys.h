// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_KEPT_KEYS_H
#define QRCONFIRM_TESTS_KEPT_KEYS_H

// The secret keys of a pairing on disk, read and written as the store's own signer does.

#include "net/pairings/pairing_store.h"
#include "net/pairings/signer_keys.h"

static inline struct secret_keys *kept_keys(struct pairing_store *store, const char *id,
                                            struct fault *fault)
{
    return signer_read_keys(store->signer.own.folder, store->signer.own.seal, id, fault);
}

static inline bool keep_keys(struct pairing_store *store, const char *id,
                             const struct secret_keys *keys, struct fault *fault)
{
    return signer_write_keys(store->signer.own.folder, store->signer.own.seal, id, keys, fault);
}

#endif
