// SPDX-License-Identifier: MIT
#include "net/protocol/journal_told.h"

#include <stdlib.h>

bool journal_told_read(struct span text, const struct envelope_opened *opened,
                       const uint8_t device_id[static DEVICE_ID_SIZE],
                       struct statement_journal *out)
{
    uint8_t key[PUBLIC_KEY_SIZE], hash[HASH_SIZE];
    struct envelope_opened *told = malloc(sizeof(*told));
    if (!told)
        return false;
    memcpy(key, opened->public_key, sizeof(key));

    const struct envelope_keys keys = {envelope_find_one, key};
    const struct statement_journal *journal = &told->statement.journal;
    // In every message the portal's id stands first.
    bool holds =
        hash_sha256(statement_span(&opened->body), hash) &&
        envelope_open_attached(MESSAGE_JOURNAL, text, ENVELOPE_JOURNAL, &keys, told) ==
            VERDICT_OK &&
        memcmp(journal->portal_id, opened->statement.context.portal_id, PORTAL_ID_SIZE) == 0 &&
        memcmp(journal->device_id, device_id, DEVICE_ID_SIZE) == 0 &&
        memcmp(journal->statement_hash, hash, HASH_SIZE) == 0;
    if (holds)
        *out = *journal;
    free(told);
    return holds;
}
