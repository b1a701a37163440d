// SPDX-License-Identifier: MIT
#include "portal/core/store_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/base/secret_file.h"
#include "portal/core/config.h"
#include "portal/core/database_sqlite.h"
#include "portal/core/schema.h"
#include "portal/core/start.h"
#include "portal/core/store_place.h"

#define SQL_SIZE          512u
#define FINDING_SIZE      256u
#define POSTGRESQL_OLDEST 150000 // as the server says it: 15.0

struct check {
    struct database *database;
    bool shared; // it lies in PostgreSQL
    store_check_found found;
    void *userdata;
    struct store_checked *out;
};

static const char *const part_names[STORE_CHECK_PARTS] = {
    [STORE_CHECK_FILE] = "file",
    [STORE_CHECK_TABLES] = "tables",
    [STORE_CHECK_ROWS] = "rows",
    [STORE_CHECK_SETTINGS] = "settings",
};

const char *store_check_part_name(enum store_check_part part)
{
    return part_names[part];
}

__attribute__((format(printf, 3, 4))) static void
tell(const struct check *check, enum store_check_part part, const char *format, ...)
{
    char what[FINDING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);

    for (char *at = what; *at; at++) { // SQLite breaks its lines
        if (*at == '\n' || *at == '\t')
            *at = ' ';
    }
    check->out->found[part]++;
    check->found(check->userdata, part, what);
}

// ---- asking ------------------------------------------------------------------------------

// A statement with up to two texts; NULL where it cannot be run, which is told.
static void *ask(const struct check *check, enum store_check_part part, const char *sql,
                 const char *first, const char *second)
{
    const struct database_driver *driver = check->database->driver;
    void *statement = driver->prepare(check->database, sql, second ? "tt" : first ? "t" : "");
    if (!statement) {
        tell(check, part, "cannot be asked: %s", driver->message(check->database));
        return NULL;
    }
    if (first)
        driver->bind_text(statement, 0, first);
    if (second)
        driver->bind_text(statement, 1, second);
    return statement;
}

static bool next(const struct check *check, enum store_check_part part, void *statement)
{
    const struct database_driver *driver = check->database->driver;
    enum database_step step = driver->step(statement);
    if (step == DATABASE_FAILED)
        tell(check, part, "cannot be read: %s", driver->message(check->database));
    return step == DATABASE_ROW;
}

// The first column of the first row; -1 where there is none.
static int64_t number(const struct check *check, enum store_check_part part, const char *sql,
                      const char *first, const char *second)
{
    const struct database_driver *driver = check->database->driver;
    void *statement = ask(check, part, sql, first, second);
    int64_t found = -1;
    if (statement && next(check, part, statement))
        found = driver->column_int(statement, 0);
    driver->finish(statement);
    return found;
}

// ---- the file, or the server -------------------------------------------------------------

static void check_pages(const struct check *check, const char *pragma)
{
    const struct database_driver *driver = check->database->driver;
    void *rows = ask(check, STORE_CHECK_FILE, pragma, NULL, NULL);
    while (rows && next(check, STORE_CHECK_FILE, rows)) {
        const char *text = driver->column_text(rows, 0);
        if (text && strcmp(text, "ok") != 0)
            tell(check, STORE_CHECK_FILE, "%s", text);
    }
    driver->finish(rows);
}

static void check_server(const struct check *check)
{
    const struct database_driver *driver = check->database->driver;
    int64_t version =
        number(check, STORE_CHECK_FILE, "SELECT current_setting('server_version_num')::bigint",
               NULL, NULL);
    if (version >= 0 && version < POSTGRESQL_OLDEST)
        tell(check, STORE_CHECK_FILE, "PostgreSQL %lld: 15 or newer is needed",
             (long long)version / 10000);

    void *rows = ask(check, STORE_CHECK_FILE,
                     "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
                     "JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                     "WHERE nspname = current_schema() AND NOT indisvalid",
                     NULL, NULL);
    while (rows && next(check, STORE_CHECK_FILE, rows))
        tell(check, STORE_CHECK_FILE, "index %s is not valid: REINDEX",
             driver->column_text(rows, 0));
    driver->finish(rows);
}

// ---- the tables --------------------------------------------------------------------------

#define MODEL_SQL                                                                              \
    "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "             \
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' UNION ALL "                         \
    "SELECT '', name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"

// Of a column its table, of an index nothing, and its name.
static void check_part_of_table(const struct check *check, const char *table, const char *name)
{
    static const char *const of_columns[] = {
        "SELECT count(*) FROM pragma_table_info(?) WHERE name = ?",
        "SELECT count(*) FROM information_schema.columns WHERE table_schema = "
        "current_schema() AND table_name = ? AND column_name = ?"};
    static const char *const of_indexes[] = {
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?",
        "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = "
        "?"};

    bool column = table[0] != '\0';
    int64_t there =
        column ? number(check, STORE_CHECK_TABLES, of_columns[check->shared], table, name)
               : number(check, STORE_CHECK_TABLES, of_indexes[check->shared], name, NULL);
    if (there == 0 && column)
        tell(check, STORE_CHECK_TABLES, "%s has no column %s", table, name);
    else if (there == 0)
        tell(check, STORE_CHECK_TABLES, "there is no index %s", name);
}

// Both kinds of store have the same tables, columns and indexes. More than those does no harm.
static bool check_tables(const struct check *check, struct fault *fault)
{
    struct database *model = database_sqlite_model(fault);
    if (!model)
        return false;

    void *rows = model->driver->prepare(model, MODEL_SQL, "");
    bool ok = rows != NULL;
    while (ok && model->driver->step(rows) == DATABASE_ROW)
        check_part_of_table(check, model->driver->column_text(rows, 0),
                            model->driver->column_text(rows, 1));
    model->driver->finish(rows);
    model->driver->close(model);

    if (check->shared &&
        number(check, STORE_CHECK_TABLES, "SELECT count(*) FROM store_state", NULL, NULL) != 1)
        tell(check, STORE_CHECK_TABLES, "store_state has not one row");
    return ok || fault_set(fault, FAILURE_INTERNAL, "the tables cannot be compared");
}

// ---- the rows ----------------------------------------------------------------------------

// What no REFERENCES says, but every request goes by: what each row names is there.
static const struct {
    const char *table, *column, *of, *key;
} named[] = {
    {"sessions", "device_id", "devices", "device_id"},
    {"pending", "device_id", "devices", "device_id"},
    {"session_keys", "device_id", "devices", "device_id"},
    {"challenges", "device_id", "devices", "device_id"},
    {"challenges", "user", "users", "id"},
    {"logins", "device_id", "devices", "device_id"},
    {"logins", "user", "users", "id"},
    {"enrolments", "kiosk", "devices", "device_id"},
    {"enrolments", "NULLIF(badge, 0)", "badges", "number"},
    {"devices", "kiosk", "devices", "device_id"},
    {"devices", "NULLIF(badge, 0)", "badges", "number"},
    {"device_tokens", "device_id", "devices", "device_id"},
};

// And what a row of a table says goes together.
static const struct {
    const char *what, *sql;
} rules[] = {
    {"devices that are not revoked have no key that is theirs",
     "SELECT count(*) FROM devices WHERE revoked_at = 0 AND device_id NOT IN "
     "(SELECT device_id FROM session_keys WHERE device_id IS NOT NULL AND state = 1)"},
    {"devices have more than one key that is theirs",
     "SELECT count(*) FROM (SELECT 1 FROM session_keys WHERE device_id IS NOT NULL AND "
     "state = 1 GROUP BY device_id HAVING count(*) > 1) AS many"},
    {"devices have the number of a statement below 0",
     "SELECT count(*) FROM devices WHERE sequence < 0"},
    {"keys of devices are of a size that no key has",
     "SELECT count(*) FROM session_keys WHERE length(session_key) <> 32"},
    {"accounts have no name, or no password",
     "SELECT count(*) FROM users WHERE name = '' OR account_id = '' OR password_hash = ''"},
    {"accounts are neither enabled nor disabled",
     "SELECT count(*) FROM users WHERE enabled NOT IN (0, 1) OR admin NOT IN (0, 1)"},
};

// SQLite looks at them only while it writes, where that was asked for.
static void check_references(const struct check *check)
{
    const struct database_driver *driver = check->database->driver;
    void *rows = ask(check, STORE_CHECK_ROWS,
                     "SELECT \"table\", \"parent\", count(*) FROM pragma_foreign_key_check "
                     "GROUP BY 1, 2",
                     NULL, NULL);
    while (rows && next(check, STORE_CHECK_ROWS, rows))
        tell(check, STORE_CHECK_ROWS, "%lld of %s are of %s that are not there",
             (long long)driver->column_int(rows, 2), driver->column_text(rows, 0),
             driver->column_text(rows, 1));
    driver->finish(rows);
}

static void check_rows(const struct check *check)
{
    char sql[SQL_SIZE];
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        snprintf(sql, sizeof(sql),
                 "SELECT count(*) FROM %s WHERE %s IS NOT NULL AND %s NOT IN (SELECT %s FROM "
                 "%s)",
                 named[i].table, named[i].column, named[i].column, named[i].key, named[i].of);
        int64_t lost = number(check, STORE_CHECK_ROWS, sql, NULL, NULL);
        if (lost > 0)
            tell(check, STORE_CHECK_ROWS, "%lld of %s are of %s that are not there",
                 (long long)lost, named[i].table, named[i].of);
    }

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        int64_t broken = number(check, STORE_CHECK_ROWS, rules[i].sql, NULL, NULL);
        if (broken > 0)
            tell(check, STORE_CHECK_ROWS, "%lld %s", (long long)broken, rules[i].what);
    }
    if (!check->shared)
        check_references(check);
}

static void check_settings(const struct check *check)
{
    const struct database_driver *driver = check->database->driver;
    void *rows =
        ask(check, STORE_CHECK_SETTINGS, "SELECT name, value FROM settings", NULL, NULL);
    while (rows && next(check, STORE_CHECK_SETTINGS, rows)) {
        const char *name = driver->column_text(rows, 0), *value = driver->column_text(rows, 1);
        struct fault fault = {0};
        enum config_id id;
        if (name && config_find(name, &id) && !config_allows(id, value ? value : "", &fault))
            tell(check, STORE_CHECK_SETTINGS, "%s", fault.detail);
    }
    driver->finish(rows);
}

// ---- all of it ---------------------------------------------------------------------------

static bool any_found(const struct check *check)
{
    size_t found = 0;
    for (int part = 0; part < STORE_CHECK_PARTS; part++)
        found += check->out->found[part];
    return found > 0;
}

// One part after the other: what reads a damaged file, or a column that is not there, says
// nothing more.
static bool check_all(const struct check *check, struct fault *fault)
{
    struct store_checked *out = check->out;
    out->looked[STORE_CHECK_FILE] = true;
    if (check->shared)
        check_server(check);
    else
        check_pages(check, "PRAGMA integrity_check(20)");

    if (check->database->bare || any_found(check))
        return true;
    out->version = number(check, STORE_CHECK_TABLES,
                          check->shared ? "SELECT schema_version FROM store_state"
                                        : "SELECT user_version FROM pragma_user_version",
                          NULL, NULL);
    if (out->version != SCHEMA_VERSION) // the next start brings it up to date
        return true;

    out->looked[STORE_CHECK_TABLES] = true;
    if (!check_tables(check, fault))
        return false;
    if (any_found(check))
        return true;

    out->looked[STORE_CHECK_ROWS] = out->looked[STORE_CHECK_SETTINGS] = true;
    check_rows(check);
    check_settings(check);
    return true;
}

static bool has_place(const char *directory)
{
    char path[SECRET_PATH_MAX];
    return secret_path(directory, STORE_PLACE_FILE, path) && access(path, F_OK) == 0;
}

bool store_check(const char *directory, store_check_found found, void *userdata,
                 struct store_checked *out, struct fault *fault)
{
    struct check check = {.found = found, .userdata = userdata, .out = out};
    *out = (struct store_checked){0};
    if (!store_place_exists(directory))
        return fault_set(fault, FAILURE_USAGE, "%s: there is no store in it", directory);
    check.shared = has_place(directory);
    check.database = store_place_open(directory, false, fault);
    if (!check.database)
        return false;

    // As of one moment, and without the lock of who writes.
    const struct database_driver *driver = check.database->driver;
    bool ok = driver->run(check.database,
                          check.shared ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                       : "BEGIN") ||
              fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory,
                        driver->message(check.database));
    ok = ok && check_all(&check, fault);
    driver->run(check.database, "ROLLBACK");
    driver->close(check.database);
    return ok;
}

// ---- at a start --------------------------------------------------------------------------

struct first {
    char what[FINDING_SIZE];
};

static void keep_first(void *userdata, enum store_check_part part, const char *what)
{
    struct first *first = userdata;
    (void)part;
    if (first->what[0] == '\0')
        snprintf(first->what, sizeof(first->what), "%s", what);
}

static bool stopped_orderly(const struct check *check)
{
    return check->database->bare ||
           number(check, STORE_CHECK_FILE,
                  "SELECT count(*) FROM settings WHERE name = '" START_STOPPED "' AND value = "
                  "'yes'",
                  NULL, NULL) == 1;
}

static bool look_at_start(const char *path, int64_t size, bool *skipped, struct fault *fault)
{
    struct first first = {0};
    struct store_checked checked = {0};
    struct check check = {.found = keep_first, .userdata = &first, .out = &checked};
    check.database = database_sqlite_open(path, false, fault);
    if (!check.database)
        return fault->failure != FAILURE_STORE_DAMAGED; // the rest is told by who opens it next

    bool orderly = stopped_orderly(&check);
    *skipped = !orderly && size > STORE_CHECK_AT_START_MAX;
    if (size <= STORE_CHECK_ALWAYS_MAX || (!orderly && !*skipped))
        check_pages(&check, "PRAGMA quick_check(1)");
    check.database->driver->close(check.database);
    return !any_found(&check) ||
           fault_set(fault, FAILURE_STORE_DAMAGED, "%s: %s", path, first.what);
}

bool store_check_at_start(const char *directory, bool *skipped, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    struct stat file;
    *skipped = false;
    if (has_place(directory) || !secret_path(directory, STORE_FILE, path) ||
        stat(path, &file) != 0 || file.st_size == 0)
        return true; // PostgreSQL looks after its own
    return look_at_start(path, (int64_t)file.st_size, skipped, fault);
}
