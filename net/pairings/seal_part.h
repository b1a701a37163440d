// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SEAL_PART_H
#define QRCONFIRM_NET_PAIRINGS_SEAL_PART_H

// A part of the sealing key that is not in the folder of the keys: a secret of 32 bytes that
// the keyring of the desktop or systemd keeps, or a TPM opens (qr-login v1, section 6). Whoever
// has the folder alone can then guess no PIN: there is nothing to try one against.

#include "base/failure.h"
#include "base/span.h"

#define SEAL_PART_SIZE    32u
#define SEAL_PART_ID_SIZE 16u
#define SEAL_PART_LEAST   32u   // bytes that a part is made of
#define SEAL_PART_MOST    1024u // ... and no more

enum seal_part_kind {
    SEAL_PART_NONE,       // the folder and the PIN are all there is
    SEAL_PART_KEYRING,    // the Secret Service of the desktop
    SEAL_PART_CREDENTIAL, // a credential of systemd
    SEAL_PART_TPM,        // a TPM 2.0: in the signer alone (seal_tpm.h)
    SEAL_PART_KINDS
};

struct seal_part { // in guarded memory (locked, wiped when freed), only from seal_part_new
    enum seal_part_kind kind;
    uint8_t secret[SEAL_PART_SIZE];
};

// Made of what is kept, SEAL_PART_LEAST to SEAL_PART_MOST bytes of any kind. NULL with
// KEY_PART_MISSING for another size, MEMORY, or INTERNAL.
struct seal_part *seal_part_new(enum seal_part_kind kind, struct span kept,
                                struct fault *fault);
void seal_part_free(struct seal_part *part);

// Tells parts apart and gives none away: it stands in device.pin. False if it cannot be made.
__attribute__((warn_unused_result)) bool seal_part_id(const struct seal_part *part,
                                                      uint8_t out[static SEAL_PART_ID_SIZE]);

// "file", "keyring", "credential", "tpm"; the kind of a name, SEAL_PART_KINDS if there is none.
const char *seal_part_name(enum seal_part_kind kind);
enum seal_part_kind seal_part_named(const char *name);

#endif
