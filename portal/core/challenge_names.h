// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_CHALLENGE_NAMES_H
#define QRCONFIRM_PORTAL_CORE_CHALLENGE_NAMES_H

// What a challenge is called by: the id in its code, and the cookie of its page. Both are made
// so that the portal knows them again without having kept them: the last bytes of an id, and of
// a cookie, are a MAC under a key that never leaves the portal. So a portal that was killed, or
// another one of the same folder, takes a window up again when its browser comes back. Where no
// MAC can be had there is no name, and none is known again.

#include "portal/base/token.h"
#include "portal/core/portal.h"

// 12 random bytes and 4 by which challenge_id_is_ours knows them.
__attribute__((warn_unused_result)) bool
challenge_id_make(const struct portal *portal, uint8_t out[static CHALLENGE_ID_SIZE]);
// Was it made by this portal in the last two to three minutes? Others pass once in 2^32.
bool challenge_id_is_ours(const struct portal *portal,
                          const uint8_t id[static CHALLENGE_ID_SIZE]);
// The nonce that goes with it.
__attribute__((warn_unused_result)) bool
challenge_nonce_of(const struct portal *portal, const uint8_t id[static CHALLENGE_ID_SIZE],
                   uint8_t out[static CHALLENGE_NONCE_SIZE]);

// What the cookie of a page vouches for. A mark: of a marked browser; NULL: it brought none.
struct challenge_page {
    uint8_t id[CHALLENGE_ID_SIZE];
    int64_t created_boot; // milliseconds
    const char *address, *agent;
    const uint8_t *mark_hash;
};

__attribute__((warn_unused_result)) bool
challenge_cookie_make(const struct portal *portal, const struct challenge_page *page,
                      struct token *out);
// The id that a cookie names, not vouched for. False: it is not of the form.
bool challenge_cookie_id(const char *cookie, uint8_t id[static CHALLENGE_ID_SIZE]);
// Was it made by this portal, in this run of the machine, for the browser that `page`
// describes? Then id and time of it are filled in.
bool challenge_cookie_open(const struct portal *portal, const char *cookie,
                           struct challenge_page *page);

#endif
