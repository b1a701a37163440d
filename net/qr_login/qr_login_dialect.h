// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_DIALECT_H
#define QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_DIALECT_H

// The device's side of qr-login v1 (docs/protocol), as a dialect.

#include "net/dialect.h"

extern const struct dialect qr_login_dialect;

#endif
