// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BITRIX24_VISIT_H
#define QRCONFIRM_PORTAL_BITRIX24_VISIT_H

// A session as PHP has it: the cookie PHPSESSID, of guests too, with its CSRF token (sessid),
// which stays the same when the session gets a new id at a login. Under the same id, sessions.h
// knows who is signed in and who still owes a one-time code. All functions run inside a
// transaction.

#include "portal/bitrix24/app_passwords.h"
#include "portal/bitrix24/bitrix24.h"
#include "portal/core/sessions.h"

#define BITRIX24_STORED_S 2592000 // how long "remember me" lasts: 30 days

struct bitrix24_visit {
    char id[TOKEN_TEXT + 1]; // the cookie
    uint8_t id_hash[TOKEN_HASH_SIZE];
    char sessid[BITRIX24_SESSID + 1];
    bool has_app_password; // came in by an application password
    struct app_password app_password;
    bool remember;
    bool signed_in;
    struct session session; // if signed in
};

// The visit of this cookie; a new one if there is none.
void bitrix24_visit_find(struct portal *portal, const char *cookie, struct bitrix24_visit *out);

// Somebody signs in: ends the session that was there, opens one, and gives the visit its id.
// `app_password` 0: by the account's own password, or by QR.
void bitrix24_visit_sign_in(struct portal *portal, struct bitrix24_visit *visit,
                            const struct signin *signin, const struct client *client,
                            int64_t app_password);
// The same where a one-time code is still owed.
void bitrix24_visit_owe_code(struct portal *portal, struct bitrix24_visit *visit,
                             const struct signin *signin, bool remember);
// The sign-in has a session, opened elsewhere: the visit takes its id.
void bitrix24_visit_move(struct portal *portal, struct bitrix24_visit *visit,
                         const struct token *token, int64_t app_password, bool remember);
void bitrix24_visit_sign_out(struct portal *portal, struct bitrix24_visit *visit);

// To try how a device copes: the session, or its CSRF token, changes all at once.
void bitrix24_visit_lose(struct portal *portal, const char *cookie);
void bitrix24_visit_change_sessid(struct portal *portal, const char *cookie);

// "Remember me": a cookie that signs in again.
void bitrix24_stored_make(struct portal *portal, int64_t user, struct token *out);
bool bitrix24_stored_find(struct portal *portal, const char *cookie, int64_t *user);
void bitrix24_stored_forget(struct portal *portal, const char *cookie);

#endif
