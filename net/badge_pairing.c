// SPDX-License-Identifier: MIT
#include "net/badge_pairing.h"

#include <stdio.h>

#include "net/dialect.h"
#include "net/pairings/pairing_store.h"

static bool takes_badges(const struct pairing *pairing)
{
    const struct pairing_ops *ops = pairing->dialect->ops->pairing;
    return ops && ops->begin_by_badge;
}

bool badge_kiosk_find(struct pairing_store *kiosk, const struct badge *badge,
                      char id[static 16 + 1], char origin[static ORIGIN_MAX + 1])
{
    struct pairing pairing;
    struct origin found;
    for (size_t i = 0; pairing_store_get(kiosk, i, &pairing); i++) {
        if (!takes_badges(&pairing) ||
            (badge && !portal_facts_have_tag(&pairing.portal, badge->tag, NULL)))
            continue;
        portal_facts_origin(&pairing.portal, &found);
        snprintf(id, 16 + 1, "%s", pairing.id);
        snprintf(origin, ORIGIN_MAX + 1, "%s", found.text);
        return true;
    }
    return false;
}
