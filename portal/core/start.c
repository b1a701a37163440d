// SPDX-License-Identifier: MIT
#include "portal/core/start.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "portal/core/challenges.h"
#include "portal/core/enrolments.h"
#include "portal/core/metadata.h"

// The old key answers for 30 days from the first start with the current one.
static void limit_old_key(struct portal *portal)
{
    struct store *store = &portal->store;
    char id[2 * PORTAL_ID_SIZE + 1], known[2 * PORTAL_ID_SIZE + 1], since[24];
    sodium_bin2hex(id, sizeof(id), portal->keys.current.portal_id, PORTAL_ID_SIZE);
    store_copy_setting(store, "key.id", known, sizeof(known));
    store_copy_setting(store, "key.since", since, sizeof(since));
    if (strcmp(id, known) != 0) {
        snprintf(since, sizeof(since), "%lld", (long long)portal_wall_s(portal));
        store_set_setting(store, "key.id", id);
        store_set_setting(store, "key.since", since);
    }
    portal->keys.old_until = strtoll(since, NULL, 10) + PORTAL_OLD_KEY_S;
}

// Whether the machine has run on since the portal last started, so that times of the boot clock
// still mean something.
static bool machine_ran_on(struct portal *portal)
{
    char before[BOOT_ID_MAX + 1];
    const char *now = portal->environment.boot_id;
    store_copy_setting(&portal->store, "boot.id", before, sizeof(before));
    if (strcmp(before, now) == 0)
        return now[0] != '\0';
    store_set_setting(&portal->store, "boot.id", now);
    return false;
}

// What was live is over, but for what a person was told is done; then the metadata as it is
// now.
static bool restart(struct portal *portal, const uint8_t *pin, struct fault *fault)
{
    portal_begin(portal);
    bool ran_on = machine_ran_on(portal);
    challenges_restart(portal, ran_on);
    enrolments_restart(portal);

    if (!ran_on)
        store_run(&portal->store, "DELETE FROM pending", "");

    store_run(&portal->store, "DELETE FROM attempts", "");
    store_run(&portal->store, "DELETE FROM captchas", "");
    store_run(&portal->store, "DELETE FROM hit_auth", "");
    store_run(&portal->store, "DELETE FROM channel_messages", "");

    limit_old_key(portal);
    bool made = metadata_make(portal, pin, fault);

    if (!portal_end(portal, made) && made)
        return fault_set(fault, FAILURE_INTERNAL, "the store cannot be written");
    return made;
}

bool portal_start(struct portal *portal, const struct portal_options *options,
                  struct fault *fault)
{
    if (!portal_open(portal, options, fault))
        return false;
    if (restart(portal, options->pin, fault))
        return true;
    portal_close(portal);
    return false;
}

void portal_stop(struct portal *portal)
{
    challenges_stop(portal);
    portal_close(portal);
}
