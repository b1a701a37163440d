// SPDX-License-Identifier: MIT
#include "net/qr_login/portal_time.h"

#include <stdio.h>

#include "net/no_answer.h"
#include "net/retry.h"

// The metadata has no time in it, and its signature is as old as the metadata: what counts is
// the header Date, on a connection whose server's key is pinned. So any status will do.
static bool ask_once(struct portal_link *link, struct fault *fault)
{
    const struct net_action *action = link->action;
    const struct portal_facts *facts = &link->pairing->portal;
    struct origin origin;
    char url[ORIGIN_MAX + sizeof(METADATA_PATH)];

    portal_facts_origin(facts, &origin);
    snprintf(url, sizeof(url), "%s" METADATA_PATH, origin.text);
    do {
        struct http_request request = {
            .url = url,
            .accept = "application/json",
            .trust = facts->pins.count > 0 ? HTTP_TRUST_PINS : HTTP_TRUST_CHAIN,
            .pins = &facts->pins,
        };
        if (http_call(action->http, &request, &action->stop, &link->reply, fault))
            return true;
    } while (http_is_tls_failure(fault->failure) && link_has_new_pins(link, fault));
    return false;
}

bool portal_time_ask(struct portal_link *link, int64_t until_ms, int64_t *out,
                     struct fault *fault)
{
    const struct net_action *action = link->action;
    struct retry retry;
    retry_start(&retry, until_ms, until_ms);
    while (!ask_once(link, fault)) {
        uint32_t random;
        int64_t wait;
        action_random(action, (uint8_t *)&random, sizeof(random));
        if (!no_answer_may_come(fault->failure) ||
            !retry_next(&retry, action_boot_ms(action), random, -1, &wait))
            return false;

        action->retrying(action->userdata, fault);
        if (!action->pause(action->userdata, wait))
            return fault_set(fault, FAILURE_INTERRUPTED, "while the portal was asked the time");
    }
    *out = link->reply.date_s;
    return true;
}
