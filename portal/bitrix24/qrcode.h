// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_QRCODE_H
#define QRCONFIRM_PORTAL_BITRIX24_QRCODE_H

// The two actions of sign-in by QR: pushToken of the device, authenticate of the waiting page.

#include "portal/bitrix24/call.h"

bitrix24_action bitrix24_push_token, bitrix24_authenticate;

#endif
