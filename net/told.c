// SPDX-License-Identifier: MIT
#include "net/told.h"

#include <stdio.h>

void told_add(struct told_answers *told, const char *pairing_id, struct span body)
{
    uint8_t hash[HASH_SIZE];
    if (!told || told_has(told, pairing_id, body) || !hash_sha256(body, hash))
        return;
    size_t at = told->next;
    told->next = (at + 1) % TOLD_MAX;
    snprintf(told->answer[at].pairing_id, sizeof(told->answer[at].pairing_id), "%s",
             pairing_id);
    memcpy(told->answer[at].hash, hash, sizeof(hash));
}

bool told_has(const struct told_answers *told, const char *pairing_id, struct span body)
{
    uint8_t hash[HASH_SIZE];
    if (!told || !hash_sha256(body, hash))
        return false;
    for (size_t i = 0; i < TOLD_MAX; i++) {
        if (strcmp(told->answer[i].pairing_id, pairing_id) == 0 &&
            memcmp(told->answer[i].hash, hash, sizeof(hash)) == 0)
            return true;
    }
    return false;
}
