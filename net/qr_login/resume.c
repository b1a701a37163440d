// SPDX-License-Identifier: MIT
#include "net/qr_login/resume.h"

#include <stdlib.h>

#include "net/delivery.h"

// An answer that the person must first be told of. Whoever tells of it looks at the same time,
// and the lock that a resending takes would hide it from him.
static bool waits_for_person(const struct net_action *action, const struct pairing *pairing)
{
    struct outbox_statement *stored = malloc(sizeof(*stored));
    bool waits = stored && outbox_look(action->environment->state_dir, pairing->id, stored) &&
                 stored->message == MESSAGE_DECISION &&
                 !outbox_is_old(stored, (int64_t)action_wall_s(action)) &&
                 !told_has(action->told, pairing->id, statement_span(&stored->body));
    free(stored);
    return waits;
}

void qr_login_resume(const struct net_action *action, struct pairing *pairing, int64_t until_ms)
{
    if (waits_for_person(action, pairing))
        return;
    struct fault fault;
    struct delivery delivery;
    struct portal_link *link = portal_link_new(action, pairing, true);
    bool was_waiting = false;
    if (link && delivery_open(&delivery, link, 0, &fault)) {
        delivery_resume(&delivery, until_ms, &was_waiting, &fault);
        delivery_close(&delivery);
    }
    portal_link_free(link);
}
