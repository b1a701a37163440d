// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DATABASE_SQLITE_H
#define QRCONFIRM_PORTAL_CORE_DATABASE_SQLITE_H

// A database in one file, for one machine.

#include <sqlite3.h>

#include "base/failure.h"
#include "portal/core/database.h"

struct database_sqlite {
    struct database base;
    sqlite3 *db;
    sqlite3_stmt *data_version; // NULL: not asked yet
    int log;   // SQLite's write-ahead log, to bring it onto the disk; -1: SQLite does so itself
    bool lost; // it could not be brought there once: what is on the disk is not known any more
};

// Opens or makes the file (mode 0600). `renew`: its tables are brought up to date; else those
// of an older version stay as they are. NULL with INTERNAL or STORE_DAMAGED; `fault` says what
// is wrong with the file.
struct database *database_sqlite_open(const char *path, bool renew, struct fault *fault);

// An empty one in memory with the tables of this version, to compare others with. NULL with
// MEMORY.
struct database *database_sqlite_model(struct fault *fault);

// Is a store of this version that of a newer program?
bool database_sqlite_is_newer(int64_t version);

#endif
