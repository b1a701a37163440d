// SPDX-License-Identifier: MIT
#include "portal/base/token.h"

#include <sodium.h>
#include <string.h>

void token_make(const struct portal_environment *environment, struct token *out)
{
    uint8_t bytes[TOKEN_BYTES];
    environment_random(environment, bytes, sizeof(bytes));
    sodium_bin2base64(out->text, sizeof(out->text), bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(out->hash, bytes, sizeof(bytes));
    sodium_memzero(bytes, sizeof(bytes));
}

bool token_hash(const char *text, uint8_t out[static TOKEN_HASH_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    size_t size;
    if (strlen(text) != TOKEN_TEXT ||
        sodium_base642bin(bytes, sizeof(bytes), text, TOKEN_TEXT, NULL, &size, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        size != TOKEN_BYTES)
        return false;
    crypto_hash_sha256(out, bytes, sizeof(bytes));
    sodium_memzero(bytes, sizeof(bytes));
    return true;
}
