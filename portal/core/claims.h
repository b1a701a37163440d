// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_CLAIMS_H
#define QRCONFIRM_PORTAL_CORE_CLAIMS_H

// The browser takes the session that a device approved, once (qr-login v1, sections 4 and 7,
// "Claim"). Runs inside a transaction.

#include "portal/core/challenges.h"
#include "portal/core/sessions.h"

struct claim {
    const char *challenge_cookie, *mark_cookie; // "" where there is none
    const char *code;                           // NULL where none was sent
    struct client client;
};

struct claimed {
    bool otp;           // `token` is a pending sign-in, else a session
    bool again;         // it was claimed already
    struct token token; // a fresh one
    int64_t tries_left; // with WRONG_CODE; -1: this one was not counted
};

enum outcome claims_take(struct portal *portal, const struct claim *claim, struct claimed *out);

// The reply of a claim may be lost on its way. A page names its attempt by random letters that
// only it knows; the same attempt, with the same digits and in the time of the claim, gets the
// session again, under a fresh id: still one session, and none for a copied cookie.
#define CLAIM_ATTEMPT_MIN 22u // characters: 128 bits in base64
#define CLAIM_ATTEMPT_MAX 64u
void claims_note_attempt(struct portal *portal, const struct claim *claim, const char *attempt);
// OUTCOME_OK, or CHALLENGE_CLAIMED where it is not the same.
enum outcome claims_repeat(struct portal *portal, const struct claim *claim,
                           const char *attempt, struct claimed *out);

#endif
