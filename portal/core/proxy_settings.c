// SPDX-License-Identifier: MIT
#include "portal/core/proxy_settings.h"

#include "portal/core/config.h"

bool proxy_settings(struct store *store, struct proxies *out, struct fault *fault)
{
    char trusted[CONFIG_LIST_MAX + 1], tells[CONFIG_LIST_MAX + 1];
    struct proxies proxies = {0};
    config_list(store, CONFIG_PROXY_TRUSTED, trusted);
    config_list(store, CONFIG_PROXY_ADDRESS, tells);
    if (store->failed)
        return fault_set(fault, FAILURE_INTERNAL, "the store's settings cannot be read");

    if (!proxy_tells_find(tells, &proxies.tells))
        return fault_set(fault, FAILURE_USAGE, "proxy.address: %.40s", tells);
    if (!proxies_read(trusted, &proxies, fault))
        return false;
    *out = proxies;
    return true;
}
