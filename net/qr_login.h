// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_H
#define QRCONFIRM_NET_QR_LOGIN_H

// The device's side of a sign-in under qr-login v1 (docs/protocol, sections 7 and 8), as a
// dialect; and the delivery of what a restart left unsent.

#include "net/delivery.h"
#include "net/dialect.h"

// Resends the stored statement of a pairing until `until_ms` of the boot clock. True if there
// was one and it ended with a receipt, which is then in `out`.
bool qr_login_resume(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                     struct net_receipt *out);

// Renews the session key of a pairing: see rotation_run.
bool qr_login_renew(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                    struct fault *fault);

// Tells the portal that this device leaves; best effort until `until_ms`. Local keys are the
// caller's. True if the portal has confirmed it.
bool qr_login_unpair(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

#endif
