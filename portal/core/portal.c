// SPDX-License-Identifier: MIT
#include "portal/core/portal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "net/protocol/typed_address.h"
#include "portal/base/secret_file.h"
#include "portal/core/folder.h"

static bool make_directory(const char *directory, struct fault *fault)
{
    if (mkdir(directory, 0700) == 0 || errno == EEXIST)
        return true;
    return fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory, strerror(errno));
}

// Where other machines use the store, times of the boot clock have to mean the same to all, and
// go on when one of them starts anew.
static bool share_clock(struct portal *portal, struct fault *fault)
{
    int64_t shared;
    if (!store_is_shared(&portal->store))
        return true;
    snprintf(portal->environment.boot_id, sizeof(portal->environment.boot_id), "shared");
    if (!portal->environment.system)
        return true;
    if (!store_clock(&portal->store, &shared))
        return fault_set(fault, FAILURE_INTERNAL,
                         "the store does not tell the time: try again");
    atomic_fetch_add(&portal->environment.boot_offset, shared - portal_boot_ms(portal));
    return true;
}

bool portal_open_store(struct portal *portal, const char *directory, struct fault *fault)
{
    *portal = (struct portal){0};
    if (!folder_check(directory, false, fault) || !make_directory(directory, fault) ||
        !store_open(&portal->store, directory, fault))
        return false;
    portal_environment_system(&portal->environment);
    if (!share_clock(portal, fault)) {
        store_close(&portal->store);
        return false;
    }
    changes_init(&portal->changes);
    qr_shelf_init(&portal->pictures);
    unscanned_init(&portal->unscanned);
    tally_init(&portal->new_codes);
    mailer_init(&portal->mailer);
    pthread_mutex_init(&portal->health.lock, NULL);
    pthread_mutex_init(&portal->hashing, NULL);
    return true;
}

void portal_close_store(struct portal *portal)
{
    store_close(&portal->store); // first: nothing is announced after it
    pthread_mutex_destroy(&portal->hashing);
    mailer_destroy(&portal->mailer);
    pthread_mutex_destroy(&portal->health.lock);
    tally_destroy(&portal->new_codes);
    unscanned_destroy(&portal->unscanned);
    qr_shelf_destroy(&portal->pictures);
    changes_destroy(&portal->changes);
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

bool portal_open(struct portal *portal, const struct portal_options *options,
                 struct fault *fault)
{
    if (!portal_open_store(portal, options->directory, fault))
        return false;
    portal->environment = options->environment;
    portal->mode = options->mode;
    if (!share_clock(portal, fault) || !set_base_url(portal, options->base_url, fault) ||
        !keys_load(&portal->keys, options->directory, &portal->environment, fault)) {
        portal_close_store(portal);
        return false;
    }
    return true;
}

void portal_close(struct portal *portal)
{
    keys_destroy(&portal->keys);
    portal_close_store(portal);
}

void portal_begin(struct portal *portal)
{
    int64_t shared;
    store_begin(&portal->store);
    if (portal->environment.system && store_clock_told(&portal->store, &shared))
        environment_follow(&portal->environment, shared);
}

bool portal_end_quietly(struct portal *portal)
{
    return store_end(&portal->store, true);
}

bool portal_end(struct portal *portal, bool keep)
{
    struct subjects changed;
    bool ok = store_end_telling(&portal->store, keep, &changed);
    if (ok && changed.count > 0)
        changes_announce(&portal->changes, &changed);
    return ok;
}
