// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_TOKEN_H
#define QRCONFIRM_PORTAL_BASE_TOKEN_H

// The secrets that browsers hold in cookies: 32 random bytes, written in URL-safe base64. The
// store keeps only their SHA-256, so that a stolen store opens no session.

#include <stdbool.h>

#include "portal/base/environment.h"

#define TOKEN_BYTES     32u
#define TOKEN_TEXT      43u // characters
#define TOKEN_HASH_SIZE 32u

struct token {
    char text[TOKEN_TEXT + 1];
    uint8_t hash[TOKEN_HASH_SIZE];
};

// The token of these bytes, and a new one. False: it has no hash, and there is none.
__attribute__((warn_unused_result)) bool token_of(const uint8_t bytes[static TOKEN_BYTES],
                                                  struct token *out);
__attribute__((warn_unused_result)) bool
token_make(const struct portal_environment *environment, struct token *out);

// False if `text` is not of a token's form, or has no hash.
bool token_bytes(const char *text, uint8_t out[static TOKEN_BYTES]);
bool token_hash(const char *text, uint8_t out[static TOKEN_HASH_SIZE]);

#endif
