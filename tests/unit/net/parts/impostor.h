// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_IMPOSTOR_H
#define QRCONFIRM_TESTS_IMPOSTOR_H

// Answers in the portal's place by the portal's own TLS key, as what stands before a portal
// does: every call the same. Change what it says only while nobody asks.

#include <stdatomic.h>

struct impostor_reply {
    unsigned status;
    const char *type;        // of the body
    const char *retry_after; // NULL: none
    const char *location;    // NULL: none
    const char *body;
};

struct impostor {
    struct impostor_reply reply;
    atomic_int asked; // calls
    int port;
    struct MHD_Daemon *daemon;
};

// `folder` is the data folder of a portal, whose key and certificate it uses.
void impostor_start(struct impostor *impostor, const char *folder);
void impostor_stop(struct impostor *impostor);

#endif
