// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_DEPLOYMENT_H
#define QRCONFIRM_PORTAL_REQUESTS_DEPLOYMENT_H

// How people and devices reach the portal: its base URL, where it listens, which proxies stand
// before it, which TLS keys it publishes; and whether these go together. Pure.

#include "portal/base/text.h"
#include "portal/core/pins.h"
#include "portal/proxies/proxy.h"
#include "portal/web/listener.h"

struct deployment {
    const char *base_url; // in normal form
    const char *listen;   // as it was given
    struct listen_address address;
    bool plain_http; // it speaks http itself
    struct proxies proxies;
    struct pins pins;
};

// Fails with USAGE: what does not go together, and what to set.
bool deployment_check(const struct deployment *deployment, struct fault *fault);

// Whose word counts, and what devices will meet: lines for who sets it up.
void deployment_describe(const struct deployment *deployment, struct text *out);

#endif
