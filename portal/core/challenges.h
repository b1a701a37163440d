// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_CHALLENGES_H
#define QRCONFIRM_PORTAL_CORE_CHALLENGES_H

// Login pages that wait: the challenge and its states (qr-login v1, sections 3, 4 and 7). Live
// time runs on CLOCK_BOOTTIME; what has run out is made `expired` when it is looked at, and
// stays so. All functions run inside a transaction.

#include <jansson.h>

#include "portal/base/address.h"
#include "portal/base/agent.h"
#include "portal/base/outcome.h"
#include "portal/base/text.h"
#include "portal/base/token.h"
#include "portal/core/portal.h"

#define CHALLENGE_TRIES      3
#define CHALLENGE_KEEP_S     86400 // a final challenge is remembered this long
#define CHALLENGE_REASON_MAX 16u
#define FRAME_STEPS_BEFORE   2u // older frames that are still taken

enum challenge_state {
    CHALLENGE_CREATED,
    CHALLENGE_RESOLVED,
    CHALLENGE_APPROVED,
    CHALLENGE_CLAIMED, // this and the following are final
    CHALLENGE_DENIED,
    CHALLENGE_EXPIRED
};

struct portal_challenge {
    int64_t row; // of the store: the one it has, or will have
    bool stored; // it has it: from the first resolve on
    uint8_t id[CHALLENGE_ID_SIZE];
    uint8_t cookie_hash[TOKEN_HASH_SIZE]; // of its page, while it has no row
    enum challenge_state state;
    char reason[CHALLENGE_REASON_MAX + 1]; // of a denial
    int64_t created;                       // seconds since 1970
    int64_t created_boot, expires_boot;    // milliseconds
    char address[ADDRESS_MAX + 1];         // of the browser
    char agent[AGENT_MAX + 1];
    bool has_mark; // the browser brought the cookie of a marked browser
    uint8_t mark_hash[TOKEN_HASH_SIZE];
    bool framed;
    uint8_t nonce[CHALLENGE_NONCE_SIZE];
    // From the first resolve on:
    bool has_device;
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t user;
    int64_t expires; // as the context says it, seconds since 1970
    uint16_t flags;  // of the context
    char last_login[STATEMENT_LAST_MAX + 1];
    uint8_t context_hash[HASH_SIZE]; // of the newest context
    // From the approval on:
    bool has_login;
    uint8_t login_id[LOGIN_ID_SIZE];
    char code[CODE_DIGITS + 1]; // empty: none is needed
    int64_t code_tries_left;
};

struct challenge_request {
    const char *address, *agent; // agent: a label
    const char *mark_cookie;     // "" where there is none
};

// Makes a challenge for the browser that gets `cookie`, and writes nothing. RATE_LIMITED beyond
// the limits, BUSY where there is no memory for it.
enum outcome challenges_create(struct portal *portal, const struct challenge_request *request,
                               struct token *cookie, struct portal_challenge *out);

bool challenges_by_id(struct portal *portal, const uint8_t id[static CHALLENGE_ID_SIZE],
                      struct portal_challenge *out);
bool challenges_by_cookie(struct portal *portal, const char *cookie,
                          struct portal_challenge *out);

// The same for a page that comes with a request: one that nobody has scanned is taken up again
// where the portal was killed since, or another one made it.
bool challenges_of_browser(struct portal *portal, const char *cookie,
                           const struct challenge_request *request,
                           struct portal_challenge *out);
// An id that is not known here, but was made by this portal a moment ago: its page has not come
// back yet.
bool challenges_may_be_elsewhere(const struct portal *portal,
                                 const uint8_t id[static CHALLENGE_ID_SIZE]);

// Makes a row of one that has none.
void challenges_keep(struct portal *portal, struct portal_challenge *challenge);

// Moves it to a final state; a login that was approved is over with it.
void challenges_finish(struct portal *portal, struct portal_challenge *challenge,
                       enum challenge_state state, const char *reason);

static inline bool challenge_is_final(const struct portal_challenge *challenge)
{
    return challenge->state >= CHALLENGE_CLAIMED;
}

// What differs when its page is to be told something else: cheap, without a picture. False: its
// code cannot be made.
bool challenge_page_key(const struct portal *portal, const struct portal_challenge *challenge,
                        struct text *out);
const char *challenge_state_name(enum challenge_state state);

// Milliseconds until time alone changes what its page is told: it expires, or its code takes
// the next frame. 0: it does not.
int64_t challenge_changes_in(const struct portal *portal,
                             const struct portal_challenge *challenge);

// The portal's time on the clock of this challenge, seconds since 1970: it never goes back.
int64_t challenge_now(const struct portal *portal, const struct portal_challenge *challenge);

// True where the portal uses no frames, or `frame` is the current one or one of two before.
bool challenge_frame_is_fresh(struct portal *portal, const struct portal_challenge *challenge,
                              const struct statement_frame *frame);

// What the page is told ("page state"), with `picture` of the code beside its text. The caller
// owns it. NULL: the code cannot be made.
json_t *challenge_page_state(struct portal *portal, const struct portal_challenge *challenge);

// At the end of the portal: makes rows of those that nobody has scanned. In a transaction of
// its own.
void challenges_stop(struct portal *portal);
// At the start of the portal: what is old is forgotten. What was live goes on to its own end if
// the machine has run on, so that its times still mean something; else it is expired.
void challenges_restart(struct portal *portal, bool machine_ran_on);

#endif
