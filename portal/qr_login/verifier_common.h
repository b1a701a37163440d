// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_COMMON_H
#define QRCONFIRM_PORTAL_QR_LOGIN_VERIFIER_COMMON_H

// Steps that the calls of a device share; the names are those of qr-login v1, section 7. For
// the verifier_*.c files only. All functions run inside a transaction.

#include "portal/core/device_keys.h"
#include "portal/core/devices.h"
#include "portal/core/users.h"
#include "portal/qr_login/verifier.h"

// A message that was opened, and who sent it.
struct incoming {
    enum message message;
    struct span envelope; // as it came
    const struct caller *caller;
    struct envelope_opened opened;
    uint8_t body_hash[HASH_SIZE];
    struct device_key key;
    struct device device;
    struct user user;
};

// What every statement of a device says about itself.
struct incoming_head {
    const uint8_t *portal_id, *device_id, *key_id;
    const struct statement_where *where;
    uint64_t sequence; // 0 for resolve
};
void incoming_head(const struct incoming *incoming, struct incoming_head *out);

// Step 1 of resolve: envelope, key, signature; device and key id are those of that key. Keys of
// revoked devices and replaced keys are known too.
enum outcome incoming_open(struct portal *portal, enum message message, struct span envelope,
                           const struct caller *caller, struct incoming *out);

// Step 2 of resolve: QR sign-in on, key alive, account enabled, portal id, origin, target. Also
// lets a key that a rotation brought take over.
enum outcome incoming_permitted(struct portal *portal, struct incoming *incoming);

// Step 2 of decision: the reply to this body, if it was accepted before.
bool incoming_repeated(struct portal *portal, const struct incoming *incoming,
                       struct answer *out);

// Step 4 of decision: the sequence number rises.
enum outcome incoming_in_sequence(const struct incoming *incoming);

// Step 7 of decision: keeps body, signatures and reply, and the sequence number.
void incoming_accept(struct portal *portal, const struct incoming *incoming,
                     const struct answer *answer);

// The keys of all devices, also of those that were revoked; and whether one signs no more.
struct envelope_keys verifier_keys(struct store *store);
bool verifier_key_is_over(const struct portal *portal, const struct device_key *key);

// Portal id, origin and target are this portal's.
enum outcome verifier_addressed(const struct portal *portal, enum message message,
                                const uint8_t *portal_id, const struct statement_where *where);

// Signs a reply into the answer, by the key that answers for `portal_id`, which the reply
// carries too; INTERNAL if it cannot be written.
void answer_seal(struct portal *portal, enum message message, const void *statement,
                 const uint8_t portal_id[static PORTAL_ID_SIZE], unsigned status,
                 struct answer *out);

// Puts the signed revocation of this device and key into the answer, for DEVICE_REVOKED and for
// unpair. The current key answers for an unknown portal id.
void answer_revoked(struct portal *portal, const uint8_t portal_id[static PORTAL_ID_SIZE],
                    const uint8_t device_id[static DEVICE_ID_SIZE],
                    const uint8_t key_id[static KEY_ID_SIZE], struct answer *out);

// What is particular to one call: decides, and fills in a success.
typedef enum outcome verifier_work(struct portal *portal, struct incoming *incoming,
                                   struct answer *out);

// Step 1, then `work`, in one transaction.
void verifier_run(struct portal *portal, enum message message, struct span envelope,
                  const struct caller *caller, struct answer *out, verifier_work *work);

#endif
