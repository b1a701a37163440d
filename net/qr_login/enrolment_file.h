// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_ENROLMENT_FILE_H
#define QRCONFIRM_NET_QR_LOGIN_ENROLMENT_FILE_H

// pending.enrol, the enrolment under way, beside the pairings. Its key is in ID.key already.

#include "net/begun_pairing.h"
#include "net/pairings/pairing_store.h"
#include "net/protocol/envelope.h"

// What is kept of an enrolment: enough to send the same bytes again.
struct enrolment_record {
    struct pairing pairing; // becomes the pairing
    int64_t begun_at;       // seconds since 1970
    // With a device token, the account that it must be of; empty: a person says.
    char account_id[STATEMENT_ACCOUNT_MAX + 1];
    struct statement_enrol statement;
    struct statement_body body; // of the statement
    struct envelope_text envelope;
};

bool enrolment_file_write(struct pairing_store *pairings, const struct enrolment_record *record,
                          struct fault *fault);

// Fills in all of it, of the pairing its id, its facts and its key. False with PAIRING_NONE if
// there is none; ENROLMENT_DAMAGED, or why it cannot be read (the file stays).
bool enrolment_file_read(struct pairing_store *pairings, struct enrolment_record *out,
                         struct fault *fault);

void enrolment_file_remove(struct pairing_store *pairings);

// What can be shown of it; fails as enrolment_file_read. One by a device token is none that a
// person goes on with: PAIRING_NONE. As struct pairing_ops has it.
bool enrolment_file_find(struct pairing_store *pairings, struct begun_pairing *out,
                         struct fault *fault);

#endif
