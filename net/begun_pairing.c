// SPDX-License-Identifier: MIT
#include "net/begun_pairing.h"

#include "net/dialect.h"

bool begun_pairing_find(struct pairing_store *pairings, struct begun_pairing *out,
                        struct fault *fault)
{
    const struct dialect *const *dialect = pairing_store_dialects(pairings);
    for (; *dialect; dialect++) {
        struct fault why = {0};
        const struct pairing_ops *pairing = (*dialect)->ops->pairing;
        if (!pairing || !pairing->find_begun)
            continue;
        if (pairing->find_begun(pairings, out, &why)) {
            out->dialect = *dialect;
            return true;
        }
        if (why.failure != FAILURE_PAIRING_NONE)
            return fault_set(fault, why.failure, "%s", why.detail);
    }
    return fault_set(fault, FAILURE_PAIRING_NONE, "no pairing is under way");
}
