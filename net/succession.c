// SPDX-License-Identifier: MIT
#include "net/succession.h"

// How long the portal takes the old key beside a new one that is not used yet.
#define OVERLAP_S INT64_C(86400)

static bool make_key(struct pairing_store *pairings, struct pairing *pairing,
                     struct session_keys *keys, const uint8_t seed[static KEY_SEED_SIZE],
                     struct fault *fault)
{
    struct pairing next = *pairing;
    session_keys_keep(keys, pairing->key[0].id);
    if (!session_keys_add(keys, seed))
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the key in use is not there");
    next.key_count = 2;
    next.key[1] = (struct pairing_key){0};
    memcpy(next.key[1].id, keys->key[keys->count - 1].id, KEY_ID_SIZE);
    if (!pairing_store_save_keys(pairings, pairing->id, keys, fault) ||
        !pairing_store_save(pairings, &next, fault))
        return false;
    *pairing = next;
    return true;
}

bool succession_begin(struct pairing_store *pairings, struct pairing *pairing,
                      const uint8_t seed[static KEY_SEED_SIZE],
                      uint8_t new_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    struct session_keys *keys = pairing_store_keys(pairings, pairing->id, fault);
    if (!keys)
        return false;
    bool waits =
        succession_is_open(pairing) && session_keys_find(keys, pairing->key[1].id) != NULL;
    bool ok = waits || make_key(pairings, pairing, keys, seed, fault);
    if (ok)
        memcpy(new_key, session_keys_find(keys, pairing->key[1].id)->public_key,
               PUBLIC_KEY_SIZE);
    session_keys_free(keys);
    return ok;
}

static void swap(struct pairing *pairing)
{
    struct pairing_key first = pairing->key[0];
    pairing->key[0] = pairing->key[1];
    pairing->key[1] = first;
}

bool succession_taken(struct pairing_store *pairings, struct pairing *pairing,
                      const uint8_t new_id[static KEY_ID_SIZE], int64_t not_after,
                      int64_t server_time, struct fault *fault)
{
    struct pairing next = *pairing;
    if (next.key_count == 2 && memcmp(next.key[1].id, new_id, KEY_ID_SIZE) == 0)
        swap(&next);
    if (memcmp(next.key[0].id, new_id, KEY_ID_SIZE) != 0)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the new key is not known here");
    next.key[0].not_after = not_after;
    if (next.key_count == 2) {
        int64_t *old_end = &next.key[1].not_after;
        if (server_time > 0 && (*old_end == 0 || *old_end > server_time + OVERLAP_S))
            *old_end = server_time + OVERLAP_S;
        if (*old_end == 0)
            *old_end = 1; // its end is not known, but it is no key that is still to come
    }
    if (!pairing_store_save(pairings, &next, fault))
        return false;
    *pairing = next;
    return true;
}

bool succession_try_other(struct pairing *pairing)
{
    if (pairing->key_count < 2)
        return false;
    swap(pairing);
    return true;
}

void succession_settle(struct pairing_store *pairings, struct pairing *pairing, bool tried)
{
    if (pairing->key_count < 2 || (!tried && succession_is_open(pairing)))
        return;
    struct pairing next = *pairing;
    struct session_keys *keys = pairing_store_keys(pairings, pairing->id, NULL);
    next.key_count = 1;
    next.key[1] = (struct pairing_key){0};
    // What fails here is done after the next sign-in.
    if (keys && session_keys_find(keys, next.key[0].id)) {
        session_keys_keep(keys, next.key[0].id);
        if (pairing_store_save_keys(pairings, pairing->id, keys, NULL) &&
            pairing_store_save(pairings, &next, NULL))
            *pairing = next;
    }
    session_keys_free(keys);
}
