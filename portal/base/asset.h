// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_ASSET_H
#define QRCONFIRM_PORTAL_BASE_ASSET_H

// A file that the build puts into the program (embed.cmake). A room has one table of its files,
// which ends with a name of NULL.

#include <stddef.h>

struct asset {
    const char *name; // "style.css"
    const char *text; // NUL-terminated
    size_t size;      // bytes without the NUL
};

// NULL if there is none of that name.
const struct asset *asset_find(const struct asset *table, const char *name);
// The text of an asset that the program cannot do without; ends the program if it is missing.
const char *asset_text(const struct asset *table, const char *name);

#endif
