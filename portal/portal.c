// SPDX-License-Identifier: MIT
#include "portal/portal.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "net/protocol/typed_address.h"
#include "portal/challenges.h"
#include "portal/enrolments.h"
#include "portal/folder.h"
#include "portal/metadata.h"
#include "portal/secret_file.h"

static bool make_directory(const char *directory, struct fault *fault)
{
    if (mkdir(directory, 0700) == 0 || errno == EEXIST)
        return true;
    return fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory, strerror(errno));
}

bool portal_open_store(struct portal *portal, const char *directory, struct fault *fault)
{
    *portal = (struct portal){0};
    char path[SECRET_PATH_MAX];
    if (!secret_path(directory, "portal.db", path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
    if (!folder_check(directory, false, fault) || !make_directory(directory, fault) ||
        !store_open(&portal->store, path, fault))
        return false;
    portal_environment_system(&portal->environment);
    changes_init(&portal->changes);
    pthread_mutex_init(&portal->hashing, NULL);
    return true;
}

void portal_close_store(struct portal *portal)
{
    pthread_mutex_destroy(&portal->hashing);
    changes_destroy(&portal->changes);
    store_close(&portal->store);
}

static bool set_base_url(struct portal *portal, const char *base_url, struct fault *fault)
{
    size_t origin_size;
    if (!typed_address_base_url(base_url, portal->base_url, fault) ||
        !base_url_is_normal(span_str(portal->base_url), &origin_size))
        return false;
    snprintf(portal->origin, sizeof(portal->origin), "%.*s", (int)origin_size,
             portal->base_url);
    portal->path = portal->base_url + origin_size;
    portal->plain_http = strncmp(portal->base_url, "http:", 5) == 0;
    return true;
}

// The old key answers for 30 days from the first start with the current one.
static void limit_old_key(struct portal *portal)
{
    struct store *store = &portal->store;
    char id[2 * PORTAL_ID_SIZE + 1], known[2 * PORTAL_ID_SIZE + 1], since[24];
    sodium_bin2hex(id, sizeof(id), portal->keys.current.portal_id, PORTAL_ID_SIZE);
    store_kept(store, "key.id", known, sizeof(known));
    store_kept(store, "key.since", since, sizeof(since));
    if (strcmp(id, known) != 0) {
        snprintf(since, sizeof(since), "%lld", (long long)portal_wall(portal));
        store_keep(store, "key.id", id);
        store_keep(store, "key.since", since);
    }
    portal->keys.old_until = strtoll(since, NULL, 10) + PORTAL_OLD_KEY_S;
}

// Whether the machine has run on since the portal last started, so that times of the boot clock
// still mean something.
static bool machine_ran_on(struct portal *portal)
{
    char before[BOOT_ID_MAX + 1];
    const char *now = portal->environment.boot_id;
    store_kept(&portal->store, "boot.id", before, sizeof(before));
    if (strcmp(before, now) == 0)
        return now[0] != '\0';
    store_keep(&portal->store, "boot.id", now);
    return false;
}

// What was live when the portal last stopped is over, but for what a person was told is done;
// then the metadata as it is now.
static bool begin_anew(struct portal *portal, const uint8_t *pin, struct fault *fault)
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

bool portal_open(struct portal *portal, const struct portal_options *options,
                 struct fault *fault)
{
    if (!portal_open_store(portal, options->directory, fault))
        return false;
    portal->environment = options->environment;
    portal->mode = options->mode;
    if (!set_base_url(portal, options->base_url, fault) ||
        !keys_load(&portal->keys, options->directory, &portal->environment, fault))
        goto close_store;
    if (!begin_anew(portal, options->pin, fault))
        goto destroy_keys;
    return true;

destroy_keys:
    keys_destroy(&portal->keys);
close_store:
    portal_close_store(portal);
    return false;
}

void portal_close(struct portal *portal)
{
    keys_destroy(&portal->keys);
    portal_close_store(portal);
}

void portal_begin(struct portal *portal)
{
    store_begin(&portal->store);
}

bool portal_end(struct portal *portal, bool keep)
{
    bool ok = store_end(&portal->store, keep);
    if (ok && keep)
        changes_announce(&portal->changes);
    return ok;
}
