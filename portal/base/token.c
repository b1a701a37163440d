// SPDX-License-Identifier: MIT
#include "portal/base/token.h"

#include <sodium.h>
#include <string.h>

#include "net/protocol/base64.h"

bool token_of(const uint8_t bytes[static TOKEN_BYTES], struct token *out)
{
    if (crypto_hash_sha256(out->hash, bytes, TOKEN_BYTES) != 0)
        return false;
    sodium_bin2base64(out->text, sizeof(out->text), bytes, TOKEN_BYTES,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return true;
}

bool token_make(const struct portal_environment *environment, struct token *out)
{
    uint8_t bytes[TOKEN_BYTES];
    environment_random(environment, bytes, sizeof(bytes));
    bool made = token_of(bytes, out);
    sodium_memzero(bytes, sizeof(bytes));
    return made;
}

bool token_bytes(const char *text, uint8_t out[static TOKEN_BYTES])
{
    size_t size;
    return strlen(text) == TOKEN_TEXT &&
           base64_read(span_str(text), sodium_base64_VARIANT_URLSAFE_NO_PADDING, out,
                       TOKEN_BYTES, &size) &&
           size == TOKEN_BYTES;
}

bool token_hash(const char *text, uint8_t out[static TOKEN_HASH_SIZE])
{
    uint8_t bytes[TOKEN_BYTES];
    if (!token_bytes(text, bytes))
        return false;
    bool hashed = crypto_hash_sha256(out, bytes, sizeof(bytes)) == 0;
    sodium_memzero(bytes, sizeof(bytes));
    return hashed;
}
