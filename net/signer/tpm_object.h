// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_TPM_OBJECT_H
#define QRCONFIRM_NET_SIGNER_TPM_OBJECT_H

// What of a secret in a TPM is kept outside of it (net/pairings/seal_tpm.h): the object, which
// that TPM alone can load, and the names of two keys of its own that tell it from another one.
// A TPM that is cleared has another owner key, and the endorsement key that it had.
// Source of the structures: TPM 2.0 Library, Part 2.

#include "net/pairings/seal_tpm.h"
#include "net/signer/tpm_library.h"

struct tpm_object {
    TPM2B_NAME owner, endorsement; // of the endorsement key, empty where it cannot be had
    TPM2B_PUBLIC public;
    TPM2B_PRIVATE private;
};

// False with KEY_TPM_FAILED: it does not fit.
bool tpm_object_put(const struct tpm_library *library, const struct tpm_object *object,
                    struct seal_tpm_object *out, struct fault *fault);
// False with PIN_DAMAGED: it is none.
bool tpm_object_take(const struct tpm_library *library, const struct seal_tpm_object *kept,
                     struct tpm_object *out, struct fault *fault);

bool tpm_name_is(const TPM2B_NAME *one, const TPM2B_NAME *other);

// A key under which objects are stored (an ECC "storage root key"), by SRK templates of the TCG
// as all programs make it; and the object that a secret is sealed in. With a PIN the TPM counts
// wrong ones.
TPM2B_PUBLIC tpm_storage_key(void);
TPM2B_PUBLIC tpm_sealed_data(bool by_pin);

#endif
