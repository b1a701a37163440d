// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_UNPAIR_H
#define QRCONFIRM_NET_QR_LOGIN_UNPAIR_H

// The device leaves a portal (docs/protocol, section 11).

#include "net/action.h"

// Tells the portal that this device leaves; best effort until `until_ms`. Local keys are the
// caller's. True if the portal has confirmed it.
bool qr_login_unpair(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

#endif
