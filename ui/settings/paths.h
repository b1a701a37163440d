// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_PATHS_H
#define QRCONFIRM_UI_SETTINGS_PATHS_H

// Where things are kept: the XDG Base Directory Specification 0.8.

#include "base/failure.h"

#define PATHS_MAX 1024u

struct paths {
    char config[PATHS_MAX]; // the file config.ini
    char data[PATHS_MAX];   // pairings and keys
    char state[PATHS_MAX];  // journal and outbox
};

// Fails with USAGE where the environment names no usable place. Makes nothing.
bool paths_find(struct paths *out, struct fault *fault);

// Makes the folder and those above it, 0700. Fails with PAIRING_STORE.
bool paths_make(const char *folder, struct fault *fault);

#endif
