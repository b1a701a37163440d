// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_POSTGRESQL_LINK_H
#define QRCONFIRM_PORTAL_CORE_POSTGRESQL_LINK_H

// A connection to a server of PostgreSQL: made, found broken, made again.

#include <libpq-fe.h>
#include <stdatomic.h>

#include "base/failure.h"
#include "portal/core/database.h"

#define POSTGRESQL_RETRY_MS    500   // between two tries to connect
#define POSTGRESQL_PLACE_MAX   1024u // bytes of a connection string
#define POSTGRESQL_MESSAGE_MAX 256u

struct postgresql {
    struct database base;
    char place[POSTGRESQL_PLACE_MAX + 1];
    PGconn *connection; // NULL: there is none
    atomic_int pid;     // of who serves it; 0: nobody
    unsigned round;     // rises with each connection: statements are compiled anew
    unsigned named;     // statements that have a name
    int64_t retry_at;   // milliseconds of CLOCK_MONOTONIC
    int64_t written;    // rows
    int64_t version;    // of the settings, at the last beginning
    int64_t told_ms;    // the clock then; 0: it was asked for already
    char message[POSTGRESQL_MESSAGE_MAX];
};

// `place` is a connection string as libpq reads it. A server that is not on this machine is
// reached by TLS, and its certificate checked (sslmode=verify-full), unless it says otherwise.
// NULL with INTERNAL: `fault` says why in one line.
PGconn *postgresql_connect(const char *place, struct fault *fault);

bool postgresql_is_up(const struct postgresql *postgresql);
// True if there is a connection; tries to make one where there is none, unless that was tried
// less than POSTGRESQL_RETRY_MS ago.
bool postgresql_reconnect(struct postgresql *postgresql);

// Statements without arguments; gives the last one's result, which the caller clears, or NULL
// where one failed.
PGresult *postgresql_exec(struct postgresql *postgresql, const char *sql);
// Keeps what the server said of a failure; false if it was none.
bool postgresql_failed(struct postgresql *postgresql, const PGresult *result);

#endif
