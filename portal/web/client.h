// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_CLIENT_H
#define QRCONFIRM_PORTAL_WEB_CLIENT_H

// Whose request it is: of who connects, or of whom a trusted proxy names (proxy.h). On the
// thread of the loop.

#include <event2/http.h>

#include "portal/proxies/proxy.h"

// A page is asked for: nothing is done for it.
bool client_only_looks(struct evhttp_request *request);

// `peer` is who connects. A proxy may be silent where nothing is asked for but a page, as
// health checks do: then `out` is that proxy. Else PROXY_NAMED sets `out`, and nothing else
// does.
enum proxy_verdict client_find(const struct proxies *proxies, const struct peer *peer,
                               struct evhttp_request *request, struct peer *out);

// Tells the proxy with status 400 what is wrong.
void client_refuse(struct evhttp_request *request, enum proxy_verdict why);
// Tells it with status 429 that its client's network has its share of the connections.
void client_refuse_share(struct evhttp_request *request);

#endif
