// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_PROXY_SETTINGS_H
#define QRCONFIRM_PORTAL_CORE_PROXY_SETTINGS_H

// The proxies that the settings name.

#include "portal/core/store.h"
#include "portal/proxies/proxy.h"

// Inside a transaction. Fails with USAGE where the store holds what no setting may be, and with
// INTERNAL where it cannot be read.
bool proxy_settings(struct store *store, struct proxies *out, struct fault *fault);

#endif
