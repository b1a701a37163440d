// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BITRIX24_BITRIX24_SESSION_H
#define QRCONFIRM_NET_BITRIX24_BITRIX24_SESSION_H

// One session with a boxed Bitrix24, as its mobile application has it: log in at /mobile/ by
// checkout (HTTP Basic, sent at once; ajax.php ignores it), keep the cookies, call an action.
// Source: published code of the product, see docs/bitrix24.md.
//
// The session belongs to the network thread. It is large: not for the stack.

#include "net/action.h"
#include "net/bitrix24/bitrix24_record.h"
#include "net/bitrix24/bitrix24_reply.h"
#include "net/pairings/password_file.h"

// The action that confirms a sign-in, below the origin.
#define BITRIX24_PUSH_TOKEN "/bitrix/services/main/ajax.php?action=main.qrcodeauth.pushToken"

struct bitrix24_session {
    const struct net_action *action;
    struct pairing *pairing; // address, trust, UUID; a vouched new key changes its pins
    const char *label;       // names this device in the portal's list; the caller's
    bool key_changed;        // the pairing's pins are new, and to be saved
    char sessid[BITRIX24_SESSID_SIZE + 1];
    int64_t portal_s, at_ms; // the portal's clock (seconds since 1970; 0: not told), read then
    struct http_reply reply; // what came last: status; the body is in `page`
    struct http_large page;
};

// Begins without cookies. NULL if memory is short.
struct bitrix24_session *bitrix24_session_new(const struct net_action *action,
                                              struct pairing *pairing, const char *label);
void bitrix24_session_free(struct bitrix24_session *session);

// Forgets the login.
void bitrix24_session_clear(struct bitrix24_session *session);

// Seconds since 1970 by the portal's clock, as far as it was told; else the device's own.
uint64_t bitrix24_session_time(const struct bitrix24_session *session);

struct bitrix24_login {
    const char *login, *password;            // NULL: no Basic, the probe of whoever asks
    const char *captcha_code, *captcha_word; // NULL: none
    const char *one_time_code;               // the second step, in the session of the first
};

// Asks once; a password that is not taken is never tried again here. True for any reply of
// checkout, success or not. Else besides the failures of http_call: PORTAL_NO_MOBILE,
// PORTAL_PASSWORD_SCOPE.
bool bitrix24_checkout(struct bitrix24_session *session, const struct bitrix24_login *login,
                       struct bitrix24_checkout *out, struct fault *fault);

// Logs in with what is kept. PORTAL_PASSWORD_REVOKED if the portal does not take it any more.
bool bitrix24_log_in(struct bitrix24_session *session, const struct app_password *password,
                     struct fault *fault);

// Gets a page of the portal, following redirects within its origin. The page is in
// `session->page`, whatever the status.
bool bitrix24_get(struct bitrix24_session *session, const char *path, struct fault *fault);

// Publishes a confirmation: logged in before, repeated once where the portal has lost the
// session or the token. `statement` (JSON; NULL: none) goes along. A reply that got lost is
// NET_NO_RECEIPT (or NET_NOT_SENT, if nothing left), and not asked for again.
bool bitrix24_push_token(struct bitrix24_session *session, const struct app_password *password,
                         const struct bitrix24_challenge *challenge, const char *statement,
                         struct fault *fault);

#endif
