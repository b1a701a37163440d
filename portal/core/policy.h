// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_POLICY_H
#define QRCONFIRM_PORTAL_CORE_POLICY_H

// May people sign in by QR? The administrator's switch, and what must be there before it can be
// switched on: push, the mobile module, and modules of at least these versions: main 21.800.0,
// pull 21.300.0, crm 21.1000.0, calendar 21.500.0, intranet 21.1000.0. If one of them falls
// short later, QR sign-in is off too. All functions run inside a transaction of the store.

#include "portal/core/config.h"

#define REQUIREMENTS 7u

struct requirement {
    const char *name;                 // "main"; "push"
    const char *required;             // a version; "" where being there is enough
    char found[CONFIG_VALUE_MAX + 1]; // a version, "absent", "on" or "off"
    bool ok;
};

struct requirements {
    struct requirement item[REQUIREMENTS];
    bool ok; // all of them
};

void policy_requirements(struct store *store, struct requirements *out);

// The switch is on and nothing falls short.
bool policy_qr_enabled(struct store *store);

// As config_set, and refuses to switch allow-qr on while something falls short, saying what.
bool policy_set(struct store *store, enum config_id id, const char *value, struct fault *fault);

#endif
