// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_BADGE_H
#define QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_BADGE_H

// The first use of a badge at a kiosk (qr-login v1, section 6.2, step 3). For verifier_enrol.c.

#include "portal/core/enrolments.h"
#include "portal/qr_login/verifier_common.h"

// Whether the badge with this hash may begin here, by an enrolment that was opened and is not
// known yet. OUTCOME_OK: it waits for the six digits, as `out` says. Inside a transaction.
enum outcome verifier_badge_begin(struct portal *portal, const struct envelope_opened *opened,
                                  struct span envelope,
                                  const uint8_t badge_hash[static HASH_SIZE],
                                  struct enrolment *out);

#endif
