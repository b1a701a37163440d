// SPDX-License-Identifier: MIT
#include "portal/core/start.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/core/challenges.h"
#include "portal/core/enrolments.h"
#include "portal/core/metadata.h"
#include "portal/core/store_hash.h"

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

// Times of this machine's own clock, or of what runs in one process, mean nothing any more.
static void forget_live(struct portal *portal)
{
    bool ran_on = machine_ran_on(portal);
    challenges_restart(portal, ran_on);
    enrolments_restart(portal);

    if (!ran_on)
        store_run(&portal->store, "DELETE FROM pending", "");

    store_run(&portal->store, "DELETE FROM attempts", "");
    store_run(&portal->store, "DELETE FROM captchas", "");
    store_run(&portal->store, "DELETE FROM hit_auth", "");
    store_run(&portal->store, "DELETE FROM channel_messages", "");
}

// All instances of a portal know each other's rotating frames by the same key.
static bool same_frame_key(struct portal *portal, struct fault *fault)
{
    uint8_t hash[HASH_SIZE];
    char own[2 * HASH_SIZE + 1], known[2 * HASH_SIZE + 1];
    if (!store_hash(&portal->store, span_of(portal->keys.frame_key, FRAME_KEY_SIZE), hash))
        return fault_set(fault, FAILURE_INTERNAL, "frame.key: SHA-256");
    sodium_bin2hex(own, sizeof(own), hash, sizeof(hash));

    store_copy_setting(&portal->store, "frame.id", known, sizeof(known));
    if (known[0] == '\0')
        store_set_setting(&portal->store, "frame.id", own);
    return known[0] == '\0' || strcmp(own, known) == 0 ||
           fault_set(fault, FAILURE_INTERNAL,
                     "frame.key is not that of the other instances of this portal: copy theirs "
                     "into the data folder");
}

// What was live is over, but for what a person was told is done, and for what other instances
// serve; then the metadata as it is now.
static bool restart(struct portal *portal, const uint8_t *pin, struct fault *fault)
{
    bool shared = store_is_shared(&portal->store);
    portal_begin(portal);
    if (!shared) {
        forget_live(portal);
        store_set_setting(&portal->store, START_STOPPED, "no");
    }

    bool made = !shared || same_frame_key(portal, fault);
    if (made) {
        limit_old_key(portal);
        made = metadata_make(portal, pin, fault);
    }

    if (!portal_end(portal, made) && made)
        return fault_set(fault, FAILURE_INTERNAL, "the store cannot be written");
    return made;
}

bool portal_start(struct portal *portal, const struct portal_options *options,
                  struct fault *fault)
{
    if (!portal_open(portal, options, fault))
        return false;
    portal->has_pin = options->pin != NULL;
    if (options->pin)
        memcpy(portal->pin, options->pin, sizeof(portal->pin));

    if (restart(portal, options->pin, fault) &&
        store_listen(&portal->store, &portal->changes, fault))
        return true;
    portal_close(portal);
    return false;
}

void portal_stop(struct portal *portal)
{
    challenges_stop(portal);
    if (!store_is_shared(&portal->store)) {
        portal_begin(portal);
        store_set_setting(&portal->store, START_STOPPED, "yes");
        portal_end(portal, true);
    }
    portal_close(portal);
}
