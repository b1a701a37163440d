// SPDX-License-Identifier: MIT
#include "ui/settings/provision.h"

#include <string.h>
#include <unistd.h>

#include "net/dialects/dialects.h"
#include "net/signer/signer_store.h"
#include "ui/settings/config.h"

bool provision_is_kept(struct pairing_store *store, const char *id, struct pairing_summary *out)
{
    for (size_t i = 0; pairing_store_summary(store, i, out); i++)
        if (strcmp(out->id, id) == 0)
            return true;
    return false;
}

// The pairing before with this portal has left already where the program was not ended.
static bool forget_older(struct pairing_store *store, const char *id, struct fault *fault)
{
    struct pairing_summary kept, other;
    bool ok = true;
    if (!provision_is_kept(store, id, &kept))
        return true;

    for (size_t i = 0; ok && pairing_store_summary(store, i, &other);) {
        bool older = strcmp(other.id, id) != 0 && strcmp(other.origin, kept.origin) == 0 &&
                     other.dialect == kept.dialect;
        if (older)
            ok = pairing_store_forget(store, other.id, fault);
        else
            i++;
    }
    return ok;
}

bool provision_apply(struct pairing_store *store, const char *config,
                     const struct provision_record *next, struct fault *fault)
{
    if (next->administrator[0] && !administrator_replace(store, next->administrator, fault))
        return false;
    for (size_t i = 0; i < next->setting_count; i++)
        if (!config_write(config, next->settings[i].name, next->settings[i].value, fault))
            return false;
    return forget_older(store, next->pairing, fault) && provision_end(store, next, fault);
}

// Under the lock.
static bool finish(struct pairing_store *store, const char *config, struct fault *fault)
{
    struct provision_record next;
    struct pairing_summary kept;
    bool there;
    if (!pairing_store_refresh(store, fault) ||
        !provision_read_next(store, &next, &there, fault) || !there)
        return fault->failure == FAILURE_NONE;

    if (provision_is_kept(store, next.pairing, &kept))
        return provision_apply(store, config, &next, fault);
    // One that cannot be read may be the one.
    return !pairing_store_unread(store, fault) && provision_take_back(store, fault);
}

bool provision_finish(const struct paths *paths, struct fault *fault)
{
    struct fault why = {0};
    if (!provision_is_begun(paths->data))
        return true;
    // What the signer lacks is told by the command that follows.
    struct pairing_store *store = signer_store_open(paths->data, dialects, NULL, NULL, fault);
    if (!store)
        return false;

    int lock = provision_lock(store, &why);
    bool ok = why.failure == FAILURE_PROVISION_BUSY; // that program does it
    if (lock >= 0) {
        ok = finish(store, paths->config, &why);
        close(lock);
    }
    pairing_store_close(store);
    return ok || fault_set(fault, why.failure, "%s", why.detail);
}
