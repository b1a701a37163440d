// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_METRICS_PAGE_H
#define QRCONFIRM_PORTAL_REQUESTS_METRICS_PAGE_H

// GET /metrics: what metrics.h has counted, for the addresses that the setting metrics.from
// names. For everybody else there is no such page.

#include "portal/requests/route.h"

extern const struct route ROUTES_METRICS[];

#endif
