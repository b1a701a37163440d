// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_HEALTH_H
#define QRCONFIRM_PORTAL_REQUESTS_HEALTH_H

// For what watches the portal, or chooses between several: GET /healthz is 200 where the store
// can be written and the disk keeps it, else 503. Tried at most once a second, whoever asks.

#include "portal/requests/route.h"

extern const struct route ROUTES_HEALTH[];

#endif
