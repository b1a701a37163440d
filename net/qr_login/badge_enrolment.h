// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_BADGE_ENROLMENT_H
#define QRCONFIRM_NET_QR_LOGIN_BADGE_ENROLMENT_H

// The first use of a badge at a kiosk (docs/protocol, section 6.2): an enrolment for which the
// kiosk vouches with its own key, at the portal that it is paired with.

#include "net/badge_pairing.h"
#include "net/qr_login/enrolment.h"

// As enrolment_begin; `wanted` is wanted to its end. PAIRING_UNKNOWN if the kiosk is not paired
// any more.
struct enrolment *badge_enrolment_begin(const struct net_action *action,
                                        const struct dialect *dialect,
                                        const struct badge_pairing *wanted,
                                        struct fault *fault);

// What the portal refuses of a pairing code is said otherwise of a badge.
void badge_enrolment_name_refusal(struct fault *fault);

#endif
