// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_SIGN_IN_H
#define QRCONFIRM_NET_QR_LOGIN_SIGN_IN_H

// A sign-in under qr-login v1 whose code was scanned (docs/protocol, sections 7 and 8), as
// struct dialect_ops has it.

#include "net/delivery.h"
#include "net/dialect.h"

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
    bool renewal_asked; // by the receipt
    // Of an answer that a former run left open (open_sign_in.h), else NULL and 0.
    struct delivery *open;
    uint8_t answered; // DECISION_*
};

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

// ---- also for open_sign_in.h ----

// Notes, signs and sends the answer to the context that was got. The outbox must be empty.
bool sign_in_deliver(struct sign_in *sign_in, struct delivery *delivery,
                     enum net_decision decision, struct fault *fault);

// Says what an end without a receipt means. Returns false.
bool sign_in_fail_delivery(enum delivery_end end, struct fault *fault);

#endif
