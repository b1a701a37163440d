// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_QR_LOGIN_API_H
#define QRCONFIRM_PORTAL_QR_LOGIN_API_H

// The endpoints of qr-login v1.

#include "portal/requests/route.h"

extern const struct route ROUTES_DEVICE[];  // what devices call
extern const struct route ROUTES_BROWSER[]; // what the login page calls

#endif
