// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_TOKEN_PAIRING_H
#define QRCONFIRM_NET_TOKEN_PAIRING_H

// What pairs a device that nobody stands before: a device token, and what takes the place of
// the person (docs/protocol, section 6.1). It holds a secret until the token is used: wipe it.

#include "net/protocol/challenge.h"
#include "net/protocol/identity.h"

#define TOKEN_PAIRING_PINS_MAX 4u
#define TOKEN_ACCOUNT_MAX      128u // bytes
#define TOKEN_LABEL_MAX        64u  // bytes

struct token_pairing {
    struct pairing_code code; // origin and key of the portal, and the token
    // SHA-256 of TLS keys, each to be among the pins of the portal; none: they are not looked
    // at.
    size_t pin_count;
    uint8_t pins[TOKEN_PAIRING_PINS_MAX][HASH_SIZE];
    char account_id[TOKEN_ACCOUNT_MAX + 1]; // that the pairing must be of
    char label[TOKEN_LABEL_MAX + 1];        // names this device in the portal
};

#endif
