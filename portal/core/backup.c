// SPDX-License-Identifier: MIT
#include "portal/core/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/shortage.h"
#include "portal/base/secret_file.h"
#include "portal/core/database_sqlite.h"
#include "portal/core/folder.h"
#include "portal/core/store_place.h"

#define PART_SUFFIX    ".part"
#define RESTORING_FILE "portal.restoring"    // the store, until all else is in place
#define SAVED_FILE_MAX 65536u                // bytes of a key or a certificate with its chain
#define MADE_MAX       INT64_C(253402300799) // a year of four digits

// The next key first: where the keys are switched meanwhile, it is in one of the three.
static const char *const saved_files[] = {"portal-next.key", "portal.key", "portal-old.key",
                                          "frame.key",       "tls.key",    "tls.crt"};
#define SAVED_FILES (sizeof(saved_files) / sizeof(saved_files[0]))

static bool too_long(const char *path, struct fault *fault)
{
    return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", path);
}

static bool failed_at(sqlite3 *db, const char *path, struct fault *fault)
{
    bool damaged = sqlite3_errcode(db) == SQLITE_CORRUPT;
    return fault_set(fault, damaged ? FAILURE_STORE_DAMAGED : FAILURE_INTERNAL, "%s: %s", path,
                     sqlite3_errmsg(db));
}

static bool path_of(const char *directory, const char *name, char out[static SECRET_PATH_MAX],
                    struct fault *fault)
{
    return secret_path(directory, name, out) || too_long(directory, fault);
}

// Empty, and nobody else's.
static bool make_file(const char *path, struct fault *fault)
{
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
    close(file);
    return true;
}

// One moment of the store, whoever writes to it meanwhile.
static bool copy_store(const char *from, int flags, const char *to, struct fault *fault)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool ok = make_file(to, fault);
    if (!ok)
        return false;

    ok = sqlite3_open_v2(from, &db, flags, NULL) == SQLITE_OK &&
         sqlite3_prepare_v2(db, "VACUUM INTO ?", -1, &statement, NULL) == SQLITE_OK &&
         sqlite3_bind_text(statement, 1, to, -1, SQLITE_STATIC) == SQLITE_OK &&
         sqlite3_step(statement) == SQLITE_DONE;
    if (!ok)
        failed_at(db, from, fault);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return ok;
}

static bool open_copy(const char *path, sqlite3 **out, struct fault *fault)
{
    if (sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_exec(*out, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL", NULL, NULL,
                     NULL) == SQLITE_OK)
        return true;
    return failed_at(*out, path, fault);
}

static bool keep_bytes(sqlite3 *db, const char *name, struct span bytes)
{
    sqlite3_stmt *statement = NULL;
    bool ok =
        sqlite3_prepare_v2(db, "INSERT INTO backup (name, bytes) VALUES (?, ?)", -1, &statement,
                           NULL) == SQLITE_OK &&
        sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_bind_blob(statement, 2, bytes.p, (int)bytes.n, SQLITE_STATIC) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    return ok;
}

static bool keep_file(sqlite3 *db, const char *directory, const char *name, uint8_t *room,
                      struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    size_t size = 0;
    bool missing;
    if (!path_of(directory, name, path, fault))
        return false;
    if (!secret_file_read(path, room, SAVED_FILE_MAX, &size, &missing, fault))
        return missing; // not every portal has every file
    return keep_bytes(db, name, span_of(room, size)) || failed_at(db, name, fault);
}

static bool keep_files(sqlite3 *db, const char *directory, int64_t now, struct fault *fault)
{
    char made[24];
    uint8_t *room = shortage_malloc(SAVED_FILE_MAX);
    if (!room)
        return fault_set(fault, FAILURE_MEMORY, "saving the keys");

    snprintf(made, sizeof(made), "%lld", (long long)now);
    bool ok = (sqlite3_exec(db,
                            "BEGIN; CREATE TABLE backup (name TEXT PRIMARY KEY, bytes BLOB "
                            "NOT NULL)",
                            NULL, NULL, NULL) == SQLITE_OK &&
               keep_bytes(db, "made", span_str(made))) ||
              failed_at(db, "saving the keys", fault);
    for (size_t i = 0; ok && i < SAVED_FILES; i++)
        ok = keep_file(db, directory, saved_files[i], room, fault);
    ok = ok && (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ||
                failed_at(db, "saving the keys", fault));

    sodium_memzero(room, SAVED_FILE_MAX);
    free(room);
    return ok;
}

static bool find_store(const char *directory, char out[static SECRET_PATH_MAX],
                       struct fault *fault)
{
    if (!path_of(directory, STORE_PLACE_FILE, out, fault))
        return false;
    if (access(out, F_OK) == 0)
        return fault_set(fault, FAILURE_USAGE,
                         "%s: the store lies in PostgreSQL: save it by pg_dump, and this "
                         "folder with its keys beside it",
                         out);
    if (!path_of(directory, STORE_FILE, out, fault))
        return false;
    return access(out, F_OK) == 0 ||
           fault_set(fault, FAILURE_USAGE, "%s: there is none to be saved", out);
}

static bool fill(const char *directory, const char *store, const char *part, int64_t now,
                 struct fault *fault)
{
    sqlite3 *db = NULL;
    bool ok = copy_store(store, SQLITE_OPEN_READWRITE, part, fault) &&
              open_copy(part, &db, fault) && keep_files(db, directory, now, fault);
    sqlite3_close(db);
    return ok;
}

bool backup_make(const char *directory, const char *file, int64_t now, struct fault *fault)
{
    char store[SECRET_PATH_MAX], part[SECRET_PATH_MAX];
    // Without its keys a store is no portal, and nobody looks before he needs the backup.
    if (!find_store(directory, store, fault) || !folder_check(directory, false, fault))
        return false;
    if (snprintf(part, sizeof(part), "%s" PART_SUFFIX, file) >= (int)sizeof(part))
        return too_long(file, fault);
    if (access(file, F_OK) == 0)
        return fault_set(fault, FAILURE_USAGE, "%s: is there already: choose another name",
                         file);

    if (fill(directory, store, part, now, fault) && secret_file_move(part, file, fault))
        return true;
    unlink(part);
    return false;
}

static int64_t number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t found = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static bool is_whole(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &statement, NULL) ==
                  SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return ok;
}

static bool judge(sqlite3 *db, const char *file, int64_t *made, struct fault *fault)
{
    *made = number(db, "SELECT CAST(CAST(bytes AS TEXT) AS INTEGER) FROM backup WHERE name = "
                       "'made'");
    int64_t version = number(db, "PRAGMA user_version");
    if (*made < 0 || *made > MADE_MAX || version < 1)
        return fault_set(fault, FAILURE_USAGE, "%s: is no backup of qrportal", file);
    if (database_sqlite_is_newer(version))
        return fault_set(fault, FAILURE_USAGE,
                         "%s: was made by a newer qrportal (its store is of version %lld): use "
                         "that one",
                         file, (long long)version);
    return is_whole(db) ||
           fault_set(fault, FAILURE_INTERNAL, "%s: is damaged: use another backup", file);
}

static bool write_file(const char *directory, const char *name, struct span bytes,
                       struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    for (size_t i = 0; i < SAVED_FILES; i++) {
        if (name && strcmp(name, saved_files[i]) == 0)
            return path_of(directory, name, path, fault) &&
                   secret_file_write(path, bytes, fault);
    }
    return true;
}

static bool write_files(sqlite3 *db, const char *directory, struct fault *fault)
{
    sqlite3_stmt *rows = NULL;
    bool ok = sqlite3_prepare_v2(db, "SELECT name, bytes FROM backup", -1, &rows, NULL) ==
                  SQLITE_OK ||
              failed_at(db, directory, fault);
    int step = SQLITE_DONE;
    while (ok && (step = sqlite3_step(rows)) == SQLITE_ROW) {
        const void *bytes = sqlite3_column_blob(rows, 1);
        ok = write_file(directory, (const char *)sqlite3_column_text(rows, 0),
                        span_of(bytes, (size_t)sqlite3_column_bytes(rows, 1)), fault);
    }
    ok = ok && (step == SQLITE_DONE || failed_at(db, directory, fault));
    sqlite3_finalize(rows);
    return ok;
}

// A session that was ended since must not live on because it was saved before.
static bool strip(sqlite3 *db, const char *path, struct fault *fault)
{
    return sqlite3_exec(db,
                        "PRAGMA secure_delete=ON; BEGIN; DELETE FROM sessions; DELETE FROM "
                        "pending; DELETE FROM stored_auth; DROP TABLE backup; COMMIT",
                        NULL, NULL, NULL) == SQLITE_OK ||
           failed_at(db, path, fault);
}

static bool exists(const char *directory, const char *name)
{
    char path[SECRET_PATH_MAX];
    struct stat found;
    return secret_path(directory, name, path) && lstat(path, &found) == 0;
}

// Keys without a store are those of a restore that was cut short, or of a portal that has lost
// its store: that one is not written over.
static bool has_no_portal(const char *directory, struct fault *fault)
{
    bool there = exists(directory, STORE_FILE) || exists(directory, STORE_FILE "-wal") ||
                 exists(directory, STORE_PLACE_FILE);
    for (size_t i = 0; !there && !exists(directory, RESTORING_FILE) && i < SAVED_FILES; i++)
        there = exists(directory, saved_files[i]);
    return !there || fault_set(fault, FAILURE_USAGE,
                               "%s: has a portal: stop it, move the folder away, and restore "
                               "into a new or empty one",
                               directory);
}

// The store that is to be, looked at before anything else is made. `again`: one was begun,
// whose keys may be there; what shows that stays.
static bool open_restoring(const char *file, const char *path, bool again, sqlite3 **out,
                           int64_t *made, struct fault *fault)
{
    if (copy_store(file, SQLITE_OPEN_READONLY, path, fault) && open_copy(path, out, fault) &&
        judge(*out, file, made, fault))
        return true;
    if (!again)
        unlink(path);
    return false;
}

bool backup_restore(const char *file, const char *directory, int64_t *made, struct fault *fault)
{
    char restoring[SECRET_PATH_MAX], store[SECRET_PATH_MAX];
    sqlite3 *db = NULL;
    int64_t time = 0;
    if (!path_of(directory, RESTORING_FILE, restoring, fault) ||
        !path_of(directory, STORE_FILE, store, fault))
        return false;
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory, strerror(errno));

    // The store comes last: until it is there no command takes the folder for a portal. Copying
    // takes long, and another command may have made one meanwhile.
    bool again = exists(directory, RESTORING_FILE);
    bool ok = has_no_portal(directory, fault) &&
              open_restoring(file, restoring, again, &db, &time, fault) &&
              has_no_portal(directory, fault) && write_files(db, directory, fault) &&
              strip(db, restoring, fault);
    sqlite3_close(db);
    if (!ok || !has_no_portal(directory, fault) || !secret_file_move(restoring, store, fault))
        return false;
    *made = time;
    return true;
}
