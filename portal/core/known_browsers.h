// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_KNOWN_BROWSERS_H
#define QRCONFIRM_PORTAL_CORE_KNOWN_BROWSERS_H

// Browsers that the owner of an account has marked as their own: they need no pickup code
// (qr-login v1, section 7). The value of a mark is always made here and belongs to one account:
// what a browser brings may have been planted in it, or copied from it. A browser marked for
// two accounts is known to neither. All functions run inside a transaction; times are seconds
// since 1970.

#include "portal/base/agent.h"
#include "portal/base/token.h"
#include "portal/core/portal.h"

#define MARK_LIFE_S    7776000 // 90 days
#define MARKS_PER_USER 32u     // shown

struct mark {
    uint8_t mark_hash[TOKEN_HASH_SIZE];
    char agent[AGENT_MAX + 1];
    int64_t created;
    bool shared; // another account had marked the browser: counts for nobody
};

// Marks the browser for the account: `out` is the value it gets. The mark that it brought in
// `cookie` ("": none) is over, whoever's it was.
void known_browsers_add(struct portal *portal, int64_t user, const char *cookie,
                        const char *agent, struct token *out);
bool known_browsers_known(struct portal *portal, int64_t user,
                          const uint8_t mark_hash[static TOKEN_HASH_SIZE]);
size_t known_browsers_of_user(struct portal *portal, int64_t user,
                              struct mark out[static MARKS_PER_USER]);
void known_browsers_remove(struct portal *portal, int64_t user,
                           const uint8_t mark_hash[static TOKEN_HASH_SIZE]);
void known_browsers_remove_all(struct portal *portal, int64_t user);

#endif
