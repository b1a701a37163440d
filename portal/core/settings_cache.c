// SPDX-License-Identifier: MIT
#include "portal/core/settings_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"

void settings_cache_destroy(struct settings_cache *cache)
{
    settings_cache_forget(cache);
    free(cache->at);
    *cache = (struct settings_cache){0};
}

void settings_cache_forget(struct settings_cache *cache)
{
    for (size_t i = 0; i < cache->count; i++) {
        free(cache->at[i].name);
        free(cache->at[i].value);
    }
    cache->count = 0;
    cache->known = false;
}

bool settings_cache_add(struct settings_cache *cache, const char *name, const char *value)
{
    struct setting *grown = shortage_realloc(cache->at, (cache->count + 1) * sizeof(*grown));
    if (!grown)
        return false;
    cache->at = grown;

    struct setting added = {shortage_strdup(name), shortage_strdup(value)};
    if (added.name && added.value) {
        cache->at[cache->count++] = added;
        return true;
    }
    free(added.name);
    free(added.value);
    return false;
}

const char *settings_cache_find(const struct settings_cache *cache, const char *name)
{
    for (size_t i = 0; i < cache->count; i++) {
        if (strcmp(cache->at[i].name, name) == 0)
            return cache->at[i].value;
    }
    return NULL;
}
