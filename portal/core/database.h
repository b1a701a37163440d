// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DATABASE_H
#define QRCONFIRM_PORTAL_CORE_DATABASE_H

// What the store asks of the database that it lies in: a connection and its statements. Each
// kind of database has a driver (database_sqlite.h) and a struct that begins with this one.
//
// Statements are written once for all kinds: `?` is an argument, tables and columns are those
// of schema.sql, and nothing is used that only one kind knows.
//
// Threads: one at a time; the store's lock sees to that.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct database;

enum database_step { DATABASE_ROW, DATABASE_DONE, DATABASE_FAILED };

struct database_driver {
    void (*close)(struct database *database);

    // Opens a transaction. Until it ends nobody else writes, and what was kept before is seen.
    bool (*begin)(struct database *database);
    // A statement without arguments whose rows, if any, are not wanted: COMMIT, SAVEPOINT...
    bool (*run)(struct database *database, const char *sql);
    // False too where the database itself took the transaction back.
    bool (*is_open)(struct database *database);
    // Rows that were written since the database was opened.
    int64_t (*written)(struct database *database);
    // Another number once another process has kept something. Outside a transaction, or at its
    // beginning.
    int64_t (*version)(struct database *database);
    // Brings all that was committed so far onto the disk. While it runs other threads may use
    // the database. NULL: a commit has done so.
    bool (*sync)(struct database *database);
    // Tells other processes what was written since this was asked last, once it is kept. NULL:
    // they find out by the version, and `wrote` was told at once.
    bool (*tell)(struct database *database);
    // The connection is broken; the next transaction tries to make it anew. NULL: never.
    bool (*is_away)(struct database *database);
    // What failed last did so because what lies on the disk is no database, or no whole one.
    // NULL: that is never known.
    bool (*is_damaged)(struct database *database);
    // What went wrong last; good until the next call.
    const char *(*message)(struct database *database);

    // Compiles a statement; `types` has a letter for each argument, as store_run's. NULL: it is
    // none.
    void *(*prepare)(struct database *database, const char *sql, const char *types);
    void (*finish)(void *statement); // harmless for NULL
    const char *(*text)(void *statement);
    // Positions count from 0. Bytes are copied; NULL is NULL.
    void (*bind_int)(void *statement, int position, int64_t value);
    void (*bind_text)(void *statement, int position, const char *text);
    void (*bind_blob)(void *statement, int position, const uint8_t *bytes, size_t size);
    enum database_step (*step)(void *statement);
    // Ready to be bound and run again.
    void (*reset)(void *statement);

    // Rows that the statement has written.
    int (*changes)(void *statement);
    // Of the row that a step came to. NULL where the column is NULL; good until the next step.
    int64_t (*column_int)(void *statement, int column);
    const char *(*column_text)(void *statement, int column);
    const uint8_t *(*column_blob)(void *statement, int column, size_t *size);
};

struct database {
    const struct database_driver *driver;
    bool bare; // it has no tables, and was opened as it is: nothing can be read from it
    // Told of each row that is written, before the transaction ends.
    void (*wrote)(void *userdata, const char *table, int64_t row);
    void *userdata;
};

#endif
