// SPDX-License-Identifier: MIT
#include "portal/bitrix24/recovery_codes.h"

#include "portal/bitrix24/bitrix24.h"
#include "portal/core/store_hash.h"

void recovery_codes_make(struct portal *portal, int64_t user,
                         char out[static RECOVERY_CODES][RECOVERY_CODE + 1])
{
    store_run(&portal->store, "DELETE FROM recovery_codes WHERE user = ?", "i", user);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        uint8_t hash[HASH_SIZE];
        bitrix24_random(portal, BITRIX24_HEX, RECOVERY_CODE, out[i]);
        if (!store_hash(&portal->store, span_str(out[i]), hash))
            return;
        store_run(&portal->store, "INSERT INTO recovery_codes (user, code_hash) VALUES (?, ?)",
                  "ib", user, hash, sizeof(hash));
    }
}

bool recovery_codes_take(struct store *store, int64_t user, const char *code)
{
    uint8_t hash[HASH_SIZE];
    return store_hash(store, span_str(code), hash) &&
           store_run(store, "DELETE FROM recovery_codes WHERE user = ? AND code_hash = ?", "ib",
                     user, hash, sizeof(hash)) > 0;
}
