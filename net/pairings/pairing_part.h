// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_PART_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_PART_H

// What seals the keys of the store beside the PIN (seal_part.h). Any thread may call.

#include "net/pairings/pairing.h"
#include "net/pairings/seal_part.h"

// The part that is in the seal, by device.pin, and its id; NONE, too, where that cannot be
// read.
enum seal_part_kind pairing_store_part(struct pairing_store *store,
                                       uint8_t id[static SEAL_PART_ID_SIZE]);

// Hands the signer the part. One that is a process fetches it by itself (signer_child.h).
bool pairing_store_take_part(struct pairing_store *store, const struct seal_part *part,
                             struct fault *fault);

// Whether the TPM that has the part would give it out here and now; needs no PIN, and is no
// try. True where no TPM has it. Fails as seal_tpm.h says.
bool pairing_store_check_tpm(struct pairing_store *store, struct fault *fault);

// Seals all keys by this part from here on, or, with NULL, by none; for all or for none of
// them, whatever happens meanwhile. The PIN, empty where there is none, stays. Fails as
// pairing_store_change_pin; KEY_PART_MISSING and KEY_PART_OTHER where the old one is not there.
// Of SEAL_PART_TPM the kind is all that counts: the signer makes the secret.
bool pairing_store_change_part(struct pairing_store *store, struct span pin,
                               const struct seal_part *part, int64_t now_ms, int64_t *wait_ms,
                               struct fault *fault);

#endif
