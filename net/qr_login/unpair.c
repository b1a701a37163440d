// SPDX-License-Identifier: MIT
#include "net/qr_login/unpair.h"

#include "net/delivery.h"

bool qr_login_unpair(const struct net_action *action, struct pairing *pairing, int64_t until_ms)
{
    struct fault fault;
    struct delivery delivery;
    struct pairing stored;
    bool is_stored = pairing_store_find(action->pairings, pairing->id, &stored);
    struct portal_link *link = portal_link_new(action, pairing, is_stored);
    bool told = false;
    if (!link || !delivery_open(&delivery, link, until_ms, &fault))
        goto free_link;

    // Whatever was on its way is pointless now.
    if (outbox_end(&delivery.outbox, &fault)) {
        struct statement_unpair statement = {.time = action_wall_s(action),
                                             .sequence = delivery_next_sequence(&delivery)};
        memcpy(statement.device_id, pairing->device_id, sizeof(statement.device_id));
        memcpy(statement.key_id, pairing->key[0].id, sizeof(statement.key_id));
        told =
            portal_id_of(pairing->portal.portal_key, statement.portal_id) &&
            statement_where_set(&statement.where, pairing->portal.base_url, MESSAGE_UNPAIR) &&
            delivery_send(&delivery, MESSAGE_UNPAIR, &statement, until_ms, until_ms, &fault) ==
                DELIVERY_ANSWERED;
    }

    outbox_forget(&delivery.outbox);
    delivery_close(&delivery);

free_link:
    portal_link_free(link);
    return told;
}
