// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SEAL_TPM_H
#define QRCONFIRM_NET_PAIRINGS_SEAL_TPM_H

// A part of the sealing key (seal_part.h) that a TPM 2.0 gives out, and no other one does. With
// a PIN it does so only for a value that is made of it, and counts wrong ones: after some of
// them it gives nothing out for a while, to whomever. What opens it there stands in device.pin
// (`struct seal_tpm_object`), and nothing stays in the TPM: so a change of what seals is whole
// when that file is.
//
// Only the signer reaches a TPM. It is the signer's to provide: net/signer/tpm.h.

#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/span.h"

#define SEAL_TPM_AUTH_SIZE  32u  // bytes of the value that is made of a PIN
#define SEAL_TPM_OBJECT_MAX 512u // bytes of what is kept outside of the TPM

struct seal_tpm_object { // encrypted by the TPM; opaque to all but net/signer
    size_t size;
    uint8_t bytes[SEAL_TPM_OBJECT_MAX];
};

// How a TPM is reached. `auth` is SEAL_TPM_AUTH_SIZE bytes, or empty where there is no PIN:
// then nothing can be guessed, and nothing is counted. `secret` is SEAL_PART_SIZE bytes. All of
// them fail with KEY_TPM_MISSING, KEY_TPM_FORBIDDEN or KEY_TPM_FAILED. One thread at a time.
struct seal_tpm {
    // Puts a secret into it.
    bool (*make)(void *userdata, struct span auth, const uint8_t *secret,
                 struct seal_tpm_object *out, struct fault *fault);
    // Whether it would give it out now. KEY_TPM_OTHER, KEY_TPM_CLEARED: it never will.
    // KEY_TPM_LOCKED: not yet. That is no try.
    bool (*check)(void *userdata, const struct seal_tpm_object *object, bool by_pin,
                  struct fault *fault);
    // The secret. KEY_WRONG_PIN, which counts; else as `check`.
    bool (*open)(void *userdata, const struct seal_tpm_object *object, struct span auth,
                 uint8_t *secret, struct fault *fault);
    void *userdata;
};

#endif
