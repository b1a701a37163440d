// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_ENROLMENT_FILE_H
#define QRCONFIRM_NET_QR_LOGIN_ENROLMENT_FILE_H

// pending.enrol, the enrolment under way, beside the pairings. Its key is in ID.key already.

#include "net/begun_pairing.h"
#include "net/qr_login/enrolment.h"

#define ENROLMENT_FILE "pending.enrol"

bool enrolment_save(const struct enrolment *enrolment, struct fault *fault);

// Fills in begun_at, body, envelope, statement, and the pairing's id and facts. False with
// PAIRING_NONE if there is none; ENROLMENT_DAMAGED, or why it cannot be read (the file stays).
bool enrolment_read(struct pairing_store *pairings, struct enrolment *out, struct fault *fault);

// What can be shown of it; fails as enrolment_read.
bool enrolment_find(struct pairing_store *pairings, struct begun_pairing *out,
                    struct fault *fault);

#endif
