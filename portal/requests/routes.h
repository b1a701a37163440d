// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_ROUTES_H
#define QRCONFIRM_PORTAL_REQUESTS_ROUTES_H

// Which handler answers which path. A mode of the portal is a list of tables: the pages that
// all modes share, and the endpoints of its protocol.

#include "portal/requests/route.h"

struct mode {
    const char *name;
    enum portal_mode kind;
    const struct route *const *tables; // ends with NULL
    // Answers a path that is in none of them, or not for this method: status 404 or 405.
    void (*missing)(struct portal *portal, const struct request *request, struct reply *reply,
                    unsigned status);
};

// Answers a request; `route` gets the path of the route for the log, "unknown" where there is
// none: other paths may hold anything.
void routes_answer(const struct mode *mode, struct portal *portal,
                   const struct request *request, struct reply *reply, const char **route);

#endif
