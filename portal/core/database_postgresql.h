// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DATABASE_POSTGRESQL_H
#define QRCONFIRM_PORTAL_CORE_DATABASE_POSTGRESQL_H

// A database of PostgreSQL, for a portal on several machines. Transactions of all of them come
// one after the other, as with SQLite: each takes one lock at its beginning, so that what was
// read holds until what follows from it is written.
//
// A connection that breaks is made again by the next transaction (postgresql_link.h); until
// that succeeds transactions fail.

#include "base/failure.h"
#include "portal/core/database.h"

// `place` as in postgresql_link.h. `renew`: the tables are made where there are none. NULL with
// INTERNAL; `fault` says what is wrong, and no password.
struct database *database_postgresql_open(const char *place, bool renew, struct fault *fault);

// Milliseconds of the server's clock, which is the same for all machines. False: it is away.
bool database_postgresql_clock(struct database *database, int64_t *ms);

// The same, as the last transaction's beginning brought it along; once for each of them.
bool database_postgresql_clock_told(struct database *database, int64_t *ms);

// Of the process at the server that serves this connection; 0: there is none. Any thread.
int database_postgresql_pid(struct database *database);

// Tables and rows, as a transaction tells the others of them (tell_changes in postgresql.sql).
void database_postgresql_read_news(const char *text,
                                   void (*wrote)(void *userdata, const char *table,
                                                 int64_t row),
                                   void *userdata);

#endif
