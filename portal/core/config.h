// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_CONFIG_H
#define QRCONFIRM_PORTAL_CORE_CONFIG_H

// The portal's settings: the rows of config.def, kept in the store. Read again in each
// transaction, so a change by `qrportal config set` counts at once. All functions run inside a
// transaction of the store.

#include "portal/core/store.h"

#define CONFIG_VALUE_MAX 64u  // bytes
#define CONFIG_LIST_MAX  512u // of a list of networks or pins

enum config_id {
#define X(id, name, kind, value, low, high, meaning) CONFIG_##id,
#include "portal/core/config.def"
#undef X
    CONFIG_COUNT
};

enum config_kind {
    CONFIG_SWITCH,
    CONFIG_VERSION,
    CONFIG_NUMBER,
    CONFIG_TEXT,
    CONFIG_PLAIN,    // printable ASCII, or nothing
    CONFIG_NETWORKS, // proxy.h reads it
    CONFIG_TELLS,    // the same
    CONFIG_PINS      // pins.h reads it
};

struct config_row {
    const char *name;
    enum config_kind kind;
    const char *value; // where nothing was set
    int64_t low, high; // of a number; of the bytes of a text
    const char *meaning;
};

extern const struct config_row config_rows[CONFIG_COUNT];

bool config_find(const char *name, enum config_id *out);
void config_text(struct store *store, enum config_id id, char out[static CONFIG_VALUE_MAX + 1]);
// Of any kind; a list needs this room.
void config_list(struct store *store, enum config_id id, char out[static CONFIG_LIST_MAX + 1]);
bool config_switch(struct store *store, enum config_id id);
int64_t config_number(struct store *store, enum config_id id);

// Refuses with USAGE what the row does not allow.
bool config_allows(enum config_id id, const char *value, struct fault *fault);
// The same, and keeps it. Does not know of policies: see policy.h.
bool config_set(struct store *store, enum config_id id, const char *value, struct fault *fault);

// Three numbers of a version; false for "absent" and for anything malformed.
bool config_parse_version(const char *text, int out[static 3]);

#endif
