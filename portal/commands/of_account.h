// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_OF_ACCOUNT_H
#define QRCONFIRM_PORTAL_COMMANDS_OF_ACCOUNT_H

// What several commands do with the things of one account: list them, and withdraw them all.
// Each returns an exit code, and says on standard error what is wrong.

#include "portal/commands/listing.h"
#include "portal/core/portal.h"

// Says that there is no account of this name.
int of_account_missing(const char *name);

// Prints what `list` writes of the account `name`, or of all accounts (NULL; `user` is 0 then).
// `list` is called in a transaction.
int of_account_list(struct portal *portal, const char *name,
                    void (*list)(struct portal *portal, int64_t user, struct listing *listing));

// Has `withdraw` take all from the account, and says how many `things` they were.
int of_account_withdraw_all(struct portal *portal, const char *name, const char *things,
                            size_t (*withdraw)(struct portal *portal, int64_t user));

#endif
