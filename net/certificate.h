// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CERTIFICATE_H
#define QRCONFIRM_NET_CERTIFICATE_H

// What a person can compare of a server's certificate: the pin of its key, SHA-256 of its
// SubjectPublicKeyInfo, written as curl and browsers do ("sha256//" and base64). What else it
// says of itself proves nothing. GnuTLS reads the certificate. Pure.

#include <stdbool.h>

#include "net/protocol/identity.h"

#define PIN_TEXT_MAX 52u // "sha256//" and 44 of base64

// The pin of one certificate in PEM. False if it is not one.
bool certificate_pin(const char *pem, uint8_t key_hash[static HASH_SIZE]);

void pin_text(const uint8_t key_hash[static HASH_SIZE], char out[static PIN_TEXT_MAX + 1]);
// False unless it is exactly such a text.
bool pin_parse(const char *text, uint8_t key_hash[static HASH_SIZE]);

#endif
