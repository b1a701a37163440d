// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_SESSIONS_H
#define QRCONFIRM_PORTAL_CORE_SESSIONS_H

// Browsers that are signed in, and browsers that still owe the one-time code of the two-step
// login. They are two kinds of things: a pending sign-in is never found as a session, and the
// session gets an id of its own. All functions run inside a transaction.

#include "portal/base/agent.h"
#include "portal/base/token.h"
#include "portal/core/devices.h"
#include "portal/core/portal.h"
#include "portal/core/users.h"

#define SESSION_LIFE_S   43200 // 12 hours
#define PASSWORD_FRESH_S 300   // how long an entered password allows adding a device
#define PENDING_TRIES    5
#define SESSIONS_SHOWN   64u

enum signin_how { SIGNIN_BY_PASSWORD, SIGNIN_BY_QR };

// How somebody came in.
struct signin {
    int64_t user;
    enum signin_how how;
    bool has_login; // by QR
    uint8_t login_id[LOGIN_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    bool may_mark; // the pickup code was typed: this browser may be marked as known
};

// The browser, as the list of sessions shows it.
struct client {
    char address[ADDRESS_MAX + 1];
    char agent[AGENT_MAX + 1];
};

struct session {
    uint8_t id_hash[TOKEN_HASH_SIZE];
    struct signin signin;
    struct user user;
    struct client client;
    int64_t created, password_at; // seconds since 1970; password_at 0: none was entered
};

// Makes a session with a fresh id.
void sessions_open(struct portal *portal, const struct signin *signin,
                   const struct client *client, struct token *out);
// False for unknown and ended sessions, and where the account is disabled.
bool sessions_find(struct portal *portal, const char *cookie, struct session *out);
void sessions_close(struct portal *portal, const struct session *session);
// The browser of this cookie gets another session: the one it had is over.
void sessions_replace(struct portal *portal, const char *cookie);
// Gives the session of a login by QR a fresh id. False if there is none any more.
bool sessions_renew(struct portal *portal, const uint8_t login_id[static LOGIN_ID_SIZE],
                    struct token *out);
// The password (and one-time code) was entered again just now.
void sessions_password_entered(struct portal *portal, const struct session *session);
bool sessions_password_fresh(const struct portal *portal, const struct session *session);
void sessions_mark_offered(struct portal *portal, const struct session *session);
// The newest first; the users of the sessions are not filled in.
size_t sessions_of_user(struct portal *portal, int64_t user,
                        struct session out[static SESSIONS_SHOWN]);
// Ends one of the user's sessions.
void sessions_end(struct portal *portal, int64_t user,
                  const uint8_t id_hash[static TOKEN_HASH_SIZE]);

struct pending {
    uint8_t id_hash[TOKEN_HASH_SIZE];
    struct signin signin;
    int64_t tries_left;
    int64_t expires_in_s;
};

void pending_open(struct portal *portal, const struct signin *signin, struct token *out);
bool pending_find(struct portal *portal, const char *cookie, struct pending *out);
// Counts a wrong code; the fifth ends the sign-in. Returns how many tries are left.
int64_t pending_failed(struct portal *portal, const struct pending *pending);
// As sessions_renew.
bool pending_renew(struct portal *portal, const uint8_t login_id[static LOGIN_ID_SIZE],
                   struct token *out);
void pending_close(struct portal *portal, const struct pending *pending);

#endif
