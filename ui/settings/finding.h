// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_FINDING_H
#define QRCONFIRM_UI_SETTINGS_FINDING_H

// One thing that is wrong in a file that an administrator wrote: where it stands, what it is,
// and what to write instead. Who looks a file through tells each to a sink, in the order of the
// file; nothing of a secret is in it.

#include "base/failure.h"

#define FINDING_KEY_MAX     100u // bytes
#define FINDING_INSTEAD_MAX 200u

struct finding {
    unsigned line;                 // 1: the first; 0: the file as a whole
    char key[FINDING_KEY_MAX + 1]; // the name that was written there; empty: none
    struct fault fault;
    char instead[FINDING_INSTEAD_MAX]; // translated; empty: failure_next says it
};

struct finding_sink {
    void (*take)(void *userdata, const struct finding *finding);
    void *userdata;
};

#endif
