// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_CUTTER_H
#define QRCONFIRM_TESTS_CUTTER_H

// A line between device and portal that can lose the portal's answers: what the device sends
// arrives, what comes back does not, and the connection is cut; or nothing even arrives.

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct cutter {
    int listener;
    int port;
    atomic_int upstream; // port of the portal
    atomic_int later;    // ... for every connection after the next one; 0: the same
    atomic_bool cut;     // ends every connection, once; false again when they have ended
    atomic_bool lossy;   // answers are lost
    atomic_bool deaf;    // nothing arrives at the portal
    atomic_bool stalled; // on connections that are made now nothing ever moves
    atomic_int lost;     // connections that were cut that way
    atomic_int made;     // connections, all of them
    atomic_bool stop;
    pthread_t thread;
};

void cutter_start(struct cutter *cutter);
void cutter_stop(struct cutter *cutter);
// Ends every connection; none stands any more when it returns.
void cutter_cut(struct cutter *cutter);

#endif
