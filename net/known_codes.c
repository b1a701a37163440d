// SPDX-License-Identifier: MIT
#include "net/known_codes.h"

#include "net/dialect.h"
#include "net/pairings/pairing_store.h"

void known_codes_of(struct pairing_store *pairings, struct known_codes *out)
{
    struct pairing pairing;
    out->count = 0;
    for (size_t i = 0; pairing_store_get(pairings, i, &pairing); i++) {
        const struct dialect_ops *ops = pairing.dialect->ops;
        if (ops->know_codes)
            ops->know_codes(&pairing, out);
    }
}
