// SPDX-License-Identifier: MIT
#include "net/qr_login/connect.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/metadata.h"

void qr_login_connect(const struct net_action *action, const struct pairing *pairing)
{
    const struct portal_facts *portal = &pairing->portal;
    char url[ORIGIN_MAX + sizeof(METADATA_PATH)];
    struct origin origin;
    portal_facts_origin(portal, &origin);
    snprintf(url, sizeof(url), "%s" METADATA_PATH, origin.text);

    // Trusted as the calls that follow: another trust would make another connection.
    struct http_request request = {
        .url = url,
        .accept = "application/json",
        .trust = portal->pins.count > 0 ? HTTP_TRUST_PINS : HTTP_TRUST_CHAIN,
        .pins = &portal->pins,
    };

    struct http_reply *reply = malloc(sizeof(*reply));
    if (reply)
        http_call(action->http, &request, &action->stop, reply, NULL);
    free(reply);
}
