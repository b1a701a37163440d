// SPDX-License-Identifier: MIT
#include "portal/core/trust.h"

#include <stdlib.h>

#include "portal/core/devices.h"
#include "portal/core/enrolments.h"
#include "portal/core/known_browsers.h"
#include "portal/core/logins.h"

void trust_end(struct portal *portal, int64_t user)
{
    struct store *store = &portal->store;
    logins_end_of_user(store, user);
    enrolments_end_of_user(portal, user);
    known_browsers_remove_all(portal, user);
    store_run(store, "DELETE FROM app_passwords WHERE user = ?", "i", user);
    store_run(store, "DELETE FROM stored_auth WHERE user = ?", "i", user);
    store_run(store, "DELETE FROM hit_auth WHERE user = ?", "i", user);
    store_run(store, "UPDATE users SET trust = trust + 1 WHERE id = ?", "i", user);
}

size_t trust_devices(struct portal *portal, int64_t user)
{
    return (size_t)store_number(&portal->store, 0,
                                "SELECT count(*) FROM devices "
                                "WHERE user = ? AND revoked_at = 0",
                                "i", user);
}

void trust_revoke_devices(struct portal *portal, int64_t user)
{
    struct device *devices;
    size_t count = devices_of_user(&portal->store, user, &devices);
    for (size_t i = 0; i < count; i++) {
        if (devices[i].revoked_at == 0)
            devices_revoke(portal, devices[i].device_id, REVOKED_BY_ADMIN, true);
    }
    free(devices);
}
