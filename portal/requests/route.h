// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_ROUTE_H
#define QRCONFIRM_PORTAL_REQUESTS_ROUTE_H

// A path and the handler that answers it. Each file of handlers ends with its table of them; a
// table ends with a path of NULL.

#include "portal/requests/request.h"

typedef void route_handler(struct portal *portal, const struct request *request,
                           struct reply *reply);

struct route {
    enum http_method method;
    const char *path; // below the base URL's path, or below the origin's root
    enum { ROUTE_EXACT, ROUTE_PREFIX, ROUTE_AT_ROOT, ROUTE_PREFIX_AT_ROOT } kind;
    route_handler *handle;
};

#endif
