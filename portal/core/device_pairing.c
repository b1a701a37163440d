// SPDX-License-Identifier: MIT
#include "portal/core/device_pairing.h"

#include <stdio.h>

#include "portal/core/config.h"
#include "portal/core/device_keys.h"
#include "portal/core/devices.h"

void device_pairing_make(struct portal *portal, const struct statement_enrol *enrol,
                         struct device_pairing *pairing)
{
    struct store *store = &portal->store;
    int64_t now = portal_wall_s(portal);
    struct device device = {.user = pairing->user,
                            .protection = enrol->protection,
                            .flags = enrol->flags,
                            .created = now};
    environment_random(&portal->environment, device.device_id, sizeof(device.device_id));
    snprintf(device.label, sizeof(device.label), "%s", enrol->label);
    snprintf(device.platform, sizeof(device.platform), "%s", enrol->platform);
    snprintf(device.group, sizeof(device.group), "%s", pairing->group ? pairing->group : "");
    int64_t not_after = now + config_number(store, CONFIG_TIME_SESSION_KEY);

    if (pairing->badge > 0) {
        devices_revoke_at_kiosk(portal, pairing->user, pairing->kiosk);
        device.badge = pairing->badge;
        memcpy(device.kiosk, pairing->kiosk, sizeof(device.kiosk));
        if (not_after > pairing->badge_ends)
            not_after = pairing->badge_ends;
    }

    devices_add(store, &device);
    device_keys_activate(store, pairing->key_id, device.device_id, not_after);

    memcpy(pairing->device_id, device.device_id, sizeof(pairing->device_id));
    pairing->made_at = now;
}
