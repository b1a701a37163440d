// SPDX-License-Identifier: MIT
#include "ui/commands/portal_probe.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/dialect.h"
#include "net/no_answer.h"
#include "ui/text/language.h"

#define PROBE_CONNECT_MS 3000
#define PROBE_CALL_MS    6000

static bool ask(struct http_client *client, const struct pairing_summary *pairing,
                const struct http_stop *stop, struct http_reply *reply, struct fault *fault)
{
    char url[HTTP_URL_MAX];
    snprintf(url, sizeof(url), "%s%s", pairing->origin, pairing->dialect->ops->probe_path);
    struct http_request request = {.url = url, .trust = HTTP_TRUST_NOBODY};
    if (!http_call(client, &request, stop, reply, fault))
        return false;
    return reply->status == 200 ||
           fault_set(fault, no_answer_failure(reply), _("%s: status %ld"), url, reply->status);
}

bool portal_probe(const struct net_environment *environment,
                  const struct pairing_summary *pairing, const struct http_stop *stop,
                  struct portal_probe *out, struct fault *fault)
{
    const struct http_limits limits = {.connect_ms = PROBE_CONNECT_MS,
                                       .call_ms = PROBE_CALL_MS};
    struct http_client *client = http_client_new(environment, &limits, fault);
    if (!client)
        return false;
    struct http_reply *reply = malloc(sizeof(*reply));
    bool answers = reply ? ask(client, pairing, stop, reply, fault)
                         : fault_set(fault, FAILURE_MEMORY, "portal");

    if (answers) {
        int64_t now = environment->wall_clock(environment->userdata);
        *out = (struct portal_probe){.told_time = reply->date_s > 0};
        out->ahead_s = out->told_time ? now - reply->date_s : 0;
    }
    free(reply);
    http_client_free(client);
    return answers;
}
