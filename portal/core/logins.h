// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_LOGINS_H
#define QRCONFIRM_PORTAL_CORE_LOGINS_H

// A login runs from the approving receipt to the end of its session: approved, then perhaps
// waiting for the two-step code, then signed in. These functions end it in whatever phase it is
// (qr-login v1, section 7, "A login"). All run inside a transaction.

#include "net/protocol/statement.h"
#include "portal/core/store.h"

struct login {
    uint8_t login_id[LOGIN_ID_SIZE];
    uint8_t challenge_id[CHALLENGE_ID_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t user;
};

void logins_add(struct store *store, const struct login *login, int64_t wall_now);
bool logins_find(struct store *store, const uint8_t login_id[static LOGIN_ID_SIZE],
                 struct login *out);

// True if a phase was ended, false if the login was over.
bool logins_end(struct store *store, const uint8_t login_id[static LOGIN_ID_SIZE],
                int64_t boot_now);

// A device is gone: what it scanned is denied, what it approved is ended before the sign-in;
// sessions that are signed in only if `sessions` says so.
void logins_end_of_device(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                          bool sessions);

// A part of trust_end: all sign-ins of an account, however they were made.
void logins_end_of_user(struct store *store, int64_t user);

#endif
