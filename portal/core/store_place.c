// SPDX-License-Identifier: MIT
#include "portal/core/store_place.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/base/secret_file.h"
#include "portal/core/database_postgresql.h"
#include "portal/core/database_sqlite.h"
#include "portal/core/postgresql_link.h"

bool store_place_read(const char *path, char *out, size_t size, bool *missing,
                      struct fault *fault)
{
    struct stat found;
    size_t used = 0;
    *missing = false;
    if (!secret_file_read(path, (uint8_t *)out, size - 1, &used, missing, fault))
        return false;
    out[used] = '\0';
    out[strcspn(out, "\r\n")] = '\0';

    if (out[0] == '\0')
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: is empty: write the connection to PostgreSQL into it", path);
    if (stat(path, &found) == 0 && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: others can read or write it: chmod 600",
                         path);
    return true;
}

// Who moves the store (store_copy.h) holds it alone: whoever waited for that comes too late.
static struct database *open_file(const char *directory, const char *path, bool renew,
                                  struct fault *fault)
{
    char place[SECRET_PATH_MAX];
    struct database *database = database_sqlite_open(path, renew, fault);
    if (!database || !secret_path(directory, STORE_PLACE_FILE, place) ||
        access(place, F_OK) != 0)
        return database;
    database->driver->close(database);
    fault_set(fault, FAILURE_INTERNAL, "%s: has moved to PostgreSQL just now: try again", path);
    return NULL;
}

struct database *store_place_open(const char *directory, bool renew, struct fault *fault)
{
    char path[SECRET_PATH_MAX], place[POSTGRESQL_PLACE_MAX + 1];
    bool missing = true;
    if (!secret_path(directory, STORE_PLACE_FILE, path)) {
        fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
        return NULL;
    }
    if (store_place_read(path, place, sizeof(place), &missing, fault))
        return database_postgresql_open(place, renew, fault);
    if (!missing)
        return NULL;

    if (secret_path(directory, STORE_FILE, path))
        return open_file(directory, path, renew, fault);
    fault_set(fault, FAILURE_USAGE, "%s: the path is too long", directory);
    return NULL;
}

bool store_place_exists(const char *directory)
{
    char path[SECRET_PATH_MAX];
    return (secret_path(directory, STORE_PLACE_FILE, path) && access(path, F_OK) == 0) ||
           (secret_path(directory, STORE_FILE, path) && access(path, F_OK) == 0);
}
