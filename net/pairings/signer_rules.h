// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SIGNER_RULES_H
#define QRCONFIRM_NET_PAIRINGS_SIGNER_RULES_H

// What the signer signs: that, and nothing else. A decision is signed for the context that was
// shown last, once each time, and that context has to be the portal's signed reply to what this
// signer asked last (docs/protocol/withdrawal.pml). Every statement names the pairing's device,
// account and key as the record on disk has them, keys that are the pairing's own, and a number
// above the record's and above what was signed last for the pairing since the keys were locked.
//
// Pure: what is on disk comes in.

#include "net/pairings/pairing_record.h"
#include "net/pairings/signer_message.h"

enum signer_held_kind {
    SIGNER_HOLDS_NOTHING,
    SIGNER_HOLDS_QUESTION, // a resolve was signed: its reply may be shown
    SIGNER_HOLDS_SHOWN     // that may be answered
};

struct signer_held {
    enum signer_held_kind kind;
    char id[PAIRING_ID_SIZE + 1]; // of the pairing
    struct statement_resolve question;
    // Of what is shown:
    enum message answer; // MESSAGE_DECISION or MESSAGE_BITRIX24
    uint8_t portal_id[PORTAL_ID_SIZE];
    uint8_t challenge_id[CHALLENGE_ID_SIZE];
    uint8_t context_hash[HASH_SIZE];
    bool wants_pin; // for an approval
    // The highest number that was signed for a pairing, which may be another than `id`.
    char counted_id[PAIRING_ID_SIZE + 1];
    uint64_t counted;
};

struct signer_case {
    const struct pairing *record; // NULL: nothing is stored of the pairing yet
    const struct secret_keys *keys;
    bool unlocked; // the PIN was entered
};

// Holds the reply of the portal, or a code that is to be confirmed. SIGNER_REFUSED if it does
// not belong to what was signed, or to the pairing; what was held is then held no more.
bool signer_hold_context(struct signer_held *held, const struct pairing *record,
                         struct span envelope, struct fault *fault);
bool signer_hold_code(struct signer_held *held, const struct pairing *record, struct span code,
                      struct fault *fault);

// Whether this may be signed: SIGNER_REFUSED, KEY_MISSING, PAIRING_DAMAGED. `held` follows: it
// counts as signed.
bool signer_may_sign(struct signer_held *held, const struct signer_case *about, const char *id,
                     const struct signer_body *body, struct fault *fault);

#endif
