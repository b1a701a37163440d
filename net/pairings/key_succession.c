// SPDX-License-Identifier: MIT
#include "net/pairings/key_succession.h"

#include "net/pairings/pairing_secrets.h"

// How long the portal takes the old key beside a new one that is not used yet.
#define OVERLAP_S INT64_C(86400)

static bool has_key(const struct pairing *pairing, const uint8_t id[static KEY_ID_SIZE])
{
    for (size_t i = 0; i < pairing->key_count; i++)
        if (memcmp(pairing->key[i].id, id, KEY_ID_SIZE) == 0)
            return true;
    return false;
}

static void take_keys(struct pairing *pairing, const struct pairing *record)
{
    memcpy(pairing->key, record->key, sizeof(pairing->key));
    pairing->key_count = record->key_count;
}

// Replaces the keys, and whether new ones are asked for, in the record as it is on disk.
static bool save_keys(struct pairing_store *pairings, const struct pairing *pairing,
                      struct fault *fault)
{
    struct pairing record;
    if (!pairing_store_hold(pairings, fault))
        return false;
    bool ok = pairing_store_reload(pairings, pairing->id, &record, fault);
    if (ok) {
        take_keys(&record, pairing);
        record.renewal_asked = record.renewal_asked && pairing->renewal_asked;
        ok = pairing_store_save(pairings, &record, fault);
    }
    pairing_store_release(pairings);
    return ok;
}

bool key_succession_begin(struct pairing_store *pairings, struct pairing *pairing,
                          uint8_t new_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    struct pairing next = *pairing;
    if (!pairing_store_hold(pairings, fault))
        return false;

    bool ok =
        pairing_store_follow_key(pairings, pairing->id, pairing->key[0].id, new_key, fault);
    if (ok) {
        next.key_count = 2;
        next.key[1] = (struct pairing_key){0};
        ok = key_id_of(new_key, next.key[1].id) ||
             fault_set(fault, FAILURE_INTERNAL, "%s: SHA-256", pairing->id);
        bool waits = ok && key_succession_is_open(pairing) &&
                     memcmp(next.key[1].id, pairing->key[1].id, KEY_ID_SIZE) == 0;
        ok = waits || (ok && save_keys(pairings, &next, fault));
    }
    pairing_store_release(pairings);

    if (ok)
        *pairing = next;
    return ok;
}

static void swap(struct pairing *pairing)
{
    struct pairing_key first = pairing->key[0];
    pairing->key[0] = pairing->key[1];
    pairing->key[1] = first;
}

bool key_succession_taken(struct pairing_store *pairings, struct pairing *pairing,
                          const uint8_t new_id[static KEY_ID_SIZE], int64_t not_after,
                          int64_t server_time, struct fault *fault)
{
    struct pairing next = *pairing;
    if (next.key_count == 2 && memcmp(next.key[1].id, new_id, KEY_ID_SIZE) == 0)
        swap(&next);
    if (memcmp(next.key[0].id, new_id, KEY_ID_SIZE) != 0)
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the new key is not known here");

    next.renewal_asked = false;
    next.key[0].not_after = not_after;
    if (next.key_count == 2) {
        int64_t *old_end = &next.key[1].not_after;
        if (server_time > 0 && (*old_end == 0 || *old_end > server_time + OVERLAP_S))
            *old_end = server_time + OVERLAP_S;
        if (*old_end == 0)
            *old_end = 1; // its end is not known, but it is no key that is still to come
    }

    if (!save_keys(pairings, &next, fault))
        return false;
    *pairing = next;
    return true;
}

bool key_succession_try_other(struct pairing *pairing)
{
    if (pairing->key_count < 2)
        return false;
    swap(pairing);
    return true;
}

void key_succession_follow(struct pairing_store *pairings, struct pairing *pairing)
{
    struct pairing record;
    if (pairing_store_reload(pairings, pairing->id, &record, NULL) &&
        !has_key(&record, pairing->key[0].id))
        take_keys(pairing, &record);
}

// With the folder held.
static void settle(struct pairing_store *pairings, struct pairing *pairing)
{
    struct pairing next;
    if (!pairing_store_reload(pairings, pairing->id, &next, NULL))
        return;

    if (next.key_count != 2 || !has_key(&next, pairing->key[0].id) ||
        !has_key(&next, pairing->key[1].id)) {
        take_keys(pairing, &next);
        return;
    }

    take_keys(&next, pairing);
    next.key_count = 1;
    next.key[1] = (struct pairing_key){0};

    // What fails here is done after the next sign-in.
    if (pairing_store_keep_key(pairings, pairing->id, next.key[0].id, NULL) &&
        pairing_store_save(pairings, &next, NULL))
        take_keys(pairing, &next);
}

void key_succession_settle(struct pairing_store *pairings, struct pairing *pairing, bool tried)
{
    if (pairing->key_count < 2 || (!tried && key_succession_is_open(pairing)) ||
        !pairing_store_hold(pairings, NULL))
        return;
    settle(pairings, pairing);
    pairing_store_release(pairings);
}
