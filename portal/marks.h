// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_MARKS_H
#define QRCONFIRM_PORTAL_MARKS_H

// Browsers that their owner marked as his own: those need no pickup code (qr-login v1, section
// 7). A browser marked for two accounts is known to neither. All functions run inside a
// transaction; times are seconds since 1970.

#include "portal/agent.h"
#include "portal/portal.h"
#include "portal/token.h"

#define MARK_LIFE_S    7776000 // 90 days
#define MARKS_PER_USER 32u     // shown

struct mark {
    uint8_t mark_hash[TOKEN_HASH_SIZE];
    char agent[AGENT_MAX + 1];
    int64_t created;
};

// Marks the browser for the account. A browser that brings a mark keeps its value: `*fresh`
// says whether `out` holds a new one to set.
void marks_add(struct portal *portal, int64_t user, const char *cookie, const char *agent,
               struct token *out, bool *fresh);
bool marks_known(struct portal *portal, int64_t user,
                 const uint8_t mark_hash[static TOKEN_HASH_SIZE]);
size_t marks_of_user(struct portal *portal, int64_t user,
                     struct mark out[static MARKS_PER_USER]);
void marks_remove(struct portal *portal, int64_t user,
                  const uint8_t mark_hash[static TOKEN_HASH_SIZE]);

#endif
