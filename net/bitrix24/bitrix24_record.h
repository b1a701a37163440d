// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_RECORD_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_RECORD_H

// What a Bitrix24 portal makes a pairing remember besides address, name and pins. The
// application password is in a file beside it (net/pairings/password_file.h).

#include "net/login.h"
#include "net/pairings/pairing_record.h"
#include "net/protocol/challenge.h"

struct bitrix24_facts {
    char login[NET_LOGIN_MAX + 1];
    char unique_id[BITRIX24_UNIQUE_MAX + 1]; // of the portal, as in its codes; empty: not known
    uint8_t session_key[PUBLIC_KEY_SIZE];    // for the administrator's handler
    bool vouched; // by an authority, at pairing: its word is enough for a new key
};

// Of a pairing of this dialect.
struct bitrix24_facts bitrix24_facts_of(const struct pairing *pairing);
void bitrix24_facts_set(struct pairing *pairing, const struct bitrix24_facts *facts);

// ---- as struct dialect has it ----

void bitrix24_facts_read(struct record_reader *reader, struct pairing_own *out);
int bitrix24_facts_write(json_t *object, const struct pairing_own *own);
// Adds the session key.
void bitrix24_summarise(const struct pairing *pairing, struct pairing_summary *out);

#endif
