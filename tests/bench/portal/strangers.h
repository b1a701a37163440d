// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_STRANGERS_H
#define QRCONFIRM_BENCH_PORTAL_STRANGERS_H

// Who keeps others out: two strangers with connections that take their time, and strangers that
// try passwords, each of which takes the portal a while to check.

#include <pthread.h>
#include <stdatomic.h>

#include "tests/bench/portal/stage.h"

#define STRANGERS_SLOW     2u // networks
#define STRANGERS_GUESSING 4u // networks; one alone is soon refused without a check

// Half of the connections begin TLS and say no more; the others send a request, a byte each
// second. Where the portal closes one, it comes again.
struct slow_strangers {
    const struct stage *stage;
    struct client *clients;
    size_t *said; // bytes of the request, of each
    size_t count;
    size_t came; // connections in all
    atomic_bool ending;
    bool running;
    pthread_t thread;
};

bool slow_strangers_start(struct slow_strangers *strangers, const struct stage *stage,
                          size_t count);
void slow_strangers_stop(struct slow_strangers *strangers);

// Somebody else gets the login page on a new connection. Returns the seconds that it took;
// below 0: it did not come.
double stranger_gets_login(const struct stage *stage, struct client_reply *reply);

// So many wrong passwords are sent, and nobody waits for the answers: then an honest person
// signs in. Returns the seconds that it took; below 0: it did not work.
double strangers_guess(const struct stage *stage, size_t guesses, struct client_reply *reply);

#endif
