// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_SIGN_IN_H
#define QRCONFIRM_NET_QR_LOGIN_SIGN_IN_H

// A sign-in under qr-login v1 from inside, private to sign_in.c (one that is scanned),
// open_sign_in.c (one whose answer a former run left open) and qr_login_dialect.c.

#include "net/qr_login/qr_login_dialect.h"

struct sign_in {
    const struct net_action *action;
    struct login_challenge challenge;
    struct pairing pairing;
    struct portal_link *link;
    uint8_t portal_id[PORTAL_ID_SIZE]; // of the key whose tag was in the code
    struct statement_resolve asked;
    struct statement_context context; // that was shown
    uint8_t context_hash[HASH_SIZE];
    int64_t expires_ms;
    uint8_t login_id[LOGIN_ID_SIZE]; // after an approval
    bool approved;
    // Of an answer that a former run left open, else NULL and 0.
    struct delivery *open;
    uint8_t answered; // DECISION_*
};

// ---- as struct dialect_ops has it ----

bool sign_in_begin(struct sign_in *sign_in, const struct net_action *action,
                   const struct dialect *dialect, const struct challenge *challenge,
                   struct fault *fault);
// Asks by each key.
bool sign_in_resolve(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                     struct fault *fault);
bool sign_in_decide(struct sign_in *sign_in, enum net_decision decision,
                    struct net_receipt *out, struct fault *fault);
bool sign_in_renew(struct sign_in *sign_in, int64_t until_ms, struct fault *fault);
bool sign_in_end_session(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);
void sign_in_end(struct sign_in *sign_in);

bool sign_in_take_up(struct sign_in *sign_in, const struct net_action *action,
                     const char *pairing_id, struct fault *fault);
// For 60 s.
bool sign_in_send_open(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);
// The portal is asked for the sign-in once more: what it shows then makes the old answer void.
// An approval that was not taken becomes a denial.
bool sign_in_withdraw(struct sign_in *sign_in, enum net_withdrawal *what,
                      struct net_receipt *out, struct fault *fault);

// ---- between the two ----

// Notes, signs and sends the answer to the context that was got. The outbox must be empty.
bool sign_in_deliver(struct sign_in *sign_in, struct delivery *delivery,
                     enum net_decision decision, struct fault *fault);

// Says what an end without a receipt means. Returns false.
bool sign_in_fail_delivery(enum delivery_end end, struct fault *fault);

#endif
