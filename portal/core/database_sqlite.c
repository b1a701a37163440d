// SPDX-License-Identifier: MIT
#include "portal/core/database_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shortage.h"
#include "portal/core/schema.h"

#define SCHEMA_OLDEST 2
#define STORE_BUSY_MS 10000
// Pages of the file in memory (KiB below 0), and of the log before they are written back.
#define STORE_ROOM           "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000;"
#define STORE_SQL_TEXT_LIMIT 65536 // bytes of one value; what is stored is far below

static struct database_sqlite *sqlite_of(struct database *database)
{
    return (struct database_sqlite *)database;
}

static void sqlite_close(struct database *database)
{
    struct database_sqlite *sqlite = sqlite_of(database);
    sqlite3_finalize(sqlite->data_version);
    sqlite3_close(sqlite->db);
    if (sqlite->log >= 0)
        close(sqlite->log);
    free(sqlite);
}

static bool sqlite_run(struct database *database, const char *sql)
{
    return sqlite3_exec(sqlite_of(database)->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static bool sqlite_begin(struct database *database)
{
    return sqlite_run(database, "BEGIN IMMEDIATE");
}

static bool sqlite_is_open(struct database *database)
{
    return !sqlite3_get_autocommit(sqlite_of(database)->db);
}

static int64_t sqlite_written(struct database *database)
{
    return sqlite3_total_changes(sqlite_of(database)->db);
}

static int64_t sqlite_version(struct database *database)
{
    struct database_sqlite *sqlite = sqlite_of(database);
    int64_t version = 0;
    if (!sqlite->data_version &&
        sqlite3_prepare_v3(sqlite->db, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
                           &sqlite->data_version, NULL) != SQLITE_OK)
        return 0;

    if (sqlite3_step(sqlite->data_version) == SQLITE_ROW)
        version = sqlite3_column_int64(sqlite->data_version, 0);
    sqlite3_reset(sqlite->data_version);
    return version;
}

static const char *sqlite_message(struct database *database)
{
    return sqlite3_errmsg(sqlite_of(database)->db);
}

static bool sqlite_is_damaged(struct database *database)
{
    int why = sqlite3_errcode(sqlite_of(database)->db);
    return why == SQLITE_CORRUPT || why == SQLITE_NOTADB;
}

static void *sqlite_prepare(struct database *database, const char *sql, const char *types)
{
    (void)types;
    sqlite3_stmt *statement = NULL;
    sqlite3_prepare_v3(sqlite_of(database)->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
                       NULL);
    return statement;
}

static void sqlite_finish(void *statement)
{
    sqlite3_finalize(statement);
}

// ---- memory ----------------------------------------------------------------------------

// A text that cannot be bound is taken for NULL, and so is one that cannot be read: what SQLite
// is refused is counted, and the transaction fails (store.c).
static void *take(int size)
{
    return shortage_malloc((size_t)size);
}

static void *take_more(void *old, int size)
{
    return shortage_realloc(old, (size_t)size);
}

static int size_of(void *given)
{
    return given ? (int)malloc_usable_size(given) : 0;
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static int begin_memory(void *userdata)
{
    (void)userdata;
    return SQLITE_OK;
}

static void end_memory(void *userdata)
{
    (void)userdata;
}

// Before SQLite is asked for anything.
__attribute__((constructor)) static void set_functions(void)
{
    static const struct sqlite3_mem_methods methods = {
        take, free, take_more, size_of, round_up, begin_memory, end_memory, NULL};
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

// ---- statements ------------------------------------------------------------------------

static const char *sqlite_text(void *statement)
{
    return sqlite3_sql(statement);
}

static void sqlite_bind_int(void *statement, int position, int64_t value)
{
    sqlite3_bind_int64(statement, position + 1, value);
}

static void sqlite_bind_text(void *statement, int position, const char *text)
{
    sqlite3_bind_text(statement, position + 1, text, -1, SQLITE_TRANSIENT);
}

static void sqlite_bind_blob(void *statement, int position, const uint8_t *bytes, size_t size)
{
    sqlite3_bind_blob(statement, position + 1, bytes, (int)size, SQLITE_TRANSIENT);
}

static enum database_step sqlite_step(void *statement)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return DATABASE_ROW;
    case SQLITE_DONE:
        return DATABASE_DONE;
    default:
        return DATABASE_FAILED;
    }
}

static void sqlite_reset(void *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static int sqlite_changes(void *statement)
{
    return sqlite3_changes(sqlite3_db_handle(statement));
}

static int64_t sqlite_column_int(void *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

static const char *sqlite_column_text(void *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

static const uint8_t *sqlite_column_blob(void *statement, int column, size_t *size)
{
    const uint8_t *bytes = sqlite3_column_blob(statement, column);
    *size = (size_t)sqlite3_column_bytes(statement, column);
    return bytes;
}

// The system tells of a write that failed once, and takes what it held for written: asked again
// it would say that all is well. So this stays as it is until the store is opened anew.
static bool sqlite_sync(struct database *database)
{
    struct database_sqlite *sqlite = sqlite_of(database);
    if (sqlite->lost)
        return false;
    if (sqlite->log < 0 || fdatasync(sqlite->log) == 0)
        return true;
    fprintf(stderr, "qrportal: store: cannot be brought onto the disk: %s: start it again\n",
            strerror(errno));
    sqlite->lost = true;
    return false;
}

static const struct database_driver driver = {
    .close = sqlite_close,
    .begin = sqlite_begin,
    .run = sqlite_run,
    .is_open = sqlite_is_open,
    .written = sqlite_written,
    .version = sqlite_version,
    .sync = sqlite_sync,
    .message = sqlite_message,
    .is_damaged = sqlite_is_damaged,
    .prepare = sqlite_prepare,
    .finish = sqlite_finish,
    .text = sqlite_text,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .changes = sqlite_changes,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .column_blob = sqlite_column_blob,
};

static bool run_script(struct database *database, const char *name)
{
    return sqlite_run(database, asset_text(schema_scripts, name));
}

static bool set_version(struct database *database)
{
    char sql[48];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", SCHEMA_VERSION);
    return sqlite_run(database, sql);
}

static int64_t read_version(struct database *database)
{
    int64_t version = -1;
    sqlite3_stmt *statement = sqlite_prepare(database, "PRAGMA user_version", "");
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

// Version 2 knew no Bitrix24, version 3 adopted marks, version 4 had no device tokens, version
// 5 looked through whole tables, version 6 had no groups, version 7 no badges.
static bool make_tables(struct database *database, int64_t version)
{
    return (version > 0 || run_script(database, "schema.sql")) &&
           (version >= 3 || run_script(database, "bitrix24.sql")) &&
           (version >= 4 || run_script(database, "trust.sql")) &&
           (version >= 5 || run_script(database, "tokens.sql")) &&
           (version >= 6 || run_script(database, "scale.sql")) &&
           (version >= 7 || run_script(database, "fleet.sql")) &&
           (version >= 8 || run_script(database, "badges.sql")) &&
           (version >= SCHEMA_VERSION || set_version(database));
}

// From here on a commit is in the log, whole or not at all, and sqlite_sync brings the log onto
// the disk: once for many commits, and not for those that need not outlive the machine.
static void take_over_sync(struct database_sqlite *sqlite, const char *path)
{
    char *log = sqlite3_mprintf("%s-wal", path);
    sqlite->log = log ? open(log, O_RDONLY | O_CLOEXEC) : -1;
    sqlite3_free(log);
    if (sqlite->log >= 0)
        sqlite_run(&sqlite->base, "PRAGMA synchronous=NORMAL");
}

// SQLite tells of each row that is written.
static void on_update(void *userdata, int operation, const char *name, const char *table,
                      sqlite3_int64 row)
{
    const struct database *database = userdata;
    (void)operation;
    (void)name;
    if (database->wrote)
        database->wrote(database->userdata, table, row);
}

// A saved copy helps only where the file itself is wrong.
static bool tell_unusable(sqlite3 *db, const char *path, struct fault *fault)
{
    int why = sqlite3_errcode(db);
    switch (why) {
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
        return fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened now (%s): try again",
                         path, sqlite3_errstr(why));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fault_set(fault, FAILURE_STORE_DAMAGED, "%s: %s", path, sqlite3_errstr(why));
    default:
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: is not a store of this program (%s): put the right one back from "
                         "a saved copy",
                         path, sqlite3_errmsg(db));
    }
}

static bool prepare_tables(struct database *database, const char *path, bool renew,
                           struct fault *fault)
{
    if (renew)
        sqlite_run(database, "PRAGMA journal_mode=WAL");
    sqlite_run(database, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; " STORE_ROOM);

    // Who only looks waits for nobody who writes.
    bool begun = sqlite_run(database, renew ? "BEGIN IMMEDIATE" : "BEGIN");
    int64_t version = begun ? read_version(database) : -1;
    bool known = version == 0 || (version >= SCHEMA_OLDEST && version <= SCHEMA_VERSION);
    if (version > 0 && !known)
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: its tables are of version %lld, which is not known here: use the "
                         "qrportal that made them, or a newer one",
                         path, (long long)version);

    database->bare = !renew && version == 0;
    if (known && (!renew || make_tables(database, version)) && sqlite_run(database, "COMMIT"))
        return true;
    return tell_unusable(sqlite_of(database)->db, path, fault);
}

// SQLite gives its journal files the mode of the database.
static bool make_file(const char *path, struct fault *fault)
{
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened for writing (%s)", path,
                         strerror(errno));
    close(file);
    return true;
}

struct database *database_sqlite_open(const char *path, bool renew, struct fault *fault)
{
    if (!make_file(path, fault))
        return NULL;
    const unsigned shortages = shortage_count();
    struct database_sqlite *sqlite = shortage_calloc(1, sizeof(*sqlite));
    if (!sqlite) {
        fault_set(fault, FAILURE_MEMORY, "opening the store");
        return NULL;
    }
    sqlite->base.driver = &driver;
    sqlite->log = -1;

    if (sqlite3_open_v2(path, &sqlite->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                        NULL) != SQLITE_OK) {
        fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened", path);
        goto close_database;
    }
    sqlite3_update_hook(sqlite->db, on_update, &sqlite->base);
    sqlite3_busy_timeout(sqlite->db, STORE_BUSY_MS);
    sqlite3_limit(sqlite->db, SQLITE_LIMIT_LENGTH, STORE_SQL_TEXT_LIMIT);
    if (!prepare_tables(&sqlite->base, path, renew, fault))
        goto close_database;
    take_over_sync(sqlite, path);
    if (shortage_count() == shortages)
        return &sqlite->base;
    fault_set(fault, FAILURE_MEMORY, "opening the store"); // a setting may not have been taken

close_database:
    sqlite_close(&sqlite->base);
    return NULL;
}

struct database *database_sqlite_model(struct fault *fault)
{
    struct database_sqlite *sqlite = shortage_calloc(1, sizeof(*sqlite));
    if (sqlite) {
        sqlite->base.driver = &driver;
        sqlite->log = -1;
        if (sqlite3_open(":memory:", &sqlite->db) == SQLITE_OK && make_tables(&sqlite->base, 0))
            return &sqlite->base;
        sqlite_close(&sqlite->base);
    }
    fault_set(fault, FAILURE_MEMORY, "making the tables to compare with");
    return NULL;
}

bool database_sqlite_is_newer(int64_t version)
{
    return version > SCHEMA_VERSION;
}
