// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CLAIMS_H
#define QRCONFIRM_PORTAL_CLAIMS_H

// The browser takes the session that a device approved, once (qr-login v1, sections 4 and 7,
// "Claim"). Runs inside a transaction.

#include "portal/challenges.h"
#include "portal/sessions.h"

struct claim {
    const char *challenge_cookie, *mark_cookie; // "" where there is none
    const char *code;                           // NULL where none was sent
    struct client client;
};

struct claimed {
    bool otp;           // `token` is a pending sign-in, else a session
    struct token token; // a fresh one
    int64_t tries_left; // with WRONG_CODE; -1: this one was not counted
};

enum outcome claims_take(struct portal *portal, const struct claim *claim, struct claimed *out);

#endif
