// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_CONNECT_H
#define QRCONFIRM_NET_QR_LOGIN_CONNECT_H

// The connection of a sign-in is opened while aiming (docs/protocol, section 4): its round
// trips are over when the code is read.

#include "net/action.h"

// Opens the connection by the smallest call there is, a GET of the metadata. Only the
// connection is wanted: the reply is not looked at, and a failure is not told. The call that
// needs it says what is wrong.
void qr_login_connect(const struct net_action *action, const struct pairing *pairing);

#endif
