// SPDX-License-Identifier: MIT
#include "portal/core/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "portal/core/database_postgresql.h"
#include "portal/core/store_news.h"
#include "portal/core/store_place.h"

#define STATEMENT_PROBES 8u // places that are looked at

static const struct database_driver *driver_of(const struct store *store)
{
    return store->database->driver;
}

static void note_damage(struct store *store)
{
    const struct database_driver *driver = driver_of(store);
    if (store->damaged || !driver->is_damaged || !driver->is_damaged(store->database))
        return;
    fprintf(stderr, "qrportal: %s: %s. %s\n", failure_code(FAILURE_STORE_DAMAGED),
            driver->message(store->database), failure_next(FAILURE_STORE_DAMAGED));
    store->damaged = true;
}

static void store_fail(struct store *store, const char *what)
{
    if (!store->failed) {
        fprintf(stderr, "qrportal: store: %s: %s\n", what,
                driver_of(store)->message(store->database));
        note_damage(store);
    }
    store->failed = true;
}

void store_give_up(struct store *store, const char *what)
{
    if (!store->failed)
        fprintf(stderr, "qrportal: %s cannot be made\n", what);
    store->failed = true;
}

bool store_fault(const struct store *store, const char *directory, const char *otherwise,
                 struct fault *fault)
{
    if (store->damaged)
        return fault_set(fault, FAILURE_STORE_DAMAGED, "%s", directory);
    return fault_set(fault, FAILURE_INTERNAL, "%s: %s%s", directory, otherwise,
                     store->away ? " now (it is locked by another program, or away): try again"
                                 : "");
}

bool store_has_failed(const struct store *store)
{
    return store->failed;
}

static void on_write(void *userdata, const char *table, int64_t row)
{
    struct store *store = userdata;
    subjects_add(&store->changed, subject_of_row(table, row));
    if (strcmp(table, "settings") == 0)
        settings_cache_forget(&store->settings);
}

static bool open_store(struct store *store, const char *directory, bool renew,
                       struct fault *fault)
{
    *store = (struct store){0};
    if (pthread_key_create(&store->trouble, NULL) != 0)
        return fault_set(fault, FAILURE_INTERNAL, "opening the store: no more keys of threads");
    store->database = store_place_open(directory, renew, fault);
    if (!store->database) {
        pthread_key_delete(store->trouble);
        return false;
    }

    store->database->wrote = on_write;
    store->database->userdata = store;
    list_init(&store->sharers);
    pthread_mutex_init(&store->lock, NULL);
    pthread_cond_init(&store->committed, NULL);
    return true;
}

bool store_open(struct store *store, const char *directory, struct fault *fault)
{
    return open_store(store, directory, true, fault);
}

bool store_open_as_it_is(struct store *store, const char *directory, struct fault *fault)
{
    return open_store(store, directory, false, fault);
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
        if (!place->compiled || strcmp(driver_of(store)->text(place->compiled), sql) == 0)
            return place;
    }
    return NULL;
}

// Compiles a statement, or takes it from where it is kept. One that runs inside itself is
// compiled anew.
static void take_statement(struct store *store, const char *sql, const char *types,
                           struct rows *out)
{
    struct store_statement *place = statement_place(store, sql);
    *out = (struct rows){.store = store};

    if (place && place->compiled && !place->taken) {
        place->taken = true;
        out->place = place;
        out->statement = place->compiled;
        return;
    }

    out->statement = driver_of(store)->prepare(store->database, sql, types);
    if (!out->statement) {
        store_fail(store, sql);
    } else if (place && !place->compiled) {
        *place = (struct store_statement){out->statement, true};
        out->place = place;
    }
}

static void leave_statement(struct rows *rows)
{
    const struct database_driver *driver = driver_of(rows->store);
    if (rows->place) {
        driver->reset(rows->statement);
        rows->place->taken = false;
    } else {
        driver->finish(rows->statement);
    }
    rows->statement = NULL;
    rows->place = NULL;
}

static void forget_statements(struct store *store)
{
    for (size_t i = 0; i < STORE_STATEMENTS; i++) {
        driver_of(store)->finish(store->statements[i].compiled);
        store->statements[i] = (struct store_statement){0};
    }
}

void store_close(struct store *store)
{
    store_news_stop(store->news);
    forget_statements(store);
    settings_cache_destroy(&store->settings);
    driver_of(store)->close(store->database);
    pthread_cond_destroy(&store->committed);
    pthread_mutex_destroy(&store->lock);
    pthread_key_delete(store->trouble);
    store->database = NULL;
}

// Who waits for the commit that it shares; on its own stack.
struct store_sharer {
    bool over, kept, away;
    struct list_link link;
};

static bool is_open(struct store *store)
{
    return driver_of(store)->is_open(store->database);
}

static void take_back(struct store *store, const char *sql)
{
    if (is_open(store))
        driver_of(store)->run(store->database, sql);
}

// A step of a transaction's own; its failure is that of the transaction.
static bool told(struct store *store, bool done, const char *what)
{
    if (!done)
        store_fail(store, what);
    return done;
}

static bool run_plain(struct store *store, const char *sql, const char *what)
{
    return told(store, driver_of(store)->run(store->database, sql), what);
}

static bool is_away(struct store *store)
{
    return driver_of(store)->is_away && driver_of(store)->is_away(store->database);
}

static void note_trouble(struct store *store)
{
    pthread_setspecific(store->trouble, store);
}

bool store_was_away(struct store *store)
{
    bool away = pthread_getspecific(store->trouble) != NULL;
    pthread_setspecific(store->trouble, NULL);
    return away;
}

void store_begin(struct store *store)
{
    atomic_fetch_add(&store->coming, 1);
    pthread_mutex_lock(&store->lock);
    atomic_fetch_sub(&store->coming, 1);
    store->failed = false;
    store->shortages = shortage_count();
    store->fleeting = false;
    store->changed.count = 0;
    store->begun = driver_of(store)->written(store->database);

    if (store->shared) { // this one alone can be taken back
        run_plain(store, "SAVEPOINT one", "beginning");
        return;
    }
    store->shared = driver_of(store)->begin(store->database);
    if (!store->shared) { // told once: each window that waits asks again every second
        if (!store->away)
            store_fail(store, "beginning");
        store->failed = true;
        note_trouble(store);
    }
    store->away = !store->shared;
    store->members = 0;
    store->written = store->begun;
    if (store->settings.known &&
        driver_of(store)->version(store->database) != store->settings_seen)
        settings_cache_forget(&store->settings);
}

// What it wrote is announced with it.
static bool tell(struct store *store)
{
    const struct database_driver *driver = driver_of(store);
    return !driver->tell || driver->written(store->database) == store->begun ||
           told(store, driver->tell(store->database), "telling");
}

// The transaction is over, what it wrote is in the commit that is open, or taken back.
static bool leave_transaction(struct store *store, bool keep)
{
    if (shortage_count() != store->shortages) // of what was read and decided a part is missing
        store_fail(store, "out of memory");
    bool first = store->members == 0;
    bool kept = keep && !store->failed && store->shared && tell(store) &&
                (first || run_plain(store, "RELEASE one", "keeping"));
    if (!kept)
        take_back(store, first ? "ROLLBACK" : "ROLLBACK TO one; RELEASE one");
    if (!kept)
        settings_cache_forget(&store->settings);
    store->members++;
    return kept;
}

// Writes what its members kept. The database may have taken all of it back at a fault.
static bool commit_shared(struct store *store)
{
    bool written = driver_of(store)->written(store->database) != store->written;
    bool kept = is_open(store) && run_plain(store, "COMMIT", "committing");
    store->commits += kept && written;
    bool away = is_away(store);
    if (!kept)
        take_back(store, "ROLLBACK");
    if (!kept)
        settings_cache_forget(&store->settings);
    store->shared = false;

    struct store_sharer *sharer;
    while ((sharer = list_first(&store->sharers)) != NULL) {
        list_leave(&sharer->link);
        sharer->over = true;
        sharer->kept = kept;
        sharer->away = !kept && away;
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
    if (sharer.away)
        note_trouble(store);
    return sharer.kept;
}

// All that is committed by now, by whoever, comes onto the disk. With the lock, which others
// have meanwhile.
static bool make_lasting(struct store *store)
{
    const struct database_driver *driver = driver_of(store);
    const uint64_t own = store->commits;
    bool ok = true;

    while (ok && driver->sync && store->lasting < own) {
        if (store->syncing) {
            pthread_cond_wait(&store->committed, &store->lock);
            continue;
        }

        store->syncing = true;
        uint64_t until = store->commits;
        pthread_mutex_unlock(&store->lock);
        ok = driver->sync(store->database);
        pthread_mutex_lock(&store->lock);

        store->syncing = false;
        if (ok)
            store->lasting = until;
        pthread_cond_broadcast(&store->committed);
    }
    return ok;
}

bool store_end(struct store *store, bool keep)
{
    struct subjects changed;
    return store_end_telling(store, keep, &changed);
}

bool store_end_telling(struct store *store, bool keep, struct subjects *changed)
{
    bool kept = leave_transaction(store, keep);
    bool failed = store->failed, fleeting = store->fleeting;
    if (is_away(store))
        note_trouble(store);
    struct subjects own = store->changed;

    // What it read may have been written by another of them: that has to be kept first.
    bool open = store->shared && is_open(store);
    bool written = open && driver_of(store)->written(store->database) != store->written;
    bool last = atomic_load(&store->coming) == 0 || store->members >= STORE_SHARE_MAX;
    bool ok = true;
    if (!open || last)
        ok = commit_shared(store) || (!kept && !written);
    else if (written)
        ok = wait_for_commit(store);
    if (ok && !fleeting)
        ok = make_lasting(store);

    if (!ok && is_away(store))
        note_trouble(store);
    *changed = kept && ok ? own : (struct subjects){0};
    pthread_mutex_unlock(&store->lock);
    return ok && !failed;
}

void store_is_fleeting(struct store *store)
{
    store->fleeting = true;
}

void store_tell(struct store *store, uint64_t subject)
{
    subjects_add(&store->changed, subject);
}

bool store_is_shared(const struct store *store)
{
    return driver_of(store)->tell != NULL;
}

bool store_clock(struct store *store, int64_t *ms)
{
    pthread_mutex_lock(&store->lock);
    bool told_it = store_is_shared(store) && database_postgresql_clock(store->database, ms);
    pthread_mutex_unlock(&store->lock);
    return told_it;
}

bool store_clock_told(struct store *store, int64_t *ms)
{
    return store_is_shared(store) && !store->failed &&
           database_postgresql_clock_told(store->database, ms);
}

bool store_listen(struct store *store, struct changes *changes, struct fault *fault)
{
    if (!store_is_shared(store))
        return true;
    store->news = store_news_start(store->database, changes, fault);
    return store->news != NULL;
}

bool store_changed_elsewhere(struct store *store)
{
    pthread_mutex_lock(&store->lock);
    int64_t now = driver_of(store)->version(store->database);
    bool changed = store->seen != 0 && now != store->seen;
    store->seen = now;
    pthread_mutex_unlock(&store->lock);
    return changed;
}

static void bind_arguments(const struct rows *rows, const char *types, va_list arguments)
{
    const struct database_driver *driver = driver_of(rows->store);
    for (int i = 0; types[i]; i++) {
        if (types[i] == 'i') {
            driver->bind_int(rows->statement, i, va_arg(arguments, int64_t));
        } else if (types[i] == 't') {
            driver->bind_text(rows->statement, i, va_arg(arguments, const char *));
        } else {
            const uint8_t *bytes = va_arg(arguments, const uint8_t *);
            size_t size = va_arg(arguments, size_t);
            driver->bind_blob(rows->statement, i, bytes, size);
        }
    }
}

static void open_rows(struct rows *rows, struct store *store, const char *sql,
                      const char *types, va_list arguments)
{
    *rows = (struct rows){.store = store};
    if (store->failed)
        return;
    take_statement(store, sql, types, rows);
    if (rows->statement)
        bind_arguments(rows, types, arguments);
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

    if (driver_of(store)->step(rows.statement) == DATABASE_FAILED)
        store_fail(store, sql);
    int changes = driver_of(store)->changes(rows.statement);
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

    const struct database_driver *driver = driver_of(rows->store);
    enum database_step step = driver->step(rows->statement);
    if (step == DATABASE_ROW)
        return true;
    if (step == DATABASE_FAILED)
        store_fail(rows->store, driver->text(rows->statement));
    rows_close(rows);
    return false;
}

void rows_close(struct rows *rows)
{
    if (rows->statement)
        leave_statement(rows);
}

static const char *text_of(const struct rows *rows, int column)
{
    return driver_of(rows->store)->column_text(rows->statement, column);
}

int64_t rows_int(const struct rows *rows, int column)
{
    return driver_of(rows->store)->column_int(rows->statement, column);
}

void rows_text(const struct rows *rows, int column, char *out, size_t size)
{
    const char *text = text_of(rows, column);
    snprintf(out, size, "%s", text ? text : "");
}

bool rows_blob(const struct rows *rows, int column, uint8_t *out, size_t size)
{
    size_t found;
    const uint8_t *bytes = driver_of(rows->store)->column_blob(rows->statement, column, &found);
    if (!bytes || found != size)
        return false;
    memcpy(out, bytes, size);
    return true;
}

char *rows_text_copy(const struct rows *rows, int column)
{
    const char *text = text_of(rows, column);
    return text ? shortage_strdup(text) : NULL;
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
    if (!store->database->bare) {
        rows_open(&rows, store, "SELECT name, value FROM settings", "");
        while (added && rows_next(&rows))
            added = settings_cache_add(&store->settings, text_of(&rows, 0), text_of(&rows, 1));
        rows_close(&rows);
    }

    store->settings_seen = driver_of(store)->version(store->database);
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
    store_run(store,
              "INSERT INTO settings (name, value) VALUES (?, ?) "
              "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
              "tt", name, value);
}
