// SPDX-License-Identifier: MIT
#include "portal/core/store_copy.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "portal/base/environment.h"
#include "portal/base/secret_file.h"
#include "portal/core/database_postgresql.h"
#include "portal/core/database_sqlite.h"
#include "portal/core/postgresql_link.h"
#include "portal/core/store_place.h"

#define COLUMNS_MAX 32u
#define NAME_SIZE   64u
#define SQL_SIZE    2048u

struct column {
    char name[NAME_SIZE];
    char type;       // a letter, as of store_run
    bool boot_clock; // milliseconds of this machine's clock, there of the server's
    bool counted;    // the server gives out its numbers
};

struct table {
    const char *name;
    struct column columns[COLUMNS_MAX];
    size_t count;
};

struct copy {
    sqlite3 *from;
    struct database *to;
    bool ran_on;         // times of the boot clock still mean something
    int64_t boot_offset; // from it to the server's clock
    struct store_copied done;
};

static bool failed_to(struct copy *copy, const char *what, struct fault *fault)
{
    return fault_set(fault, FAILURE_INTERNAL, "PostgreSQL: %s: %s", what,
                     copy->to->driver->message(copy->to));
}

static bool failed_from(struct copy *copy, const char *what, struct fault *fault)
{
    return fault_set(fault, FAILURE_INTERNAL, STORE_FILE ": %s: %s", what,
                     sqlite3_errmsg(copy->from));
}

// The first column of the first row; -1 where there is none.
static int64_t number_to(struct copy *copy, const char *sql)
{
    const struct database_driver *driver = copy->to->driver;
    void *statement = driver->prepare(copy->to, sql, "");
    int64_t number = -1;
    if (statement && driver->step(statement) == DATABASE_ROW)
        number = driver->column_int(statement, 0);
    driver->finish(statement);
    return number;
}

static int64_t number_from(struct copy *copy, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = -1;
    if (sqlite3_prepare_v2(copy->from, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);
    return size >= tail && strcmp(text + size - tail, end) == 0;
}

static void read_column(const struct database_driver *driver, void *row, struct column *out)
{
    const char *type = driver->column_text(row, 1);
    snprintf(out->name, sizeof(out->name), "%s", driver->column_text(row, 0));
    out->type = 't';
    if (strcmp(type, "bigint") == 0)
        out->type = 'i';
    else if (strcmp(type, "bytea") == 0)
        out->type = 'b';
    out->boot_clock = ends_with(out->name, "_boot");
    out->counted = driver->column_int(row, 2) != 0;
}

static bool read_table(struct copy *copy, struct table *table, struct fault *fault)
{
    const struct database_driver *driver = copy->to->driver;
    void *row = driver->prepare(copy->to,
                                "SELECT column_name, data_type, is_identity = 'YES' FROM "
                                "information_schema.columns WHERE table_schema = "
                                "current_schema() AND table_name = ? ORDER BY ordinal_position",
                                "t");
    if (!row)
        return failed_to(copy, table->name, fault);
    driver->bind_text(row, 0, table->name);

    table->count = 0;
    while (driver->step(row) == DATABASE_ROW && table->count < COLUMNS_MAX)
        read_column(driver, row, &table->columns[table->count++]);
    driver->finish(row);
    return table->count > 0 ||
           fault_set(fault, FAILURE_INTERNAL, "PostgreSQL has no table %s", table->name);
}

__attribute__((format(printf, 3, 4))) static void add(char *sql, size_t *used,
                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(sql + *used, SQL_SIZE - *used, format, arguments);
    va_end(arguments);
    *used += size > 0 && (size_t)size < SQL_SIZE - *used ? (size_t)size : 0;
}

static void write_statements(const struct table *table, char *read, char *write, char *types)
{
    size_t read_size = 0, write_size = 0;
    add(read, &read_size, "SELECT ");
    add(write, &write_size, "INSERT INTO %s (", table->name);
    for (size_t i = 0; i < table->count; i++) {
        add(read, &read_size, "%s\"%s\"", i ? ", " : "", table->columns[i].name);
        add(write, &write_size, "%s\"%s\"", i ? ", " : "", table->columns[i].name);
        types[i] = table->columns[i].type;
    }

    types[table->count] = '\0';
    add(read, &read_size, " FROM %s", table->name);
    add(write, &write_size, ") VALUES (");
    for (size_t i = 0; i < table->count; i++)
        add(write, &write_size, i ? ", ?" : "?");
    add(write, &write_size, ")");
}

static void bind_column(const struct copy *copy, const struct column *column,
                        sqlite3_stmt *from, void *to, int at)
{
    const struct database_driver *driver = copy->to->driver;

    if (sqlite3_column_type(from, at) == SQLITE_NULL) {
        driver->bind_blob(to, at, NULL, 0);
    } else if (column->boot_clock) { // what was over stays over
        int64_t time = sqlite3_column_int64(from, at) + copy->boot_offset;
        driver->bind_int(to, at, copy->ran_on ? time : 0);
    } else if (column->type == 'i') {
        driver->bind_int(to, at, sqlite3_column_int64(from, at));
    } else if (column->type == 't') {
        driver->bind_text(to, at, (const char *)sqlite3_column_text(from, at));
    } else {
        const uint8_t *bytes = sqlite3_column_blob(from, at);
        driver->bind_blob(to, at, bytes ? bytes : (const uint8_t *)"",
                          (size_t)sqlite3_column_bytes(from, at));
    }
}

static bool copy_rows(struct copy *copy, const struct table *table, sqlite3_stmt *from,
                      void *to, struct fault *fault)
{
    const struct database_driver *driver = copy->to->driver;
    int step;
    while ((step = sqlite3_step(from)) == SQLITE_ROW) {
        for (size_t i = 0; i < table->count; i++)
            bind_column(copy, &table->columns[i], from, to, (int)i);
        if (driver->step(to) == DATABASE_FAILED)
            return failed_to(copy, table->name, fault);
        driver->reset(to);
        copy->done.rows++;
    }
    return step == SQLITE_DONE || failed_from(copy, table->name, fault);
}

// The next row gets a number that none has had.
static bool go_on_counting(struct copy *copy, const struct table *table, struct fault *fault)
{
    for (size_t i = 0; i < table->count; i++) {
        char sql[SQL_SIZE];
        size_t used = 0;
        const char *column = table->columns[i].name;
        if (!table->columns[i].counted)
            continue;

        add(sql, &used,
            "SELECT setval(pg_get_serial_sequence('%s', '%s'), coalesce(max(%s), 0) + 1, "
            "false) "
            "FROM %s",
            table->name, column, column, table->name);
        if (number_to(copy, sql) < 1)
            return failed_to(copy, table->name, fault);
    }
    return true;
}

static bool same_count(struct copy *copy, const char *table, struct fault *fault)
{
    char sql[NAME_SIZE + 32];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
    int64_t here = number_from(copy, sql), there = number_to(copy, sql);
    return (here >= 0 && here == there) ||
           fault_set(fault, FAILURE_INTERNAL, "%s: %lld rows here, %lld in PostgreSQL", table,
                     (long long)here, (long long)there);
}

static bool copy_table(struct copy *copy, const char *name, struct fault *fault)
{
    const struct database_driver *driver = copy->to->driver;
    struct table table = {.name = name};
    char read[SQL_SIZE], write[SQL_SIZE], types[COLUMNS_MAX + 1];
    char sql[NAME_SIZE + 32];
    sqlite3_stmt *from = NULL;
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", name);
    if (number_to(copy, sql) != 0)
        return fault_set(
            fault, FAILURE_USAGE,
            "the store in PostgreSQL is not empty (%s): choose another database or "
            "schema",
            name);
    if (!read_table(copy, &table, fault))
        return false;

    write_statements(&table, read, write, types);
    void *to = driver->prepare(copy->to, write, types);
    bool ok = to ? sqlite3_prepare_v2(copy->from, read, -1, &from, NULL) == SQLITE_OK ||
                       failed_from(copy, name, fault)
                 : failed_to(copy, name, fault);

    ok = ok && copy_rows(copy, &table, from, to, fault);
    sqlite3_finalize(from);
    driver->finish(to);
    copy->done.tables++;
    return ok && same_count(copy, name, fault) && go_on_counting(copy, &table, fault);
}

// In the order in which they were made, so that what is referred to is there.
static bool copy_tables(struct copy *copy, struct fault *fault)
{
    sqlite3_stmt *tables = NULL;
    bool ok = sqlite3_prepare_v2(copy->from,
                                 "SELECT name FROM sqlite_schema WHERE type = 'table' AND name "
                                 "NOT LIKE 'sqlite_%' ORDER BY rowid",
                                 -1, &tables, NULL) == SQLITE_OK ||
              failed_from(copy, "reading", fault);
    int step = SQLITE_DONE;
    while (ok && (step = sqlite3_step(tables)) == SQLITE_ROW)
        ok = copy_table(copy, (const char *)sqlite3_column_text(tables, 0), fault);
    ok = ok && (step == SQLITE_DONE || failed_from(copy, "reading", fault));
    sqlite3_finalize(tables);
    return ok;
}

// An open connection of anybody's, even one that does nothing, keeps this from succeeding: what
// it wrote afterwards would be lost.
static bool open_alone(const char *directory, struct copy *copy, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    if (!secret_path(directory, STORE_FILE, path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
    if (access(path, F_OK) != 0)
        return fault_set(fault, FAILURE_USAGE, "%s: there is none to be copied", path);

    struct database *renewed = database_sqlite_open(path, true, fault);
    if (!renewed)
        return false;
    renewed->driver->close(renewed);

    if (sqlite3_open_v2(path, &copy->from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(copy->from, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL,
                     NULL) == SQLITE_OK)
        return true;
    return fault_set(fault, FAILURE_USAGE,
                     "%s: is in use (%s): stop qrportal serve on this folder first", path,
                     sqlite3_errmsg(copy->from));
}

static bool compare_clocks(struct copy *copy, struct fault *fault)
{
    struct portal_environment here;
    int64_t shared;
    char sql[160];
    portal_environment_system(&here);
    if (!database_postgresql_clock(copy->to, &shared))
        return failed_to(copy, "its time", fault);
    copy->boot_offset = shared - environment_boot_ms(&here);
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM settings WHERE name = 'boot.id' AND value = '%s'",
             here.boot_id);
    copy->ran_on = here.boot_id[0] != '\0' && number_from(copy, sql) == 1;
    return true;
}

static bool copy_all(struct copy *copy, struct fault *fault)
{
    const struct database_driver *driver = copy->to->driver;
    if (!compare_clocks(copy, fault))
        return false;
    if (!driver->begin(copy->to))
        return failed_to(copy, "beginning", fault);
    if (copy_tables(copy, fault))
        return driver->run(copy->to, "COMMIT") || failed_to(copy, "committing", fault);
    driver->run(copy->to, "ROLLBACK");
    return false;
}

bool store_copy(const char *directory, const char *file, struct store_copied *out,
                struct fault *fault)
{
    struct copy copy = {0};
    char path[SECRET_PATH_MAX], place[POSTGRESQL_PLACE_MAX + 1];
    bool missing, ok = false;
    if (!secret_path(directory, STORE_PLACE_FILE, path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
    if (access(path, F_OK) == 0)
        return fault_set(fault, FAILURE_USAGE, "%s: is there: this portal has moved already",
                         path);
    if (!store_place_read(file, place, sizeof(place), &missing, fault))
        return false;

    if (!open_alone(directory, &copy, fault))
        goto close_from;
    copy.to = database_postgresql_open(place, true, fault);
    if (!copy.to)
        goto close_from;
    ok = copy_all(&copy, fault) && secret_file_write(path, span_str(place), fault);
    if (ok)
        *out = copy.done;
    copy.to->driver->close(copy.to);

close_from:
    sqlite3_close(copy.from);
    return ok;
}
