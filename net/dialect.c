// SPDX-License-Identifier: MIT
#include "net/dialect.h"

#include <stdlib.h>

#include "net/action.h"

void dialect_read_code(const struct dialect *const *dialects, struct span payload,
                       struct challenge *out)
{
    memset(out, 0, sizeof(*out));
    for (; *dialects; dialects++)
        if ((*dialects)->ops->recognise(payload, out))
            return;
    out->kind = challenge_other_kind(payload);
}

const struct dialect *dialect_of(const struct dialect *const *dialects,
                                 const struct challenge *challenge)
{
    while (*dialects && !(*dialects)->ops->owns(challenge))
        dialects++;
    return *dialects;
}

static struct sign_in *new_sign_in(const struct dialect *dialect, struct fault *fault)
{
    struct sign_in *sign_in = calloc(1, dialect->ops->size);
    if (!sign_in)
        fault_set(fault, FAILURE_MEMORY, "sign-in");
    return sign_in;
}

struct sign_in *dialect_begin(const struct dialect *dialect, const struct net_action *action,
                              const struct challenge *challenge, struct fault *fault)
{
    struct sign_in *sign_in = new_sign_in(dialect, fault);
    if (!sign_in || dialect->ops->begin(sign_in, action, dialect, challenge, fault))
        return sign_in;

    dialect_end(dialect, sign_in);
    return NULL;
}

struct sign_in *dialect_take_up(const struct dialect *dialect, const struct net_action *action,
                                const char *pairing_id, struct fault *fault)
{
    struct sign_in *sign_in = new_sign_in(dialect, fault);
    if (!sign_in || dialect->ops->take_up(sign_in, action, pairing_id, fault))
        return sign_in;

    dialect_end(dialect, sign_in);
    return NULL;
}

void dialect_end(const struct dialect *dialect, struct sign_in *sign_in)
{
    dialect->ops->end(sign_in);
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
