// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_DIALECT_H
#define QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_DIALECT_H

// The device's side of a sign-in under qr-login v1 (docs/protocol, sections 7 and 8), as a
// dialect; and the delivery of what a restart left unsent.

#include "net/delivery.h"
#include "net/dialect.h"

extern const struct dialect qr_login_dialect; // qr_login_dialect.c

// Resends the stored statement of a pairing until `until_ms` of the boot clock; a receipt goes
// to action->late. An answer that nobody was told of stays where it is.
void qr_login_resume(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

// Renews the session key of a pairing if it ends within 30 days by the portal's clock: see
// rotation_judge and rotation_run. `renewed` is false where it is not due yet.
bool qr_login_renew(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                    bool *renewed, struct fault *fault);

// Tells the portal that this device leaves; best effort until `until_ms`. Local keys are the
// caller's. True if the portal has confirmed it.
bool qr_login_unpair(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

#endif
