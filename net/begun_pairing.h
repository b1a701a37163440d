// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_BEGUN_PAIRING_H
#define QRCONFIRM_NET_BEGUN_PAIRING_H

// A pairing by code that was begun and neither kept nor given up: the program ended before, or
// the person left it. net_worker_resume_pairing goes on with it (docs/protocol, section 6).

#include "net/pairings/pairing.h"

struct begun_pairing {
    char id[16 + 1]; // that it will have
    const struct dialect *dialect;
    char origin[ORIGIN_MAX + 1];
    char portal_name[128 + 1];
    int64_t begun_at; // seconds since 1970 by this device's clock; 0: not set
};

// False with PAIRING_NONE if there is none; ENROLMENT_DAMAGED, or why it cannot be read. Any
// thread; reads files, sends nothing. `fault` may be NULL.
bool begun_pairing_find(struct pairing_store *pairings, struct begun_pairing *out,
                        struct fault *fault);

#endif
