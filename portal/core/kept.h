// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_KEPT_H
#define QRCONFIRM_PORTAL_CORE_KEPT_H

// The small values of the store (its table `settings`) as they were last read: each request
// looks at a dozen of them, and they hardly ever change. The store says when they may have.
// One thread at a time.

#include <stdbool.h>
#include <stddef.h>

struct kept_value {
    char *name, *value;
};

struct kept {
    struct kept_value *at;
    size_t count;
    bool known; // what is here is what the store has
};

void kept_destroy(struct kept *kept);

// They have to be read again.
void kept_forget(struct kept *kept);
// False: there is no memory.
bool kept_add(struct kept *kept, const char *name, const char *value);
// NULL: there is none of this name.
const char *kept_find(const struct kept *kept, const char *name);

#endif
