// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_IMPOSTOR_H
#define QRCONFIRM_NET_CONFORM_IMPOSTOR_H

// A paired device that says what a check wants said. Its key is in plain memory and worth
// nothing: the account is one for trials, and the pairing ends with the run.

#include "net/conform/visitor.h"

struct impostor {
    unsigned number; // 1 or 2
    uint8_t public_key[PUBLIC_KEY_SIZE], secret[SECRET_KEY_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE], key_id[KEY_ID_SIZE];
    char account_id[STATEMENT_ACCOUNT_MAX + 1], account_name[STATEMENT_ACCOUNT_MAX + 1];
    uint64_t sequence; // last used
    struct statement_resolve asked;
    struct statement_context context; // newest
    uint8_t context_hash[HASH_SIZE];
};

void impostor_make_key(struct lab *lab, struct impostor *device);

// Pairs by the code, with a person who types the digits; on the way it tries what a stranger
// would who has seen the code. False: the lab's fault says why.
bool impostor_pair(struct lab *lab, struct impostor *device, const struct pairing_code *code);

// Statements as an honest device would fill them in.
void impostor_resolve(struct lab *lab, const struct impostor *device,
                      const struct login_challenge *challenge, struct statement_resolve *out);
void impostor_decision(struct lab *lab, struct impostor *device,
                       const struct login_challenge *challenge, uint8_t decision,
                       struct statement_decision *out);
void impostor_end(struct lab *lab, struct impostor *device,
                  const uint8_t login_id[static LOGIN_ID_SIZE],
                  struct statement_endsession *out);

// Writes a statement, signs it with the device's key and sends it.
void impostor_send(struct lab *lab, const struct impostor *device, enum message message,
                   const void *statement);

// Scans the visitor's code and keeps the context.
void impostor_scan(struct lab *lab, struct impostor *device, const struct visitor *visitor);
// A new code for the visitor, scanned.
void impostor_scan_anew(struct lab *lab, struct impostor *device, struct visitor *visitor);
// Answers the newest context; the receipt is the lab's last message.
void impostor_answer(struct lab *lab, struct impostor *device, const struct visitor *visitor,
                     uint8_t decision);

#endif
