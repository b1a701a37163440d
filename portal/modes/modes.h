// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_MODES_MODES_H
#define QRCONFIRM_PORTAL_MODES_MODES_H

// The modes of this program: what the portal imitates, each a list of tables of routes.

#include "portal/requests/routes.h"

// The mode of that name, NULL if there is none.
const struct mode *mode_find(const char *name);

#endif
