// SPDX-License-Identifier: MIT
#include "portal/core/database_postgresql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/shortage.h"
#include "portal/core/postgresql_link.h"
#include "portal/core/postgresql_statement.h"
#include "portal/core/schema.h"

#define SCHEMA_OLDEST   7
#define TABLE_NAME_SIZE 64u

// Nobody else writes from then on; what they kept before is seen by each statement after it.
// Such a lock, unlike one of a row, costs who only reads no write to the disk.
#define CLOCK_SQL "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
#define ALONE_SQL "SELECT pg_advisory_xact_lock(1903326831, 'store_state'::regclass::oid::int)"
#define BEGIN_SQL                                                                              \
    "BEGIN; " ALONE_SQL "; SELECT settings_version, " CLOCK_SQL " FROM store_state"

static struct postgresql *postgresql_of(struct database *database)
{
    return (struct postgresql *)database;
}

static void postgresql_close(struct database *database)
{
    struct postgresql *postgresql = postgresql_of(database);
    PQfinish(postgresql->connection);
    free(postgresql);
}

static bool postgresql_run(struct database *database, const char *sql)
{
    struct postgresql *postgresql = postgresql_of(database);
    PGresult *result = postgresql_exec(postgresql, sql);
    // What failed before is taken back by a COMMIT, which is no failure to the server.
    bool ok =
        result && (strcmp(sql, "COMMIT") != 0 || strcmp(PQcmdStatus(result), "COMMIT") == 0);
    PQclear(result);
    return ok;
}

static bool try_begin(struct postgresql *postgresql)
{
    bool bare = postgresql->base.bare;
    PGresult *result = postgresql_exec(postgresql, bare ? "BEGIN" : BEGIN_SQL);
    bool ok = result && (bare || PQntuples(result) == 1);
    if (ok && !bare) {
        postgresql->version = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
        postgresql->told_ms = strtoll(PQgetvalue(result, 0, 1), NULL, 10);
    }
    PQclear(result);
    return ok;
}

// A connection that broke while nobody used it shows that here only, where nothing is lost.
static bool postgresql_begin(struct database *database)
{
    struct postgresql *postgresql = postgresql_of(database);
    bool had_connection = postgresql_is_up(postgresql);
    if (postgresql_reconnect(postgresql) && try_begin(postgresql))
        return true;
    if (postgresql_is_up(postgresql)) { // it is there, but did not let us
        PQclear(postgresql_exec(postgresql, "ROLLBACK"));
        return false;
    }
    return had_connection && postgresql_reconnect(postgresql) && try_begin(postgresql);
}

static bool postgresql_is_open(struct database *database)
{
    struct postgresql *postgresql = postgresql_of(database);
    if (!postgresql_is_up(postgresql))
        return false;
    PGTransactionStatusType status = PQtransactionStatus(postgresql->connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static int64_t postgresql_written(struct database *database)
{
    return postgresql_of(database)->written;
}

static int64_t postgresql_version(struct database *database)
{
    return postgresql_of(database)->version;
}

static const char *postgresql_message(struct database *database)
{
    return postgresql_of(database)->message;
}

static bool postgresql_is_away(struct database *database)
{
    return !postgresql_is_up(postgresql_of(database));
}

static bool postgresql_tell(struct database *database)
{
    struct postgresql *postgresql = postgresql_of(database);
    PGresult *result = postgresql_exec(postgresql, "SELECT tell_changes()");
    bool ok = result && PQntuples(result) == 1;
    if (ok && database->wrote)
        database_postgresql_read_news(PQgetvalue(result, 0, 0), database->wrote,
                                      database->userdata);
    PQclear(result);
    return ok;
}

void database_postgresql_read_news(const char *text,
                                   void (*wrote)(void *userdata, const char *table,
                                                 int64_t row),
                                   void *userdata)
{
    char table[TABLE_NAME_SIZE];
    while (text[0] != '\0') {
        size_t size = strcspn(text, " ,");
        if (text[size] != ' ' || size >= sizeof(table))
            return;
        snprintf(table, sizeof(table), "%.*s", (int)size, text);

        char *end;
        int64_t row = strtoll(text + size + 1, &end, 10);
        wrote(userdata, table, row);
        text = *end == ',' ? end + 1 : end;
    }
}

static const struct database_driver driver = {
    .close = postgresql_close,
    .begin = postgresql_begin,
    .run = postgresql_run,
    .is_open = postgresql_is_open,
    .written = postgresql_written,
    .version = postgresql_version,
    .message = postgresql_message,
    .is_away = postgresql_is_away,
    .tell = postgresql_tell,
    .prepare = postgresql_prepare,
    .finish = postgresql_finish,
    .text = postgresql_text,
    .bind_int = postgresql_bind_int,
    .bind_text = postgresql_bind_text,
    .bind_blob = postgresql_bind_blob,
    .step = postgresql_step,
    .reset = postgresql_reset,
    .changes = postgresql_changes,
    .column_int = postgresql_column_int,
    .column_text = postgresql_column_text,
    .column_blob = postgresql_column_blob,
};

// The version of the tables; 0: there are none.
static bool read_schema(struct postgresql *postgresql, int64_t *version)
{
    PGresult *there = postgresql_exec(
        postgresql,
        "SELECT to_regclass(quote_ident(current_schema()) || '.store_state') IS NOT NULL");
    bool ok = there && PQntuples(there) == 1;
    bool made = ok && PQgetvalue(there, 0, 0)[0] == 't';
    PQclear(there);
    *version = 0;
    if (!made)
        return ok;

    PGresult *result = postgresql_exec(postgresql, "SELECT schema_version FROM store_state");
    ok = result && PQntuples(result) == 1;
    if (ok)
        *version = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return ok;
}

static bool run_script(struct postgresql *postgresql, const char *name)
{
    return postgresql_run(&postgresql->base, asset_text(schema_scripts, name));
}

// Version 7 knew no badges. Instances of that version may run: no transaction of theirs holds a
// table that is changed here and waits for another one.
static bool make_tables(struct postgresql *postgresql, int64_t version)
{
    if (version > 0 && version < SCHEMA_VERSION &&
        !postgresql_run(&postgresql->base, ALONE_SQL))
        return false;

    char sql[80];
    snprintf(sql, sizeof(sql), "UPDATE store_state SET schema_version = %d", SCHEMA_VERSION);
    return (version > 0 ||
            (run_script(postgresql, "postgresql.sql") &&
             postgresql_run(&postgresql->base, "INSERT INTO store_state VALUES (0, 1)"))) &&
           (version >= 8 || run_script(postgresql, "badges_postgresql.sql")) &&
           (version >= SCHEMA_VERSION || postgresql_run(&postgresql->base, sql));
}

// Of several that start at once, one makes them.
static bool prepare_tables(struct postgresql *postgresql, bool renew, struct fault *fault)
{
    int64_t version = 0;
    bool ok = postgresql_run(&postgresql->base,
                             renew ? "BEGIN; SELECT pg_advisory_xact_lock(1903326831, 0)"
                                   : "BEGIN READ ONLY") &&
              read_schema(postgresql, &version);
    bool known = version == 0 || (version >= SCHEMA_OLDEST && version <= SCHEMA_VERSION);
    if (ok && !known)
        fault_set(fault, FAILURE_INTERNAL,
                  "the tables in PostgreSQL are of version %lld, which is not known here: use "
                  "the qrportal that made them, or a newer one",
                  (long long)version);

    postgresql->base.bare = !renew && version == 0;
    ok = ok && known && (!renew || make_tables(postgresql, version)) &&
         postgresql_run(&postgresql->base, "COMMIT");
    if (!ok && known)
        fault_set(fault, FAILURE_INTERNAL, "the tables in PostgreSQL: %s", postgresql->message);
    return ok;
}

struct database *database_postgresql_open(const char *place, bool renew, struct fault *fault)
{
    struct postgresql *postgresql = shortage_calloc(1, sizeof(*postgresql));
    if (!postgresql) {
        fault_set(fault, FAILURE_MEMORY, "opening the store");
        return NULL;
    }
    postgresql->base.driver = &driver;
    snprintf(postgresql->place, sizeof(postgresql->place), "%s", place);

    postgresql->connection = postgresql_connect(place, fault);
    if (postgresql->connection && prepare_tables(postgresql, renew, fault)) {
        postgresql->round = 1;
        atomic_store(&postgresql->pid, PQbackendPID(postgresql->connection));
        return &postgresql->base;
    }
    postgresql_close(&postgresql->base);
    return NULL;
}

bool database_postgresql_clock(struct database *database, int64_t *ms)
{
    PGresult *result = postgresql_exec(postgresql_of(database), "SELECT " CLOCK_SQL);
    bool ok = result && PQntuples(result) == 1;
    if (ok)
        *ms = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return ok;
}

bool database_postgresql_clock_told(struct database *database, int64_t *ms)
{
    struct postgresql *postgresql = postgresql_of(database);
    if (postgresql->told_ms == 0)
        return false;
    *ms = postgresql->told_ms;
    postgresql->told_ms = 0;
    return true;
}

int database_postgresql_pid(struct database *database)
{
    return atomic_load(&postgresql_of(database)->pid);
}
