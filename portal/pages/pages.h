// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PAGES_PAGES_H
#define QRCONFIRM_PORTAL_PAGES_PAGES_H

// The pages that people see, and the files those need.

#include "portal/requests/route.h"

extern const struct route ROUTES_PAGES[];
extern const struct route ROUTES_ASSETS[]; // in every mode

#endif
