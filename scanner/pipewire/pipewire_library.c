// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// ISO C has no cast from what dlsym returns to a function.
static bool find(void *handle, const char *name, void *call, size_t size)
{
    void *symbol = dlsym(handle, name);
    memcpy(call, &symbol, size);
    return symbol != NULL;
}

bool pipewire_library_open(struct pipewire_library *library, struct fault *fault)
{
    if (library->handle)
        return true;

    // Its plugins and threads may outlive us: once loaded it stays.
    void *handle = dlopen("libpipewire-0.3.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle)
        return fault_set(fault, FAILURE_PIPEWIRE_LIBRARY, "%s", dlerror());

    struct pipewire_library found = {.handle = handle};
    bool whole = true;
#define X(name) whole = find(handle, "pw_" #name, &found.name, sizeof(found.name)) && whole;
    PIPEWIRE_CALLS(X)
#undef X
    if (!whole) {
        dlclose(handle);
        return fault_set(fault, FAILURE_PIPEWIRE_LIBRARY, "libpipewire-0.3.so.0 lacks a call");
    }

    found.init(NULL, NULL);
    if (!getenv("PIPEWIRE_DEBUG"))
        found.log_set_level(SPA_LOG_LEVEL_NONE);
    *library = found;
    return true;
}

void pipewire_library_close(struct pipewire_library *library)
{
    if (library->handle)
        dlclose(library->handle);
    *library = (struct pipewire_library){0};
}
