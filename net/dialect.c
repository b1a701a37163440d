// SPDX-License-Identifier: MIT
#include "net/dialect.h"

#include <stdlib.h>

static const struct dialect_ops *const dialects[] = {
    &qr_login_dialect,
    &bitrix24_dialect,
};

const struct dialect_ops *dialect_of(const struct challenge *challenge)
{
    for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
        if (dialects[i]->challenge == challenge->kind)
            return dialects[i];
    return NULL;
}

struct sign_in *dialect_begin(const struct dialect_ops *dialect,
                              const struct net_action *action,
                              const struct challenge *challenge, struct fault *fault)
{
    struct sign_in *sign_in = calloc(1, dialect->size);
    if (!sign_in) {
        fault_set(fault, FAILURE_MEMORY, "sign-in");
        return NULL;
    }
    if (dialect->begin(sign_in, action, challenge, fault))
        return sign_in;
    dialect_end(dialect, sign_in);
    return NULL;
}

void dialect_end(const struct dialect_ops *dialect, struct sign_in *sign_in)
{
    dialect->end(sign_in);
    free(sign_in);
}

bool dialect_no_pairing(const struct net_action *action, const char *asked, struct fault *fault)
{
    struct pairing_store *pairings = action->pairings;
    struct pairing_unusable unusable;
    // One that could not be read, or does not count, may be the one that was asked for.
    if (pairing_store_unread(pairings, fault))
        return false;
    for (size_t i = 0; pairing_store_unusable(pairings, i, &unusable); i++)
        if (unusable.why.failure == FAILURE_PAIRING_LIMIT || pairing_store_count(pairings) == 0)
            return fault_set(fault, unusable.why.failure, "%s", unusable.why.detail);
    if (pairing_store_count(pairings) == 0)
        return fault_set(fault, FAILURE_PAIRING_NONE, "no pairing at all");
    return fault_set(fault, FAILURE_CHALLENGE_OTHER_PORTAL, "%.200s", asked);
}
