// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_REPLY_H
#define QRCONFIRM_NET_PROTOCOL_REPLY_H

// Whether a portal's message, whose signature holds, answers what was sent: docs/protocol,
// section 5, "The device also checks". Any difference is treated like a server error, never as
// success. Rules that concern one message alone are in statement.h.

#include "net/protocol/statement.h"

enum verdict reply_check_enrolled(const struct statement_enrol *sent,
                                  const struct statement_enrolled *reply);

// `body` is the rotate body that was sent, `account_id` that of the pairing.
enum verdict reply_check_rotated(const struct statement_rotate *sent, struct span body,
                                 const char *account_id,
                                 const struct statement_enrolled *reply);

// `account_id` is that of the pairing.
enum verdict reply_check_context(const struct statement_resolve *sent, const char *account_id,
                                 const struct statement_context *reply);

enum verdict reply_check_receipt(const struct statement_decision *sent, struct span body,
                                 const struct statement_receipt *reply);

enum verdict reply_check_ended(const struct statement_endsession *sent, struct span body,
                               const struct statement_receipt *reply);

// A revoked-v1, as reply to unpair or inside a problem document: about this portal, device and
// key. The caller compares with each key it holds.
enum verdict reply_check_revoked(const uint8_t portal_id[static PORTAL_ID_SIZE],
                                 const uint8_t device_id[static DEVICE_ID_SIZE],
                                 const uint8_t key_id[static KEY_ID_SIZE],
                                 const struct statement_revoked *reply);

#endif
