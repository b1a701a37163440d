// SPDX-License-Identifier: MIT
#include "net/new_key.h"

#include <sodium.h>

#include "net/pairings/pairing_secrets.h"

bool new_key_make(const struct net_action *action, struct pairing *pairing,
                  uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    uint8_t id[PAIRING_ID_SIZE / 2];
    struct secret_keys *keys = secret_keys_new();
    uint8_t *seed = sodium_malloc(KEY_SEED_SIZE);
    bool ok = keys && seed;

    if (ok) {
        action_random(action, id, sizeof(id));
        sodium_bin2hex(pairing->id, sizeof(pairing->id), id, sizeof(id));
        action_random(action, seed, KEY_SEED_SIZE);
        secret_keys_add(keys, seed);
        memcpy(pairing->key[0].id, keys->key[0].id, KEY_ID_SIZE);
        pairing->key_count = 1;
        ok = pairing_store_save_keys(action->pairings, pairing->id, keys, fault);
    } else {
        fault_set(fault, FAILURE_MEMORY, "guarded memory");
    }

    if (ok)
        memcpy(public_key, keys->key[0].public_key, PUBLIC_KEY_SIZE);
    sodium_free(seed);
    secret_keys_free(keys);
    return ok;
}
