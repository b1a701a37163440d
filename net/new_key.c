// SPDX-License-Identifier: MIT
#include "net/new_key.h"

#include <sodium.h>

#include "net/pairings/pairing_secrets.h"

bool new_key_make(const struct net_action *action, struct pairing *pairing,
                  uint8_t public_key[static PUBLIC_KEY_SIZE], struct fault *fault)
{
    uint8_t id[PAIRING_ID_SIZE / 2];
    action_random(action, id, sizeof(id));
    sodium_bin2hex(pairing->id, sizeof(pairing->id), id, sizeof(id));
    if (!pairing_store_make_key(action->pairings, pairing->id, public_key, fault))
        return false;
    if (!key_id_of(public_key, pairing->key[0].id)) {
        pairing_store_erase_keys(action->pairings, pairing->id, NULL);
        return fault_set(fault, FAILURE_INTERNAL, "SHA-256");
    }
    pairing->key_count = 1;
    return true;
}
