// SPDX-License-Identifier: MIT
#include "portal/base/token.h"

#include <sodium.h>
#include <string.h>

#include "net/protocol/base64.h"

void token_of(const uint8_t bytes[static TOKEN_BYTES], struct token *out)
{
    sodium_bin2base64(out->text, sizeof(out->text), bytes, TOKEN_BYTES,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_hash_sha256(out->hash, bytes, TOKEN_BYTES);
}

void token_make(const struct portal_environment *environment, struct token *out)
{
    uint8_t bytes[TOKEN_BYTES];
    environment_random(environment, bytes, sizeof(bytes));
    token_of(bytes, out);
    sodium_memzero(bytes, sizeof(bytes));
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
    crypto_hash_sha256(out, bytes, sizeof(bytes));
    sodium_memzero(bytes, sizeof(bytes));
    return true;
}
