// SPDX-License-Identifier: MIT
#include "portal/requests/metrics_page.h"

#include "portal/core/config.h"
#include "portal/proxies/proxy.h"

// It came through a server that nobody named: whose address this is, is not known.
static bool is_passed_on(const struct request *request)
{
    return request_header(request, "X-Forwarded-For") || request_header(request, "Forwarded") ||
           request_header(request, "Via");
}

static bool may_read(struct portal *portal, const struct request *request)
{
    char readers[CONFIG_LIST_MAX + 1], trusted[CONFIG_LIST_MAX + 1];
    struct proxies named = {0};
    struct peer client = {.local = request->address[0] == '\0'};
    struct fault fault;

    portal_begin(portal);
    config_list(&portal->store, CONFIG_METRICS_FROM, readers);
    config_list(&portal->store, CONFIG_PROXY_TRUSTED, trusted);
    if (!portal_end(portal, false) || !proxies_read(readers, &named, &fault))
        return false;

    bool known =
        client.local || network_address_read(span_str(request->address), &client.address);
    return known && (trusted[0] != '\0' || !is_passed_on(request)) &&
           proxies_trust(&named, &client);
}

static void serve_metrics(struct portal *portal, const struct request *request,
                          struct reply *reply)
{
    if (!may_read(portal, request)) {
        reply->absent = true;
        return;
    }
    reply->status = 200;
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_write(&portal->metrics, &reply->body);
}

const struct route ROUTES_METRICS[] = {
    {HTTP_GET, "/metrics", ROUTE_EXACT, serve_metrics},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
