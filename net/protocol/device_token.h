// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_DEVICE_TOKEN_H
#define QRCONFIRM_NET_PROTOCOL_DEVICE_TOKEN_H

// The text of a device token, which pairs a device that nobody stands before (docs/protocol,
// section 6.1): "QRT:1:" and 16 bytes in base32, in exactly one spelling. It is a secret until
// it is used: wipe it.

#include "net/protocol/challenge.h"

#define DEVICE_TOKEN_TEXT_SIZE 32u // characters

void device_token_write(const uint8_t token[static PAIRING_TOKEN_SIZE],
                        char out[static DEVICE_TOKEN_TEXT_SIZE + 1]);

// False, and `out` untouched, if the text is not a token's one spelling.
bool device_token_read(struct span text, uint8_t out[static PAIRING_TOKEN_SIZE]);

#endif
