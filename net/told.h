// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_TOLD_H
#define QRCONFIRM_NET_TOLD_H

// The answers that the person in front of this run of the program knows of: given in it, or
// told at its start and meant to be sent. No other stored answer is sent (docs/protocol,
// section 8). At most one a pairing, as an outbox holds one. Of the network thread alone.

#include "base/span.h"
#include "net/pairings/pairing_record.h"
#include "net/protocol/envelope.h"

#define TOLD_MAX                                                                               \
    64u // more than there are pairings: the oldest is forgotten, so it is asked again

struct told_answers {
    size_t next;
    struct {
        char pairing_id[PAIRING_ID_SIZE + 1];
        uint8_t hash[HASH_SIZE]; // of the statement's body
    } answer[TOLD_MAX];
};

void told_add(struct told_answers *told, const char *pairing_id, struct span body);

// False for `told` NULL, and where it cannot be told: then the person is asked again.
bool told_has(const struct told_answers *told, const char *pairing_id, struct span body);

#endif
