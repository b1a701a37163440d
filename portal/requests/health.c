// SPDX-License-Identifier: MIT
#include "portal/requests/health.h"

#include "portal/core/attempts.h"

#define TRY_MS 1000

// A row that is counted up: what a full disk or a read-only one refuses.
static const struct attempt_limit tried = {"health", CONFIG_LIMIT_CONNECTIONS, 60000};

static bool write_something(struct portal *portal)
{
    portal_begin(portal);
    attempts_add(&portal->store, &tried, span_str("store"), portal_boot_ms(portal));
    return portal_end(portal, true);
}

static void serve_health(struct portal *portal, const struct request *request,
                         struct reply *reply)
{
    struct portal_health *health = &portal->health;
    (void)request;

    pthread_mutex_lock(&health->lock);
    int64_t now = portal_boot_ms(portal);
    // A clock that is shared may go back.
    if (!health->tried || now < health->tried_at || now - health->tried_at >= TRY_MS) {
        health->well = write_something(portal);
        health->tried = true;
        health->tried_at = now;
    }
    bool well = health->well;
    pthread_mutex_unlock(&health->lock);

    reply->status = well ? 200 : 503;
    reply->outcome = well ? OUTCOME_OK : OUTCOME_BUSY;
    reply->type = "text/plain; charset=utf-8";
    text_add_string(&reply->body, well ? "ok\n" : "the store cannot be written\n");
}

const struct route ROUTES_HEALTH[] = {
    {HTTP_GET, "/healthz", ROUTE_EXACT, serve_health},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
