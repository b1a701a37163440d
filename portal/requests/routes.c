// SPDX-License-Identifier: MIT
#include "portal/requests/routes.h"

#include <string.h>

static bool matches(const struct portal *portal, const struct route *route, const char *path)
{
    if (route->kind == ROUTE_EXACT || route->kind == ROUTE_PREFIX) {
        size_t size = strlen(portal->path);
        if (strncmp(path, portal->path, size) != 0)
            return false;
        path += size;
    }
    if (route->kind == ROUTE_PREFIX || route->kind == ROUTE_PREFIX_AT_ROOT)
        return strncmp(path, route->path, strlen(route->path)) == 0;
    return strcmp(path, route->path) == 0;
}

void routes_answer(const struct mode *mode, struct portal *portal,
                   const struct request *request, struct reply *reply, const char **route)
{
    bool known_path = false;
    *route = "unknown";

    for (const struct route *const *table = mode->tables; *table; table++) {
        for (const struct route *at = *table; at->path; at++) {
            if (!matches(portal, at, request->path))
                continue;
            *route = at->path;
            known_path = true;

            if (at->method == request->method) {
                at->handle(portal, request, reply);
                if (reply->absent)
                    mode->missing(portal, request, reply, 404);
                return;
            }
        }
    }

    mode->missing(portal, request, reply, known_path ? 405 : 404);
}
