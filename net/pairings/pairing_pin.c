// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_pin.h"

#include <unistd.h>

#include "net/pairings/pairing_store.h"
#include "net/pairings/pin.h"
#include "net/pairings/pin_change.h"

bool pairing_store_has_pin(struct pairing_store *store)
{
    return pin_is_set(store->folder);
}

bool pairing_store_check_pin(struct pairing_store *store, struct fault *fault)
{
    struct pin_in_force force;
    return pin_in_force(store->folder, &force, fault);
}

int64_t pairing_store_pin_wait_ms(struct pairing_store *store, int64_t now_ms)
{
    return pin_wait_ms(store->folder, now_ms);
}

static void hold_seal(struct pairing_store *store, struct seal *seal)
{
    pthread_mutex_lock(&store->lock);
    struct seal *before = store->seal;
    store->seal = seal;
    pthread_mutex_unlock(&store->lock);
    seal_free(before);
}

void pairing_store_lock(struct pairing_store *store)
{
    hold_seal(store, NULL);
}

bool pairing_store_unlock(struct pairing_store *store, struct span pin, int64_t now_ms,
                          int64_t *wait_ms, struct fault *fault)
{
    *wait_ms = 0;
    if (!pin_change_finish(store->folder, fault))
        return false;
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    struct seal *seal = pin_open(store->folder, pin, now_ms, wait_ms, fault);
    close(lock);
    if (seal)
        hold_seal(store, seal);
    return seal != NULL;
}

// With the lock held.
static bool change_pin(struct pairing_store *store, struct span old_pin, struct span new_pin,
                       int64_t now_ms, int64_t *wait_ms, struct fault *fault)
{
    struct seal *old = NULL, *new = NULL;
    bool ok = false;
    if (pin_is_set(store->folder) && old_pin.n == 0)
        return fault_set(fault, FAILURE_PIN_IS_SET, "give the old one");
    if (old_pin.n > 0 && !(old = pin_open(store->folder, old_pin, now_ms, wait_ms, fault)))
        return false;
    if (new_pin.n == 0 || (new = seal_make(new_pin, fault)))
        ok = pin_change(store->folder, old, new, fault);
    seal_free(old);
    seal_free(new);
    return ok;
}

bool pairing_store_change_pin(struct pairing_store *store, struct span old_pin,
                              struct span new_pin, int64_t now_ms, int64_t *wait_ms,
                              struct fault *fault)
{
    *wait_ms = 0;
    if (new_pin.n > 0 && !pin_is_good(new_pin))
        return fault_set(fault, FAILURE_PIN_FORM, "%zu characters", new_pin.n);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    bool ok = change_pin(store, old_pin, new_pin, now_ms, wait_ms, fault);
    close(lock);
    pairing_store_lock(store);
    return ok;
}
