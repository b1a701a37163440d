// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_SIGNER_TPM_LIBRARY_H
#define QRCONFIRM_NET_SIGNER_TPM_LIBRARY_H

// The libraries of tpm2-tss, found at run time: the program starts where they are not
// installed, and says so only when a TPM is asked for. Their own log is kept quiet unless
// TSS2_LOG is set: their faults are told in our words.

#include <tss2/tss2_esys.h>
#include <tss2/tss2_mu.h>
#include <tss2/tss2_tctildr.h>

#include "base/failure.h"

// The functions that are called, by library: without "Esys_", "Tss2_TctiLdr_", "Tss2_MU_".
#define TPM_ESYS_CALLS(X)                                                                      \
    X(Initialize)                                                                              \
    X(Finalize)                                                                                \
    X(Free)                                                                                    \
    X(CreatePrimary)                                                                           \
    X(Create)                                                                                  \
    X(Load)                                                                                    \
    X(Unseal)                                                                                  \
    X(StartAuthSession)                                                                        \
    X(TRSess_SetAttributes)                                                                    \
    X(TR_SetAuth)                                                                              \
    X(TR_GetName)                                                                              \
    X(GetCapability)                                                                           \
    X(FlushContext)
#define TPM_LOADER_CALLS(X)                                                                    \
    X(Initialize)                                                                              \
    X(Finalize)
#define TPM_FORM_CALLS(X)                                                                      \
    X(TPM2B_NAME_Marshal)                                                                      \
    X(TPM2B_NAME_Unmarshal)                                                                    \
    X(TPM2B_PUBLIC_Marshal)                                                                    \
    X(TPM2B_PUBLIC_Unmarshal)                                                                  \
    X(TPM2B_PRIVATE_Marshal)                                                                   \
    X(TPM2B_PRIVATE_Unmarshal)

struct tpm_library {
    void *handle; // NULL: not open
#define X(name) __typeof__(Esys_##name) *esys_##name;
    TPM_ESYS_CALLS(X)
#undef X
#define X(name) __typeof__(Tss2_TctiLdr_##name) *loader_##name;
    TPM_LOADER_CALLS(X)
#undef X
#define X(name) __typeof__(Tss2_MU_##name) *form_##name;
    TPM_FORM_CALLS(X)
#undef X
};

// Fails with KEY_TPM_MISSING. Once loaded they stay. Before a second thread runs.
bool tpm_library_open(struct tpm_library *library, struct fault *fault);

#endif
