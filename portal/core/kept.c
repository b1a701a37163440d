// SPDX-License-Identifier: MIT
#include "portal/core/kept.h"

#include <stdlib.h>
#include <string.h>

void kept_destroy(struct kept *kept)
{
    kept_forget(kept);
    free(kept->at);
    *kept = (struct kept){0};
}

void kept_forget(struct kept *kept)
{
    for (size_t i = 0; i < kept->count; i++) {
        free(kept->at[i].name);
        free(kept->at[i].value);
    }
    kept->count = 0;
    kept->known = false;
}

bool kept_add(struct kept *kept, const char *name, const char *value)
{
    struct kept_value *grown = realloc(kept->at, (kept->count + 1) * sizeof(*grown));
    if (!grown)
        return false;
    kept->at = grown;

    struct kept_value added = {strdup(name), strdup(value)};
    if (added.name && added.value) {
        kept->at[kept->count++] = added;
        return true;
    }
    free(added.name);
    free(added.value);
    return false;
}

const char *kept_find(const struct kept *kept, const char *name)
{
    for (size_t i = 0; i < kept->count; i++) {
        if (strcmp(kept->at[i].name, name) == 0)
            return kept->at[i].value;
    }
    return NULL;
}
