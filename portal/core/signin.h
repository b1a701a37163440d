// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_SIGNIN_H
#define QRCONFIRM_PORTAL_CORE_SIGNIN_H

// Signing in by name and password, and the one-time code of the two-step login that follows a
// password or a QR sign-in. These functions begin and end their transactions themselves.

#include "portal/core/sessions.h"

enum signin_result {
    SIGNIN_DONE,    // `token` is a session
    SIGNIN_OTP,     // `token` is a pending sign-in
    SIGNIN_WRONG,   // name, password or code
    SIGNIN_LIMITED, // too many tries: wait
    SIGNIN_OVER,    // the pending sign-in is gone; begin again
    SIGNIN_FAULT
};

struct signin_reply {
    enum signin_result result;
    struct token token;
    int64_t tries_left; // of a pending sign-in, with SIGNIN_WRONG
};

// Checks name and password, counts the try, and refuses where there were too many. On
// SIGNIN_DONE `user` is filled; else SIGNIN_WRONG, SIGNIN_LIMITED or SIGNIN_FAULT. What the
// password opens asks users_unchanged first: it may be another by then.
enum signin_result signin_check_password(struct portal *portal, const char *name,
                                         const char *password, const char *address,
                                         struct user *user);
// Takes the one-time code of an account: SIGNIN_DONE, SIGNIN_WRONG or SIGNIN_LIMITED. Inside a
// transaction.
enum signin_result signin_take_otp(struct portal *portal, const struct user *user,
                                   const char *code);

void signin_password(struct portal *portal, const char *name, const char *password,
                     const struct client *client, struct signin_reply *out);

void signin_otp(struct portal *portal, const char *pending_cookie, const char *code,
                const struct client *client, struct signin_reply *out);

// The password, and the one-time code where two-step login is on, of somebody who is signed in:
// before a device is added. SIGNIN_DONE, SIGNIN_WRONG, SIGNIN_LIMITED or SIGNIN_FAULT.
enum signin_result signin_again(struct portal *portal, const struct session *session,
                                const char *password, const char *code, const char *address);

#endif
