// SPDX-License-Identifier: MIT
#include "portal/core/store_hash.h"

#include <sodium.h>

#include "net/protocol/identity.h"

_Static_assert(TOKEN_HASH_SIZE == HASH_SIZE, "of one kind");

bool store_hash(struct store *store, struct span bytes, uint8_t out[static TOKEN_HASH_SIZE])
{
    if (hash_sha256(bytes, out))
        return true;
    memset(out, 0, TOKEN_HASH_SIZE);
    store_give_up(store, "SHA-256");
    return false;
}

bool store_token_hash(struct store *store, const char *text,
                      uint8_t out[static TOKEN_HASH_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    bool hashed =
        token_bytes(text, bytes) && store_hash(store, span_of(bytes, TOKEN_BYTES), out);
    sodium_memzero(bytes, sizeof(bytes));
    return hashed;
}

void store_token_make(struct store *store, const struct portal_environment *environment,
                      struct token *out)
{
    if (token_make(environment, out))
        return;
    *out = (struct token){0};
    store_give_up(store, "a token");
}
