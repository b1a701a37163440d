// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_TOKEN_ENROLMENT_H
#define QRCONFIRM_NET_QR_LOGIN_TOKEN_ENROLMENT_H

// Pairing by a device token (docs/protocol, section 6.1): an enrolment in which nobody is
// asked. What a person would compare, this compares.

#include "net/qr_login/enrolment.h"
#include "net/token_pairing.h"

#define TOKEN_ENROLMENT_TRIES_MS                                                               \
    INT64_C(120000) // so long without a reply, then it waits on disk

// Takes up the one that a former run began with this token, or begins anew. NULL on failure:
// PROVISION_OTHER_PINS, and as enrolment_begin.
struct enrolment *token_enrolment_begin(const struct net_action *action,
                                        const struct dialect *dialect,
                                        const struct token_pairing *wanted,
                                        struct fault *fault);

// As enrolment_try. What the portal accepted is of the account that was wanted; else it is
// given up, with PROVISION_OTHER_ACCOUNT or PROVISION_ASKS_PERSON. A token that the portal
// refuses has a row of its own. Without a reply in time it ends with what went wrong, and stays
// on disk.
bool token_enrolment_try(struct enrolment *enrolment, struct fault *fault);

#endif
