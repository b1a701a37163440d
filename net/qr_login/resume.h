// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_RESUME_H
#define QRCONFIRM_NET_QR_LOGIN_RESUME_H

// The delivery of what a restart left unsent (docs/protocol, section 8).

#include "net/action.h"

// Resends the stored statement of a pairing until `until_ms` of the boot clock; a receipt goes
// to action->late. An answer that nobody was told of stays where it is.
void qr_login_resume(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

#endif
