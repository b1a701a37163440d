// SPDX-License-Identifier: MIT
#include "portal/core/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "portal/core/schema.h"

#define STORE_VERSION    6
#define STORE_BUSY_MS    10000
#define STATEMENT_PROBES 8u // places that are looked at
// Pages of the file in memory (KiB below 0), and of the log before they are written back.
#define STORE_ROOM           "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000;"
#define STORE_SQL_TEXT_LIMIT 65536 // bytes of one value; what is stored is far below

static void store_fail(struct store *store, const char *what)
{
    if (!store->failed)
        fprintf(stderr, "qrportal: store: %s: %s\n", what, sqlite3_errmsg(store->db));
    store->failed = true;
}

static bool store_script(struct store *store, const char *name)
{
    return store->failed || sqlite3_exec(store->db, asset_text(schema_scripts, name), NULL,
                                         NULL, NULL) == SQLITE_OK;
}

static bool store_set_version(struct store *store)
{
    char sql[48];
    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", STORE_VERSION);
    return store->failed || sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

// Version 2 knew no Bitrix24, version 3 adopted marks, version 4 had no device tokens, version
// 5 looked through whole tables.
static bool make_tables(struct store *store, int64_t version)
{
    return (version > 0 || store_script(store, "schema.sql")) &&
           (version >= 3 || store_script(store, "bitrix24.sql")) &&
           (version >= 4 || store_script(store, "trust.sql")) &&
           (version >= 5 || store_script(store, "tokens.sql")) &&
           (version >= 6 || store_script(store, "scale.sql")) &&
           (version >= STORE_VERSION || store_set_version(store));
}

static bool store_prepare_tables(struct store *store, bool renew)
{
    sqlite3_exec(store->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    sqlite3_exec(store->db, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; " STORE_ROOM,
                 NULL, NULL, NULL);

    store_begin(store);
    int64_t version = store_number(store, -1, "PRAGMA user_version", "");
    bool known = version == 0 || (version >= 2 && version <= STORE_VERSION);
    if (!known && !store->failed) {
        fprintf(stderr, "qrportal: store: version %lld is not known here\n",
                (long long)version);
        store->failed = true;
    }

    // One of version 0 was not finished: nobody has it in use.
    if ((renew || version == 0) && !make_tables(store, version))
        store_fail(store, "making the tables");

    return store_end(store, true);
}

// SQLite tells of each row that is written.
static void on_update(void *userdata, int operation, const char *database, const char *table,
                      sqlite3_int64 row)
{
    struct store *store = userdata;
    (void)operation;
    (void)database;
    subjects_add(&store->changed, subject_of_row(table, row));
    if (strcmp(table, "settings") == 0)
        settings_cache_forget(&store->settings);
}

// A saved copy helps only where the file itself is wrong.
static bool tell_unusable(const char *path, int why, struct fault *fault)
{
    switch (why) {
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
        return fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened now (%s): try again",
                         path, sqlite3_errstr(why));
    default:
        return fault_set(
            fault, FAILURE_INTERNAL,
            "%s: is not a store of this program: put the right one back from a saved copy",
            path);
    }
}

static bool open_file(struct store *store, const char *path, bool renew, struct fault *fault)
{
    // SQLite gives its journal files the mode of the database.
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened for writing (%s)", path,
                         strerror(errno));
    close(file);

    *store = (struct store){0};
    if (sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX,
                        NULL) != SQLITE_OK) {
        sqlite3_close(store->db);
        return fault_set(fault, FAILURE_INTERNAL, "%s: cannot be opened", path);
    }
    sqlite3_update_hook(store->db, on_update, store);
    sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, STORE_SQL_TEXT_LIMIT);
    list_init(&store->sharers);
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->committed, NULL);
    if (!store_prepare_tables(store, renew)) {
        int why = sqlite3_errcode(store->db);
        store_close(store);
        return tell_unusable(path, why, fault);
    }
    return true;
}

bool store_open(struct store *store, const char *path, struct fault *fault)
{
    return open_file(store, path, true, fault);
}

bool store_open_as_it_is(struct store *store, const char *path, struct fault *fault)
{
    return open_file(store, path, false, fault);
}

// Where a statement is kept, or may be: the first such place from that of its hash on; NULL:
// none is free.
static struct store_statement *statement_place(struct store *store, const char *sql)
{
    uint32_t hash = 2166136261u; // FNV-1a
    for (const char *at = sql; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;

    for (uint32_t i = 0; i < STATEMENT_PROBES; i++) {
        struct store_statement *place = &store->statements[(hash + i) % STORE_STATEMENTS];
        if (!place->compiled || strcmp(sqlite3_sql(place->compiled), sql) == 0)
            return place;
    }
    return NULL;
}

// Compiles a statement, or takes it from where it is kept. One that runs inside itself is
// compiled anew.
static void take_statement(struct store *store, const char *sql, struct rows *out)
{
    struct store_statement *place = statement_place(store, sql);
    *out = (struct rows){.store = store};

    if (place && place->compiled && !place->taken) {
        place->taken = true;
        out->place = place;
        out->statement = place->compiled;
        return;
    }

    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out->statement,
                           NULL) != SQLITE_OK) {
        store_fail(store, sql);
        out->statement = NULL;
    } else if (place && !place->compiled) {
        *place = (struct store_statement){out->statement, true};
        out->place = place;
    }
}

static void leave_statement(struct rows *rows)
{
    if (rows->place) {
        sqlite3_reset(rows->statement);
        sqlite3_clear_bindings(rows->statement);
        rows->place->taken = false;
    } else {
        sqlite3_finalize(rows->statement);
    }
    rows->statement = NULL;
    rows->place = NULL;
}

static void forget_statements(struct store *store)
{
    for (size_t i = 0; i < STORE_STATEMENTS; i++) {
        sqlite3_finalize(store->statements[i].compiled);
        store->statements[i] = (struct store_statement){0};
    }
}

void store_close(struct store *store)
{
    forget_statements(store);
    settings_cache_destroy(&store->settings);
    sqlite3_close(store->db);
    pthread_cond_destroy(&store->committed);
    pthread_mutex_destroy(&store->lock);
    store->db = NULL;
}

// Who waits for the commit that it shares; on its own stack.
struct store_sharer {
    bool over, kept;
    struct list_link link;
};

static bool run_plain(struct store *store, const char *sql, const char *what)
{
    struct rows rows;
    take_statement(store, sql, &rows);
    bool ok = rows.statement && sqlite3_step(rows.statement) == SQLITE_DONE;
    if (!ok)
        store_fail(store, what);
    if (rows.statement)
        leave_statement(&rows);
    return ok;
}

void store_begin(struct store *store)
{
    atomic_fetch_add(&store->coming, 1);
    pthread_mutex_lock(&store->lock);
    atomic_fetch_sub(&store->coming, 1);
    store->failed = false;
    store->changed.count = 0;

    if (store->shared) { // this one alone can be taken back
        run_plain(store, "SAVEPOINT one", "beginning");
        return;
    }
    store->shared = run_plain(store, "BEGIN IMMEDIATE", "beginning");
    store->members = 0;
    store->written = sqlite3_total_changes(store->db);
    if (store->settings.known &&
        store_number(store, 0, "PRAGMA data_version", "") != store->settings_seen)
        settings_cache_forget(&store->settings);
}

// The transaction is over, what it wrote is in the commit that is open, or taken back.
static bool leave_transaction(struct store *store, bool keep)
{
    bool first = store->members == 0;
    bool kept = keep && !store->failed && store->shared &&
                (first || run_plain(store, "RELEASE one", "keeping"));
    if (!kept && !first && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK TO one; RELEASE one", NULL, NULL, NULL);
    if (!kept && first && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (!kept)
        settings_cache_forget(&store->settings);
    store->members++;
    return kept;
}

// Writes what its members kept. SQLite may have taken all of it back at a fault.
static bool commit_shared(struct store *store)
{
    bool open = !sqlite3_get_autocommit(store->db);
    bool kept = open && run_plain(store, "COMMIT", "committing");
    if (!kept && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (!kept)
        settings_cache_forget(&store->settings);
    store->shared = false;

    struct store_sharer *sharer;
    while ((sharer = list_first(&store->sharers)) != NULL) {
        list_leave(&sharer->link);
        sharer->over = true;
        sharer->kept = kept;
    }
    pthread_cond_broadcast(&store->committed);
    return kept;
}

// Who comes next ends the commit, or hands it on in turn.
static bool wait_for_commit(struct store *store)
{
    struct store_sharer sharer = {0};
    list_add(&store->sharers, &sharer.link, &sharer);
    while (!sharer.over)
        pthread_cond_wait(&store->committed, &store->lock);
    return sharer.kept;
}

bool store_end(struct store *store, bool keep)
{
    struct subjects changed;
    return store_end_telling(store, keep, &changed);
}

bool store_end_telling(struct store *store, bool keep, struct subjects *changed)
{
    bool kept = leave_transaction(store, keep);
    bool failed = store->failed;
    struct subjects own = store->changed;

    // What it read may have been written by another of them: that has to be kept first.
    bool open = store->shared && !sqlite3_get_autocommit(store->db);
    bool written = open && sqlite3_total_changes(store->db) != store->written;
    bool last = atomic_load(&store->coming) == 0 || store->members >= STORE_SHARE_MAX;
    bool ok = true;
    if (!open || last)
        ok = commit_shared(store) || (!kept && !written);
    else if (written)
        ok = wait_for_commit(store);

    *changed = kept && ok ? own : (struct subjects){0};
    pthread_mutex_unlock(&store->lock);
    return ok && !failed;
}

bool store_changed_elsewhere(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    store->failed = false;
    int64_t now = store_number(store, store->seen, "PRAGMA data_version", "");
    bool changed = store->seen != 0 && now != store->seen;
    store->seen = now;
    pthread_mutex_unlock(&store->lock);
    return changed;
}

static void bind_arguments(sqlite3_stmt *statement, const char *types, va_list arguments)
{
    for (int i = 0; types[i]; i++) {
        if (types[i] == 'i') {
            sqlite3_bind_int64(statement, i + 1, va_arg(arguments, int64_t));
        } else if (types[i] == 't') {
            sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1,
                              SQLITE_TRANSIENT);
        } else {
            const uint8_t *bytes = va_arg(arguments, const uint8_t *);
            size_t size = va_arg(arguments, size_t);
            sqlite3_bind_blob(statement, i + 1, bytes, (int)size, SQLITE_TRANSIENT);
        }
    }
}

static void open_rows(struct rows *rows, struct store *store, const char *sql,
                      const char *types, va_list arguments)
{
    *rows = (struct rows){.store = store};
    if (store->failed)
        return;
    take_statement(store, sql, rows);
    if (rows->statement)
        bind_arguments(rows->statement, types, arguments);
}

int store_run(struct store *store, const char *sql, const char *types, ...)
{
    struct rows rows;
    va_list arguments;
    va_start(arguments, types);
    open_rows(&rows, store, sql, types, arguments);
    va_end(arguments);
    if (!rows.statement)
        return 0;

    int result = sqlite3_step(rows.statement);
    if (result != SQLITE_DONE && result != SQLITE_ROW)
        store_fail(store, sql);
    int changes = sqlite3_changes(store->db);
    leave_statement(&rows);
    return store->failed ? 0 : changes;
}

void rows_open(struct rows *rows, struct store *store, const char *sql, const char *types, ...)
{
    va_list arguments;
    va_start(arguments, types);
    open_rows(rows, store, sql, types, arguments);
    va_end(arguments);
}

bool rows_next(struct rows *rows)
{
    if (!rows->statement)
        return false;
    int result = sqlite3_step(rows->statement);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        store_fail(rows->store, sqlite3_sql(rows->statement));
    rows_close(rows);
    return false;
}

void rows_close(struct rows *rows)
{
    if (rows->statement)
        leave_statement(rows);
}

int64_t rows_int(const struct rows *rows, int column)
{
    return sqlite3_column_int64(rows->statement, column);
}

void rows_text(const struct rows *rows, int column, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(rows->statement, column);
    snprintf(out, size, "%s", text ? (const char *)text : "");
}

bool rows_blob(const struct rows *rows, int column, uint8_t *out, size_t size)
{
    const void *bytes = sqlite3_column_blob(rows->statement, column);
    if (!bytes || (size_t)sqlite3_column_bytes(rows->statement, column) != size)
        return false;
    memcpy(out, bytes, size);
    return true;
}

char *rows_text_copy(const struct rows *rows, int column)
{
    const unsigned char *text = sqlite3_column_text(rows->statement, column);
    return text ? strdup((const char *)text) : NULL;
}

int64_t store_number(struct store *store, int64_t otherwise, const char *sql, const char *types,
                     ...)
{
    va_list arguments;
    struct rows rows;
    va_start(arguments, types);
    open_rows(&rows, store, sql, types, arguments);
    va_end(arguments);
    int64_t number = otherwise;
    if (rows_next(&rows))
        number = rows_int(&rows, 0);
    rows_close(&rows);
    return number;
}

static void read_settings(struct store *store)
{
    struct rows rows;
    bool added = true;
    settings_cache_forget(&store->settings);
    rows_open(&rows, store, "SELECT name, value FROM settings", "");
    while (added && rows_next(&rows))
        added = settings_cache_add(&store->settings,
                                   (const char *)sqlite3_column_text(rows.statement, 0),
                                   (const char *)sqlite3_column_text(rows.statement, 1));
    rows_close(&rows);

    store->settings_seen = store_number(store, 0, "PRAGMA data_version", "");
    store->settings.known = !store->failed;
    if (!added)
        store_fail(store, "reading settings");
}

const char *store_find_setting(struct store *store, const char *name)
{
    if (!store->settings.known)
        read_settings(store);
    return settings_cache_find(&store->settings, name);
}

void store_copy_setting(struct store *store, const char *name, char *out, size_t size)
{
    const char *value = store_find_setting(store, name);
    snprintf(out, size, "%s", value ? value : "");
}

void store_set_setting(struct store *store, const char *name, const char *value)
{
    store_run(store, "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", "tt", name,
              value);
}
