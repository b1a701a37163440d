// SPDX-License-Identifier: MIT
#include "net/pairings/people.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/pairings/folder_names.h"
#include "net/pairings/pairing_files.h"
#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define FOLDER_NAME  "people"
#define LOCK_NAME    "lock"
#define NEW_SUFFIX   ".new"
#define GONE_SUFFIX  ".gone"
#define STATE_NAME   "state"
#define USE_NAME     "badge.use"
#define USE_FORMAT   "qrconfirm badge"
#define USE_VERSION  1
#define FOLDERS_DEEP 3u // a person's, its state, and the outbox in that

typedef char entry_name[ATOMIC_FILE_NAME_MAX + 1];

bool people_name(const uint8_t badge[static SEAL_BADGE_SIZE],
                 char out[static PERSON_NAME_SIZE + 1])
{
    static const char purpose[] = "qrlogin badge v1";
    crypto_hash_sha256_state state;
    uint8_t hash[crypto_hash_sha256_BYTES];
    if (crypto_hash_sha256_init(&state) != 0 ||
        crypto_hash_sha256_update(&state, (const uint8_t *)purpose, sizeof(purpose) - 1) != 0 ||
        crypto_hash_sha256_update(&state, badge, SEAL_BADGE_SIZE) != 0 ||
        crypto_hash_sha256_final(&state, hash) != 0)
        return false;
    sodium_bin2hex(out, PERSON_NAME_SIZE + 1, hash, PERSON_NAME_SIZE / 2);
    return true;
}

static bool has_suffix(const char *name, const char *suffix)
{
    return strlen(name) == PERSON_NAME_SIZE + strlen(suffix) &&
           strspn(name, "0123456789abcdef") == PERSON_NAME_SIZE &&
           strcmp(name + PERSON_NAME_SIZE, suffix) == 0;
}

static void put_suffix(entry_name out, const char *name, const char *suffix)
{
    snprintf(out, sizeof(entry_name), "%.*s%s", (int)PERSON_NAME_SIZE, name, suffix);
}

// ---- folders -----------------------------------------------------------------------------

// -1 with errno; a link is not followed.
static int open_folder(int above, const char *name)
{
    return openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool move(int folder, const char *from, const char *to, struct fault *fault)
{
    if (renameat(folder, from, folder, to) != 0 || fsync(folder) != 0)
        return storage_write_fault(fault, to, errno);
    return true;
}

static bool note_record(int folder, const char *name, void *userdata, struct fault *fault)
{
    const char *suffix = strrchr(name, '.');
    (void)folder;
    (void)fault;
    if (suffix && strcmp(suffix, RECORD_SUFFIX) == 0)
        *(bool *)userdata = true;
    return true;
}

// Whether a pairing was put into the folder. False in `*has` where there is no folder.
static bool look_for_record(int above, const char *name, bool *has, struct fault *fault)
{
    *has = false;
    int folder = open_folder(above, name);
    if (folder < 0)
        return errno == ENOENT || storage_read_fault(fault, name, errno);
    bool ok = folder_names_each(folder, name, note_record, has, fault);
    close(folder);
    return ok;
}

// ---- erasing -----------------------------------------------------------------------------

static bool erase_folder(int above, const char *name, unsigned deep, struct fault *fault);

static bool erase_entry(int folder, const char *name, void *userdata, struct fault *fault)
{
    const unsigned *deep = userdata;
    struct stat is;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (fstatat(folder, name, &is, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || storage_write_fault(fault, name, errno);
    if (S_ISDIR(is.st_mode))
        return erase_folder(folder, name, *deep + 1, fault);
    return atomic_file_erase(folder, name, fault);
}

// With all that is in it; where there is no such folder, it is erased already.
static bool erase_folder(int above, const char *name, unsigned deep, struct fault *fault)
{
    if (deep > FOLDERS_DEEP)
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: too deep", name);

    int folder = open_folder(above, name);
    if (folder < 0)
        return errno == ENOENT || storage_write_fault(fault, name, errno);
    bool ok = folder_names_each(folder, name, erase_entry, &deep, fault);
    close(folder);

    if (ok && (unlinkat(above, name, AT_REMOVEDIR) != 0 || fsync(above) != 0))
        ok = storage_write_fault(fault, name, errno);
    return ok;
}

// The rename is the moment from which the folder counts no more.
static bool put_away(int people, const char *entry, struct fault *fault)
{
    entry_name gone;
    struct stat is;
    put_suffix(gone, entry, GONE_SUFFIX);
    if (!erase_folder(people, gone, 1, fault))
        return false;
    if (fstatat(people, entry, &is, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || storage_write_fault(fault, entry, errno);
    return move(people, entry, gone, fault) && erase_folder(people, gone, 1, fault);
}

// ---- uses --------------------------------------------------------------------------------

static bool write_use(int above, const char *entry, uint64_t use, struct fault *fault)
{
    int bad;
    int folder = open_folder(above, entry);
    if (folder < 0)
        return storage_write_fault(fault, entry, errno);
    json_t *root = record_file_begin(USE_FORMAT, USE_VERSION, &bad);
    bad |= record_write_counter(root, "use", use);
    bool ok = record_file_write(folder, USE_NAME, root, bad, fault);
    close(folder);
    return ok;
}

// 0, the longest unused, where it is not known. False where this device is short of memory:
// whom it knows nothing of then is not to leave for it.
static bool read_use(int above, const char *entry, uint64_t *use, struct fault *fault)
{
    enum atomic_read read;
    struct fault why = {0};
    *use = 0;
    int folder = open_folder(above, entry);
    if (folder < 0)
        return true;

    json_t *root = record_file_read(folder, USE_NAME, USE_FORMAT, USE_VERSION, &read, &why);
    struct record_reader reader = {.object = root};
    if (root)
        record_read_counter(&reader, "use", use);
    json_decref(root);
    close(folder);
    return why.failure != FAILURE_MEMORY || fault_set(fault, why.failure, "%s", why.detail);
}

static uint64_t latest_use(const struct people *people)
{
    uint64_t last = 0;
    for (size_t i = 0; i < people->count; i++)
        if (people->person[i].last_use > last)
            last = people->person[i].last_use;
    return last;
}

// Of a number that only a damaged file can hold there is no next one.
static uint64_t next_use(const struct people *people)
{
    uint64_t last = latest_use(people);
    return last < UINT64_MAX ? last + 1 : last;
}

// ---- the list ----------------------------------------------------------------------------

static size_t index_of(const struct people *people, const char *name)
{
    size_t i = 0;
    while (i < people->count && strcmp(people->person[i].name, name) != 0)
        i++;
    return i;
}

static void strike(struct people *people, size_t i)
{
    people->count--;
    memmove(&people->person[i], &people->person[i + 1],
            (people->count - i) * sizeof(people->person[0]));
}

static size_t longest_unused(const struct people *people)
{
    size_t longest = 0;
    for (size_t i = 1; i < people->count; i++)
        if (people->person[i].last_use < people->person[longest].last_use)
            longest = i;
    return longest;
}

static bool keep_to_limit(struct people *people, struct fault *fault)
{
    while (people->count > people->limit) {
        size_t i = longest_unused(people);
        if (!put_away(people->folder, people->person[i].name, fault))
            return false;
        strike(people, i);
    }
    return true;
}

// The list has room for one beyond the limit, who leaves at once.
static bool add(struct people *people, const char *name, uint64_t use, struct fault *fault)
{
    struct person *person = &people->person[people->count++];
    snprintf(person->name, sizeof(person->name), "%s", name);
    person->last_use = use;
    return keep_to_limit(people, fault);
}

// ---- opening -----------------------------------------------------------------------------

// The new folder takes the place of the old one.
static bool promote(int people, const char *name, struct fault *fault)
{
    entry_name begun;
    put_suffix(begun, name, NEW_SUFFIX);
    return put_away(people, name, fault) && move(people, begun, name, fault);
}

// Ends what was cut short.
static bool finish(int people, const char *entry, void *userdata, struct fault *fault)
{
    entry_name name;
    bool has;
    (void)userdata;
    if (has_suffix(entry, GONE_SUFFIX))
        return erase_folder(people, entry, 1, fault);
    if (!has_suffix(entry, NEW_SUFFIX))
        return true;

    put_suffix(name, entry, "");
    if (!look_for_record(people, entry, &has, fault))
        return false;
    return has ? promote(people, name, fault) : put_away(people, entry, fault);
}

static bool take(int folder, const char *entry, void *userdata, struct fault *fault)
{
    struct people *people = userdata;
    uint64_t use;
    bool has;
    if (!has_suffix(entry, "") || index_of(people, entry) < people->count)
        return true;
    if (!look_for_record(folder, entry, &has, fault))
        return false;
    if (!has) // his pairing was forgotten
        return put_away(folder, entry, fault);
    return read_use(folder, entry, &use, fault) && add(people, entry, use, fault);
}

bool people_open(struct people *people, const char *data_dir, size_t limit, struct fault *fault)
{
    *people = (struct people){.limit = limit < PEOPLE_MAX ? limit : PEOPLE_MAX};
    int size = snprintf(people->path, sizeof(people->path), "%s/" FOLDER_NAME, data_dir);
    if (size < 0 || (size_t)size >= sizeof(people->path))
        return fault_set(fault, FAILURE_PAIRING_STORE, "%.100s...: too long", data_dir);
    if (sodium_init() < 0)
        return fault_set(fault, FAILURE_INTERNAL, "libsodium does not start");

    people->folder = private_folder_open(people->path, fault);
    if (people->folder < 0)
        return false;
    people->lock = private_lock(people->folder, LOCK_NAME, false, fault);
    if (people->lock < 0)
        goto close_folder;
    if (!folder_names_each(people->folder, FOLDER_NAME, finish, NULL, fault) ||
        !folder_names_each(people->folder, FOLDER_NAME, take, people, fault))
        goto close_lock;
    return true;

close_lock:
    close(people->lock);
close_folder:
    close(people->folder);
    return false;
}

void people_close(struct people *people)
{
    close(people->lock);
    close(people->folder);
}

// ---- one person --------------------------------------------------------------------------

bool people_has(const struct people *people, const char *name)
{
    return index_of(people, name) < people->count;
}

void people_path(const struct people *people, const char *name, enum person_stage stage,
                 char out[static PERSON_PATH_MAX])
{
    snprintf(out, PERSON_PATH_MAX, "%s/%.*s%s", people->path, (int)PERSON_NAME_SIZE, name,
             stage == PERSON_BEGUN ? NEW_SUFFIX : "");
}

void people_state_path(const struct people *people, const char *name, enum person_stage stage,
                       char out[static PERSON_PATH_MAX])
{
    snprintf(out, PERSON_PATH_MAX, "%s/%.*s%s/" STATE_NAME, people->path, (int)PERSON_NAME_SIZE,
             name, stage == PERSON_BEGUN ? NEW_SUFFIX : "");
}

bool people_use(struct people *people, const char *name, struct fault *fault)
{
    size_t i = index_of(people, name);
    if (i == people->count)
        return fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", name);
    if (people->person[i].last_use == latest_use(people))
        return true;

    uint64_t use = next_use(people);
    if (!write_use(people->folder, name, use, fault))
        return false;
    people->person[i].last_use = use;
    return true;
}

bool people_begin(struct people *people, const char *name, struct fault *fault)
{
    entry_name begun;
    put_suffix(begun, name, NEW_SUFFIX);
    if (!keep_to_limit(people, fault) || !put_away(people->folder, begun, fault))
        return false;
    if (mkdirat(people->folder, begun, 0700) != 0 || fsync(people->folder) != 0)
        return storage_write_fault(fault, begun, errno);
    return write_use(people->folder, begun, next_use(people), fault);
}

bool people_keep(struct people *people, const char *name, struct fault *fault)
{
    entry_name begun;
    uint64_t use;
    bool has;
    put_suffix(begun, name, NEW_SUFFIX);
    // Whoever could not leave before has the one place that there is beyond the limit.
    if (!keep_to_limit(people, fault) || !look_for_record(people->folder, begun, &has, fault))
        return false;
    if (!has)
        return fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s: no pairing", begun);
    if (!read_use(people->folder, begun, &use, fault) || !promote(people->folder, name, fault))
        return false;

    size_t i = index_of(people, name);
    if (i < people->count)
        strike(people, i);
    return add(people, name, use, fault);
}

bool people_give_up(struct people *people, const char *name, struct fault *fault)
{
    entry_name begun;
    put_suffix(begun, name, NEW_SUFFIX);
    return put_away(people->folder, begun, fault);
}

bool people_remove(struct people *people, const char *name, struct fault *fault)
{
    if (!put_away(people->folder, name, fault))
        return false;
    size_t i = index_of(people, name);
    if (i < people->count)
        strike(people, i);
    return true;
}
