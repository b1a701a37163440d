// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_pin.h"

#include "net/pairings/pairing_store.h"
#include "net/pairings/pin.h"

bool pairing_store_has_pin(struct pairing_store *store)
{
    return pin_is_set(store->folder);
}

bool pairing_store_check_pin(struct pairing_store *store, struct fault *fault)
{
    struct pin_in_force force;
    return pin_in_force(store->folder, &force, fault);
}

void pairing_store_set_badge(struct pairing_store *store,
                             const uint8_t badge[static SEAL_BADGE_SIZE])
{
    pthread_mutex_lock(&store->lock);
    store->has_badge = true;
    memcpy(store->badge, badge, sizeof(store->badge));
    pthread_mutex_unlock(&store->lock);
}

static void put_badge(struct pairing_store *store, struct signer_pins *pins)
{
    pthread_mutex_lock(&store->lock);
    pins->has_badge = store->has_badge;
    memcpy(pins->badge, store->badge, sizeof(pins->badge));
    pthread_mutex_unlock(&store->lock);
}

uint64_t pairing_store_wrong_pins(struct pairing_store *store)
{
    return pin_wrong_count(store->folder);
}

int64_t pairing_store_pin_wait_ms(struct pairing_store *store, int64_t now_ms)
{
    return pin_wait_ms(store->folder, now_ms);
}

static bool ask(struct pairing_store *store, uint32_t act, struct span old_pin,
                struct span new_pin, int64_t now_ms, int64_t *wait_ms, struct fault *fault)
{
    struct signer_talk *talk = signer_talk_new();
    if (!talk)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    talk->request.act = act;
    talk->request.pins.now_ms = now_ms;
    signer_pin_put(&talk->request.pins.old, old_pin);
    signer_pin_put(&talk->request.pins.new, new_pin);
    put_badge(store, &talk->request.pins);
    bool ok = store_signer_ask(&store->signer, talk, fault);
    *wait_ms = talk->answer.wait_ms;
    signer_talk_free(talk);
    return ok;
}

void pairing_store_lock(struct pairing_store *store)
{
    store_signer_lock(&store->signer);
}

bool pairing_store_unlock(struct pairing_store *store, struct span pin, int64_t now_ms,
                          int64_t *wait_ms, struct fault *fault)
{
    return ask(store, SIGNER_UNLOCK, pin, span_of(NULL, 0), now_ms, wait_ms, fault);
}

bool pairing_store_change_pin(struct pairing_store *store, struct span old_pin,
                              struct span new_pin, int64_t now_ms, int64_t *wait_ms,
                              struct fault *fault)
{
    return ask(store, SIGNER_CHANGE_PIN, old_pin, new_pin, now_ms, wait_ms, fault);
}
