// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_ASSETS_H
#define QRCONFIRM_PORTAL_ASSETS_H

// Files of portal/pages/ and the schema, put into the program by the build (embed.cmake).

#include <stddef.h>

struct asset {
    const char *name; // "style.css"
    const char *text; // NUL-terminated
    size_t size;      // bytes without the NUL
};

// The list ends with a name of NULL.
extern const struct asset assets[];

// NULL if there is none of that name.
const struct asset *asset_find(const char *name);
// The text of an asset that the program cannot do without; ends the program if it is missing.
const char *asset_text(const char *name);

#endif
