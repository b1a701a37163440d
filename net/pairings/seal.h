// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SEAL_H
#define QRCONFIRM_NET_PAIRINGS_SEAL_H

// The key that seals secrets on disk, made of the PIN and of a part that is kept elsewhere
// (seal_part.h): BLAKE2b(Argon2id(PIN), key = part), as qr-login v1, section 6, says. What
// there is not of the two is left out; one of them there has to be. Whoever comes with a badge
// has the badge in front of his PIN, which so cannot be guessed from the disk. It encrypts by
// XChaCha20-Poly1305. Argon2id by libsodium (RFC 9106, one lane). A seal is named by its salt:
// another PIN or part, or the same one set again, is another seal.

#include "net/pairings/seal_part.h"
#include "net/pairings/seal_tpm.h"

#define SEAL_SALT_SIZE  16u
#define SEAL_NONCE_SIZE 24u
#define SEAL_TAG_SIZE   16u
#define SEAL_KEY_SIZE   32u
#define SEAL_PASSES     3u     // what new seals cost: the protocol's least ...
#define SEAL_MEMORY_KIB 65536u // ... which a phone does in half a second
#define SEAL_PASSES_MAX 16u    // of a file that is read
#define SEAL_MEMORY_MAX 1048576u
#define SEAL_BADGE_SIZE 16u // bytes of the secret of a badge

struct seal_cost {
    uint32_t passes, memory_kib;
};

struct seal { // in guarded memory (locked, wiped when freed), only from seal_new
    uint8_t salt[SEAL_SALT_SIZE];
    struct seal_cost cost;    // zero without a PIN
    enum seal_part_kind part; // that is in it
    uint8_t part_id[SEAL_PART_ID_SIZE];
    bool by_pin;
    uint8_t key[SEAL_KEY_SIZE];
    struct seal_tpm_object in_tpm; // where the part is SEAL_PART_TPM: what opens it there
};

// What a person opens his keys with.
struct seal_secret {
    struct span badge;            // SEAL_BADGE_SIZE bytes, or empty: none
    struct span pin;              // as typed; empty: none, and no badge
    const struct seal_part *part; // NULL: none
    const struct seal_tpm *tpm;   // that has the part, in place of `part`; NULL: none has
    const struct seal_tpm_object *in_tpm; // what opens it there; NULL: a new one is put there
};

// Takes as long as `cost` says. NULL with MEMORY, INTERNAL, PAIRING_DAMAGED for a cost beyond
// limits, or what the TPM says: KEY_WRONG_PIN among it.
struct seal *seal_new(const struct seal_secret *secret,
                      const uint8_t salt[static SEAL_SALT_SIZE], struct seal_cost cost,
                      struct fault *fault);
// As above, with a new salt.
struct seal *seal_make(const struct seal_secret *secret, struct seal_cost cost,
                       struct fault *fault);
void seal_free(struct seal *seal);

// Writes secret.n + SEAL_TAG_SIZE bytes. `open` is not hidden, but bound to the secret. False:
// nothing was sealed, and what was written is of no use.
__attribute__((warn_unused_result)) bool seal_close(const struct seal *seal,
                                                    const uint8_t nonce[static SEAL_NONCE_SIZE],
                                                    struct span open, struct span secret,
                                                    uint8_t *out);
// Writes sealed.n - SEAL_TAG_SIZE bytes; false if it does not fit: another
// seal, or changed bytes.
bool seal_open(const struct seal *seal, const uint8_t nonce[static SEAL_NONCE_SIZE],
               struct span open, struct span sealed, uint8_t *out);

#endif
