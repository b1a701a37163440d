// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_SETTINGS_CACHE_H
#define QRCONFIRM_PORTAL_CORE_SETTINGS_CACHE_H

// The small values of the store (its table `settings`) as they were last read: each request
// looks at a dozen of them, and they hardly ever change. The store says when they may have.
// One thread at a time.

#include <stdbool.h>
#include <stddef.h>

struct setting {
    char *name, *value;
};

struct settings_cache {
    struct setting *at;
    size_t count;
    bool known; // what is here is what the store has
};

void settings_cache_destroy(struct settings_cache *cache);

// They have to be read again.
void settings_cache_forget(struct settings_cache *cache);
// False: there is no memory.
bool settings_cache_add(struct settings_cache *cache, const char *name, const char *value);
// NULL: there is none of this name.
const char *settings_cache_find(const struct settings_cache *cache, const char *name);

#endif
