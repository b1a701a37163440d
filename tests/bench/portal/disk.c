// SPDX-License-Identifier: MIT
#include "tests/bench/portal/disk.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/bench/portal/clock.h"

#define PATH_SIZE 600u

static bool run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

// A step writes about as much as one of a sign-in.
static double count_commits(sqlite3 *db, double seconds)
{
    unsigned commits = 0;
    if (!run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                 "CREATE TABLE steps (at INTEGER PRIMARY KEY, what BLOB NOT NULL)"))
        return 0;

    double begun = clock_now(), now = begun;
    while (now - begun < seconds) {
        if (!run(db,
                 "BEGIN IMMEDIATE; INSERT INTO steps (what) VALUES (randomblob(400)); COMMIT"))
            return 0;
        commits++;
        now = clock_now();
    }
    return commits / (now - begun);
}

double disk_commits(const char *folder, double seconds)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[PATH_SIZE], file[PATH_SIZE + 8];
    sqlite3 *db = NULL;
    double rate = 0;
    snprintf(path, sizeof(path), "%s/disk.db", folder);
    if (sqlite3_open(path, &db) == SQLITE_OK)
        rate = count_commits(db, seconds);
    sqlite3_close(db);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        snprintf(file, sizeof(file), "%s%s", path, endings[i]);
        unlink(file);
    }
    return rate;
}
