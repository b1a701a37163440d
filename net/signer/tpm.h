// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_TPM_H
#define QRCONFIRM_NET_SIGNER_TPM_H

// The machine's TPM 2.0 as the signer reaches it (net/pairings/seal_tpm.h), by tpm2-tss. What
// goes over its bus is encrypted, and so is what comes back, by a session that is salted with a
// key of that TPM: whoever listens there learns nothing, and whoever stands in its place has
// not the key that device.pin names.
//
// Nothing is stored in it, and its state is not changed: its owner's password has to be empty,
// as it is unless an administrator has set one.

#include "net/pairings/seal_tpm.h"
#include "net/signer/tpm_library.h"

#define TPM_VARIABLE                                                                           \
    "QRCONFIRM_TPM"              // of the environment: where the TPM is, as tpm2-tss says it
#define TPM_DEVICE "/dev/tpmrm0" // where it is else: the kernel's, shared by all programs

struct tpm {
    struct tpm_library library;
    TSS2_TCTI_CONTEXT *line;
    ESYS_CONTEXT *esys; // NULL: there is none
    struct fault fault; // why
    struct seal_tpm seal;
};

// Everything that files and programs are needed for: later it only reads and writes. `where` is
// NULL or what TPM_VARIABLE says. Without a TPM `seal` says in each of its calls why.
void tpm_open(struct tpm *tpm, const char *where);
void tpm_close(struct tpm *tpm);

#endif
