// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_STORE_HASH_H
#define QRCONFIRM_PORTAL_CORE_STORE_HASH_H

// The hashes by which a transaction writes and looks for what it must not keep itself. Where
// libsodium fails, so does the transaction: nothing it does is kept, and its request ends as a
// fault of the portal. What such a hash would have been is all zero.

#include "portal/base/token.h"
#include "portal/core/store.h"

// False: the transaction has failed.
bool store_hash(struct store *store, struct span bytes, uint8_t out[static TOKEN_HASH_SIZE]);

// False too if `text` is not of a token's form.
bool store_token_hash(struct store *store, const char *text,
                      uint8_t out[static TOKEN_HASH_SIZE]);

// A new token; empty where the transaction has failed.
void store_token_make(struct store *store, const struct portal_environment *environment,
                      struct token *out);

#endif
