// SPDX-License-Identifier: MIT
#include "portal/base/asset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct asset *asset_find(const struct asset *table, const char *name)
{
    for (const struct asset *asset = table; asset->name; asset++) {
        if (strcmp(asset->name, name) == 0)
            return asset;
    }
    return NULL;
}

const char *asset_text(const struct asset *table, const char *name)
{
    const struct asset *asset = asset_find(table, name);
    if (!asset) {
        fprintf(stderr, "qrportal: %s is missing from this program\n", name);
        abort();
    }
    return asset->text;
}
