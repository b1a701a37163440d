// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_PART_STORE_H
#define QRCONFIRM_NET_SIGNER_PART_STORE_H

// Where parts of the sealing key (net/pairings/seal_part.h) are kept: the keyring of the
// desktop (keyring.h), and a credential of systemd, a file in $CREDENTIALS_DIRECTORY
// (systemd.exec(5)), which LoadCredentialEncrypted= can bind to the machine's TPM. The program
// fetches a part for its signer, which can open nothing, and forgets it.
//
// Any thread may call. What is asked of a keyring waits for it, and for the person whom it asks
// for its password, until a `struct keyring_wait` is ended; NULL waits as long as it takes.

#include "net/pairings/seal_part.h"
#include "net/signer/keyring.h"

#define PART_CREDENTIAL "qrconfirm.seal"

// The part that device.pin names, to be freed with seal_part_free. A credential is read
// whatever its id; the signer tells another one. NULL with KEY_PART_MISSING and what kept it
// from being had, or MEMORY.
struct seal_part *part_store_fetch(enum seal_part_kind kind,
                                   const uint8_t id[static SEAL_PART_ID_SIZE],
                                   struct keyring_wait *wait, struct fault *fault);

// A new one, which a keyring keeps from here on; the credential that is there; of a TPM no more
// than its kind, as the signer makes the secret and reaches the TPM. Fails as above.
struct seal_part *part_store_make(enum seal_part_kind kind, struct keyring_wait *wait,
                                  struct fault *fault);

// Has a keyring forget a part. A credential stays: it is the administrator's.
bool part_store_drop(enum seal_part_kind kind, const uint8_t id[static SEAL_PART_ID_SIZE],
                     struct keyring_wait *wait, struct fault *fault);

#endif
