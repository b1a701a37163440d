// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_ROUGH_SERVER_H
#define QRCONFIRM_TESTS_ROUGH_SERVER_H

// A listener that is no TLS server: it cuts every connection, or answers with the same words
// whatever it is told.

#include <pthread.h>

#include "base/span.h"

struct rough_server {
    int listener, port;
    struct span words; // the caller's; empty: cuts
    pthread_t thread;
};

// Takes a port, where nobody listens until rough_start.
void rough_bind(struct rough_server *rough, struct span words);
void rough_start(struct rough_server *rough);
void rough_stop(struct rough_server *rough);

#endif
