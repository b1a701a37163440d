// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_DIALECT_H
#define QRCONFIRM_NET_DIALECT_H

// How one kind of portal is talked to. A dialect turns a scanned challenge into a sign-in: it
// finds the pairing, asks what the page is about, delivers the person's answer, and ends the
// sign-in again. The worker knows no more of it than this table.
//
// The functions block; they run on the network thread. Each returns false with a fault;
// INTERRUPTED means that the person left.

#include "net/action.h"
#include "net/worker.h"

struct sign_in; // of the dialect

struct dialect_ops {
    enum payload_kind challenge; // the kind of code this dialect reads
    size_t size;                 // of its struct sign_in

    // Fills in a sign-in of zeros and finds the pairing of the challenge; nothing is sent.
    // PAIRING_NONE or CHALLENGE_OTHER_PORTAL if there is none. `action` outlives the sign-in.
    bool (*begin)(struct sign_in *sign_in, const struct net_action *action,
                  const struct challenge *challenge, struct fault *fault);

    // Asks the portal what may be shown. `expires_ms` (boot clock): no answer after it.
    bool (*resolve)(struct sign_in *sign_in, struct net_context *out, int64_t *expires_ms,
                    struct fault *fault);

    // Signs and delivers the answer to what was shown.
    bool (*decide)(struct sign_in *sign_in, enum net_decision decision, struct net_receipt *out,
                   struct fault *fault);

    // After the receipt: what the pairing needs from time to time (a new key), until `until_ms`
    // of the boot clock. True if there was nothing, or it is done. NULL: never anything.
    bool (*renew)(struct sign_in *sign_in, int64_t until_ms, struct fault *fault);

    // Ends an approved sign-in again. NULL: the dialect cannot.
    bool (*end_session)(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);

    // Gives back what a sign-in holds, also one whose begin failed.
    void (*end)(struct sign_in *sign_in);
};

extern const struct dialect_ops qr_login_dialect;
extern const struct dialect_ops bitrix24_dialect;

// The dialect of a challenge, or NULL.
const struct dialect_ops *dialect_of(const struct challenge *challenge);

// A sign-in that has begun, or NULL; dialect_end() ends it.
struct sign_in *dialect_begin(const struct dialect_ops *dialect,
                              const struct net_action *action,
                              const struct challenge *challenge, struct fault *fault);
void dialect_end(const struct dialect_ops *dialect, struct sign_in *sign_in);

// For `begin`: no pairing is what the code asks for. Returns false.
bool dialect_no_pairing(const struct net_action *action, const char *asked,
                        struct fault *fault);

#endif
