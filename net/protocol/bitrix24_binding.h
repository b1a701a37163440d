// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_BITRIX24_BINDING_H
#define QRCONFIRM_NET_PROTOCOL_BITRIX24_BINDING_H

// How a bitrix24-v1 statement names a portal and a code that know nothing of signatures: by
// hashes of what the code says. Shared by the device, which signs, and the portal, which may
// check (docs/protocol, section 14).

#include "net/protocol/statement.h"

struct bitrix24_binding {
    uint8_t portal_id[PORTAL_ID_SIZE];       // of origin and unique id
    uint8_t challenge_id[CHALLENGE_ID_SIZE]; // of the channel tag
    uint8_t context_hash[HASH_SIZE];         // of the code's text as scanned
};

// False where a hash cannot be had.
__attribute__((warn_unused_result)) bool
bitrix24_binding_of(const char *origin, const struct bitrix24_challenge *challenge,
                    struct span code, struct bitrix24_binding *out);

#endif
