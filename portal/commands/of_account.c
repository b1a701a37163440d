// SPDX-License-Identifier: MIT
#include "portal/commands/of_account.h"

#include <stdio.h>

#include "portal/commands/command.h"
#include "portal/core/users.h"

int of_account_missing(const char *name)
{
    struct fault fault;
    fault_set(&fault, FAILURE_USAGE, "there is no account %s", name);
    return command_failed(&fault);
}

int of_account_list(struct portal *portal, const char *name,
                    void (*list)(struct portal *portal, int64_t user, struct listing *listing))
{
    struct user user = {0};
    struct fault fault;
    struct listing listing;
    if (!listing_begin(&listing, &fault))
        return command_failed(&fault);

    portal_begin(portal);
    bool found = !name || users_by_name(&portal->store, name, &user);
    if (found)
        list(portal, user.id, &listing);
    bool ok = portal_end(portal, false);

    listing_print(&listing);
    if (!found)
        return of_account_missing(name);
    return ok ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}

int of_account_withdraw_all(struct portal *portal, const char *name, const char *things,
                            size_t (*withdraw)(struct portal *portal, int64_t user))
{
    struct user user;
    size_t count = 0;
    portal_begin(portal);
    bool found = users_by_name(&portal->store, name, &user);
    if (found)
        count = withdraw(portal, user.id);
    if (!portal_end(portal, true))
        return command_not_written();

    if (!found)
        return of_account_missing(name);
    printf("qrportal: %zu %s of %s are withdrawn\n", count, things, user.name);
    return EXIT_CODE_OK;
}
