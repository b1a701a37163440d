// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_ROUTES_H
#define QRCONFIRM_PORTAL_ROUTES_H

// Which handler answers which path. A mode of the portal is a list of tables: the pages that
// all modes share, and the endpoints of its protocol.

#include "portal/http.h"

typedef void route_handler(struct portal *portal, const struct request *request,
                           struct reply *reply);

struct route {
    enum http_method method;
    const char *path; // below the base URL's path, or below the origin's root
    enum { ROUTE_EXACT, ROUTE_PREFIX, ROUTE_AT_ROOT, ROUTE_PREFIX_AT_ROOT } kind;
    route_handler *handle;
};

// A table ends with a path of NULL.
extern const struct route ROUTES_DEVICE[];  // what devices call
extern const struct route ROUTES_BROWSER[]; // what the login page calls
extern const struct route ROUTES_PAGES[];   // what people see
extern const struct route ROUTES_ASSETS[];  // files of the pages, in every mode
extern const struct route ROUTES_BITRIX24[];

struct mode {
    const char *name;
    enum portal_mode kind;
    const struct route *const *tables; // ends with NULL
};

// The mode of that name, NULL if there is none.
const struct mode *mode_find(const char *name);

// Answers a request; `route` gets the path of the route for the log, "unknown" where there is
// none: other paths may hold anything.
void routes_answer(const struct mode *mode, struct portal *portal,
                   const struct request *request, struct reply *reply, const char **route);

#endif
