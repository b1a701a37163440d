// SPDX-License-Identifier: MIT
#include "portal/core/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "portal/base/secret_file.h"
#include "portal/core/keys.h"
#include "portal/core/store.h"
#include "portal/core/store_place.h"

enum file {
    FILE_STORE,
    FILE_STORE_WAL,
    FILE_PLACE,
    FILE_KEY,
    FILE_NEXT,
    FILE_OLD,
    FILE_FRAME,
    FILE_TLS_KEY,
    FILE_TLS_CRT,
    FILE_TLS_FIRST,
    FILE_COUNT
};

// Certificates are often those of another program: they may belong to anybody.
static const struct {
    const char *name;
    bool secret, own, may_be_empty;
} files[FILE_COUNT] = {
    [FILE_STORE] = {STORE_FILE, true, true, true},
    [FILE_STORE_WAL] = {STORE_FILE "-wal", true, true, true},
    [FILE_PLACE] = {STORE_PLACE_FILE, true, false, false},
    [FILE_KEY] = {"portal.key", true, true, false},
    [FILE_NEXT] = {"portal-next.key", true, true, false},
    [FILE_OLD] = {"portal-old.key", true, true, false},
    [FILE_FRAME] = {"frame.key", true, true, false},
    [FILE_TLS_KEY] = {"tls.key", true, false, false},
    [FILE_TLS_CRT] = {"tls.crt", false, false, false},
    [FILE_TLS_FIRST] = {"tls.first", true, true, false},
};

struct folder {
    const char *directory;
    bool open; // everybody may enter it, so the modes of its files count
    bool there[FILE_COUNT];
    bool store_empty;
};

static bool readable(const char *path, struct fault *fault)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: cannot be read (%s): let the user who runs qrportal read it",
                         path, strerror(errno));
    close(file);
    return true;
}

static bool judge_file(const struct folder *folder, enum file file, const char *path,
                       const struct stat *found, struct fault *fault)
{
    if (!S_ISREG(found->st_mode))
        return fault_set(fault, FAILURE_INTERNAL, "%s: is not a file: move it away", path);
    if (found->st_size == 0 && !files[file].may_be_empty)
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: is empty: put the right one back from a saved copy", path);
    if (files[file].own && found->st_uid != geteuid())
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: belongs to another user (%lu): run qrportal as that user", path,
                         (unsigned long)found->st_uid);
    if (files[file].secret && folder->open && (found->st_mode & S_IRWXO) != 0)
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: everybody can read or write it: chmod 600", path);
    return readable(path, fault);
}

static bool look_at_file(struct folder *folder, enum file file, struct fault *fault)
{
    char path[SECRET_PATH_MAX];
    struct stat found;

    if (!secret_path(folder->directory, files[file].name, path))
        return fault_set(fault, FAILURE_USAGE, "%s: the path is too long", folder->directory);
    if (lstat(path, &found) != 0) {
        if (errno == ENOENT)
            return true;
        return fault_set(fault, FAILURE_INTERNAL, "%s: %s", path, strerror(errno));
    }
    if (S_ISLNK(found.st_mode) && stat(path, &found) != 0)
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: is a link that leads nowhere (%s): mend or remove the link", path,
                         strerror(errno));
    folder->there[file] = true;
    if (file == FILE_STORE)
        folder->store_empty = found.st_size == 0;
    return judge_file(folder, file, path, &found, fault);
}

static bool look_at_directory(struct folder *folder, bool *missing, struct fault *fault)
{
    const char *directory = folder->directory;
    struct stat found;

    *missing = false;
    if (stat(directory, &found) != 0) {
        *missing = errno == ENOENT;
        return *missing ||
               fault_set(fault, FAILURE_INTERNAL, "%s: %s", directory, strerror(errno));
    }
    if (!S_ISDIR(found.st_mode))
        return fault_set(fault, FAILURE_INTERNAL, "%s: is not a folder: choose another --data",
                         directory);
    if (found.st_uid != geteuid())
        return fault_set(fault, FAILURE_INTERNAL,
                         "%s: belongs to another user (%lu): run qrportal as that user",
                         directory, (unsigned long)found.st_uid);
    if (access(directory, R_OK | W_OK | X_OK) != 0)
        return fault_set(fault, FAILURE_INTERNAL, "%s: is not a folder that can be written",
                         directory);
    folder->open = (found.st_mode & S_IXOTH) != 0;
    return true;
}

// In one line: what is lost, what shows it, what to do.
static bool lost(const struct folder *folder, enum file missing, enum file witness,
                 struct fault *fault)
{
    return fault_set(fault, FAILURE_INTERNAL,
                     "%s/%s: is missing or empty, though %s is there: put it back from a saved "
                     "copy, or begin a new portal in an empty folder",
                     folder->directory, files[missing].name, files[witness].name);
}

static bool has_store(const struct folder *folder)
{
    return folder->there[FILE_PLACE] || (folder->there[FILE_STORE] && !folder->store_empty);
}

// The store is made first, then portal.key, then the others: so each of them shows what was
// there before it.
static bool judge_together(const struct folder *folder, struct fault *fault)
{
    static const enum file keys[] = {FILE_KEY, FILE_NEXT, FILE_OLD, FILE_FRAME};
    bool store = has_store(folder);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (folder->there[keys[i]] && !store)
            return lost(folder, FILE_STORE, keys[i], fault);
        if (folder->there[keys[i]] && !folder->there[FILE_KEY])
            return lost(folder, FILE_KEY, keys[i], fault);
    }
    if (folder->there[FILE_STORE_WAL] && !folder->there[FILE_STORE] &&
        !folder->there[FILE_PLACE])
        return lost(folder, FILE_STORE, FILE_STORE_WAL, fault);
    return true;
}

static bool judge_tls(const struct folder *folder, struct fault *fault)
{
    bool key = folder->there[FILE_TLS_KEY], certificate = folder->there[FILE_TLS_CRT];
    if (key == certificate || folder->there[FILE_TLS_FIRST])
        return true; // a first start that was cut short is finished from tls.first
    return fault_set(fault, FAILURE_INTERNAL,
                     "%s/%s: is missing, though %s is there: put it there too, or move %s away "
                     "to have a new pair made",
                     folder->directory, files[key ? FILE_TLS_CRT : FILE_TLS_KEY].name,
                     files[key ? FILE_TLS_KEY : FILE_TLS_CRT].name,
                     files[key ? FILE_TLS_KEY : FILE_TLS_CRT].name);
}

// The id of the key with which this store was last served; "" where it never was.
static bool key_of_store(const struct folder *folder, char known[static 2 * PORTAL_ID_SIZE + 1],
                         struct fault *fault)
{
    struct store store;
    known[0] = '\0';
    if (!has_store(folder))
        return true;
    if (!store_open_as_it_is(&store, folder->directory, fault))
        return false;
    store_begin(&store);
    store_copy_setting(&store, "key.id", known, 2 * PORTAL_ID_SIZE + 1);
    bool read = store_end(&store, false);
    store_close(&store);
    return read || store_fault(&store, folder->directory, "its store cannot be read", fault);
}

static bool is_key(const struct portal_key *key, const char *known)
{
    char id[2 * PORTAL_ID_SIZE + 1];
    sodium_bin2hex(id, sizeof(id), key->portal_id, PORTAL_ID_SIZE);
    return key->present && strcmp(id, known) == 0;
}

static enum file store_of(const struct folder *folder)
{
    return folder->there[FILE_PLACE] ? FILE_PLACE : FILE_STORE;
}

// A portal with this store was served with a key, but the folder has none.
static bool no_key(const struct folder *folder, enum file missing, struct fault *fault)
{
    if (folder->there[FILE_PLACE])
        return fault_set(
            fault, FAILURE_INTERNAL,
            "%s/%s: is missing, though the portal of %s was served before: copy it "
            "from another instance, or from a saved copy",
            folder->directory, files[missing].name, files[FILE_PLACE].name);
    return missing == FILE_KEY
               ? lost(folder, FILE_KEY, FILE_STORE, fault)
               : fault_set(fault, FAILURE_INTERNAL,
                           "%s/frame.key: is missing, though portal.key is there: put it back, "
                           "or make one: head -c 32 /dev/urandom > frame.key",
                           folder->directory);
}

static bool judge_key(const struct folder *folder, const char *known, bool *current,
                      struct fault *fault)
{
    struct portal_keys keys = {0};
    if (!keys_read(&keys, folder->directory, fault))
        return false;
    *current = is_key(&keys.current, known);
    bool right = *current || is_key(&keys.old, known); // it was switched since
    keys_destroy(&keys);
    return right || fault_set(fault, FAILURE_INTERNAL,
                              "%s/portal.key: is the key of another portal than %s: put the "
                              "right one back, or begin a new portal in an empty folder",
                              folder->directory, files[store_of(folder)].name);
}

// What the store knows of the keys.
static bool judge_served(const struct folder *folder, bool *served, bool *current,
                         struct fault *fault)
{
    char known[2 * PORTAL_ID_SIZE + 1];
    if (!key_of_store(folder, known, fault))
        return false;

    *served = known[0] != '\0';
    *current = false;
    if (!*served)
        return true; // a first start, perhaps one that was cut short

    if (!folder->there[FILE_KEY])
        return no_key(folder, FILE_KEY, fault);
    if (!folder->there[FILE_FRAME])
        return no_key(folder, FILE_FRAME, fault);
    return judge_key(folder, known, current, fault);
}

static bool check(const char *directory, bool tls, bool *served, bool *current,
                  struct fault *fault)
{
    struct folder folder = {.directory = directory};
    bool missing;
    *served = *current = false;
    if (!look_at_directory(&folder, &missing, fault))
        return false;
    if (missing)
        return true;
    for (int file = 0; file < (tls ? FILE_COUNT : FILE_TLS_KEY); file++) {
        if (!look_at_file(&folder, (enum file)file, fault))
            return false;
    }
    return judge_together(&folder, fault) && (!tls || judge_tls(&folder, fault)) &&
           judge_served(&folder, served, current, fault);
}

bool folder_check(const char *directory, bool tls, struct fault *fault)
{
    bool served, current;
    return check(directory, tls, &served, &current, fault);
}

bool folder_check_served(const char *directory, struct fault *fault)
{
    bool served, current;
    if (!check(directory, false, &served, &current, fault))
        return false;
    if (!served)
        return fault_set(fault, FAILURE_USAGE, "%s: has no key yet: qrportal serve makes it",
                         directory);
    return current || fault_set(fault, FAILURE_USAGE,
                                "%s: was not served with its present key yet: qrportal serve "
                                "first",
                                directory);
}
