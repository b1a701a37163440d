// SPDX-License-Identifier: MIT
#include "net/signer/tpm_library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void *open_one(const char *name, struct fault *fault)
{
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        fault_set(fault, FAILURE_KEY_TPM_MISSING, "%.200s", dlerror());
    return handle;
}

// ISO C has no cast from what dlsym returns to a function.
static bool find(void *handle, const char *name, void *call, size_t size)
{
    void *symbol = dlsym(handle, name);
    memcpy(call, &symbol, size);
    return symbol != NULL;
}

bool tpm_library_open(struct tpm_library *library, struct fault *fault)
{
    setenv("TSS2_LOG", "all+none", 0);
    void *esys = open_one("libtss2-esys.so.0", fault);
    void *loader = esys ? open_one("libtss2-tctildr.so.0", fault) : NULL;
    void *form = loader ? open_one("libtss2-mu.so.0", fault) : NULL;
    if (!form)
        return false;

    struct tpm_library found = {.handle = esys};
    bool whole = true;
#define X(name)                                                                                \
    whole = find(esys, "Esys_" #name, &found.esys_##name, sizeof(found.esys_##name)) && whole;
    TPM_ESYS_CALLS(X)
#undef X
#define X(name)                                                                                \
    whole = find(loader, "Tss2_TctiLdr_" #name, &found.loader_##name,                          \
                 sizeof(found.loader_##name)) &&                                               \
            whole;
    TPM_LOADER_CALLS(X)
#undef X
#define X(name)                                                                                \
    whole =                                                                                    \
        find(form, "Tss2_MU_" #name, &found.form_##name, sizeof(found.form_##name)) && whole;
    TPM_FORM_CALLS(X)
#undef X
    if (!whole)
        return fault_set(fault, FAILURE_KEY_TPM_MISSING, "libtss2-esys.so.0 lacks a call");
    *library = found;
    return true;
}
