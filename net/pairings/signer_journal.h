// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SIGNER_JOURNAL_H
#define QRCONFIRM_NET_PAIRINGS_SIGNER_JOURNAL_H

// The signer keeps the head of the journal (journal_head.h). It does not see the file: it is
// given the lines that were added, and takes only those that belong behind its head. It tells
// portals of it.

#include "net/pairings/signer_message.h"

// One program at a time, which the lock of the journal sees to. SIGNER_REFUSED,
// JOURNAL_HEAD_DAMAGED, INTERNAL, or as a write fails; the head is then as it was.
bool signer_follow_journal(int folder, const struct signer_lines *lines, struct fault *fault);

// The same without the folder, pure. `lines` are as signer_request_is_good wants them. `head`,
// of no meaning where it is `missing`, moves behind the last line; what fails leaves it.
bool signer_judge_lines(struct journal_head *head, bool missing,
                        const struct signer_lines *lines, struct fault *fault);

// Adds to the signatures of a body what the journal's head is, signed by `secret_key`: to those
// of a statement that a portal of qr-login v1 keeps, where there is a head that can be read.
// INTERNAL if it cannot be signed.
bool signer_tell_journal(int folder, const struct signer_body *body, const uint8_t *secret_key,
                         struct signer_signed *out, struct fault *fault);

#endif
