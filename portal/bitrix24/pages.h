// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_PAGES_H
#define QRCONFIRM_PORTAL_BITRIX24_PAGES_H

// The pages of a box, its push server, and all its addresses.

#include "portal/requests/route.h"

extern const struct route ROUTES_BITRIX24[];

#endif
