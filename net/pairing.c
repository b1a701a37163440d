// SPDX-License-Identifier: MIT
#include "net/pairing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "net/atomic_file.h"
#include "net/pairing_store.h"
#include "net/pin.h"
#include "net/pin_change.h"

#define RECORD_SUFFIX   ".pairing"
#define KEY_SUFFIX      ".key"
#define PASSWORD_SUFFIX ".password"

struct damaged {
    char name[NAME_MAX + 1];
};

struct pairing_store {
    int folder;
    pthread_mutex_t lock; // everything below
    unsigned holds;       // of other programs, nested
    size_t count;
    struct pairing pairings[PAIRINGS_MAX];
    size_t damaged_count;
    struct damaged damaged[PAIRINGS_MAX];
    struct seal *seal; // while the keys are unlocked, else NULL
};

static void file_name(char out[static ATOMIC_FILE_NAME_MAX + 1], const char *id,
                      const char *suffix)
{
    snprintf(out, ATOMIC_FILE_NAME_MAX + 1, "%.*s%s", (int)PAIRING_ID_SIZE, id, suffix);
}

static bool is_id(const char *text, size_t size)
{
    return size == PAIRING_ID_SIZE && strspn(text, "0123456789abcdef") >= size;
}

static bool read_record(int folder, const char *name, struct pairing *out)
{
    uint8_t *bytes = malloc(PAIRING_RECORD_MAX);
    size_t size;
    bool ok = bytes &&
              atomic_file_read(folder, name, bytes, PAIRING_RECORD_MAX, &size, NULL) ==
                  ATOMIC_READ_OK &&
              pairing_record_parse(span_of(bytes, size), out, NULL) &&
              strncmp(name, out->id, PAIRING_ID_SIZE) == 0;
    free(bytes);
    return ok;
}

// Reads one record. False if it is no pairing that can be used.
static bool load(int folder, const char *name, struct pairing *out)
{
    // Without its key a pairing is of no use: say so now, not at the next sign-in.
    char key_name[ATOMIC_FILE_NAME_MAX + 1];
    if (!read_record(folder, name, out))
        return false;
    file_name(key_name, out->id, KEY_SUFFIX);
    return key_file_holds(folder, key_name, out->key[0].id);
}

static void take_file(struct pairing_store *store, const char *name)
{
    const char *suffix = strrchr(name, '.');
    if (!suffix || strcmp(suffix, RECORD_SUFFIX) != 0)
        return;
    struct pairing read;
    bool usable = is_id(name, (size_t)(suffix - name)) && load(store->folder, name, &read);
    if (usable && store->count < PAIRINGS_MAX)
        store->pairings[store->count++] = read;
    else if (store->damaged_count < PAIRINGS_MAX)
        snprintf(store->damaged[store->damaged_count++].name, sizeof(store->damaged[0].name),
                 "%s", name);
}

// Oldest first, so that the order does not hang on the file system.
static int by_age(const void *left, const void *right)
{
    const struct pairing *a = left, *b = right;
    if (a->paired_at != b->paired_at)
        return a->paired_at < b->paired_at ? -1 : 1;
    return strcmp(a->id, b->id);
}

static bool load_all(struct pairing_store *store, const char *dir, struct fault *fault)
{
    int listed = dup(store->folder);
    DIR *entries = listed >= 0 ? fdopendir(listed) : NULL;
    if (!entries) {
        if (listed >= 0)
            close(listed);
        return fault_set(fault, FAILURE_PAIRING_STORE, "%s: %s", dir, strerror(errno));
    }
    rewinddir(entries);
    const struct dirent *entry;
    while ((entry = readdir(entries)))
        take_file(store, entry->d_name);
    closedir(entries);
    qsort(store->pairings, store->count, sizeof(store->pairings[0]), by_age);
    return true;
}

// A change of the PIN that was cut short is finished before a key is looked at.
static bool finish_change(int folder, struct fault *fault)
{
    if (!pin_change_is_open(folder))
        return true;
    int lock = pin_lock(folder, fault);
    bool ok = lock >= 0 && pin_recover(folder, fault);
    if (lock >= 0)
        close(lock);
    return ok;
}

struct pairing_store *pairing_store_open(const char *dir, struct fault *fault)
{
    if (sodium_init() < 0) {
        fault_set(fault, FAILURE_INTERNAL, "libsodium does not start");
        return NULL;
    }
    struct pairing_store *store = calloc(1, sizeof(*store));
    if (!store) {
        fault_set(fault, FAILURE_MEMORY, "pairings");
        return NULL;
    }
    store->folder = private_folder_open(dir, fault);
    if (store->folder < 0)
        goto free_store;
    if (pthread_mutex_init(&store->lock, NULL) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "no mutex");
        goto close_folder;
    }
    if (!finish_change(store->folder, fault) || !load_all(store, dir, fault))
        goto destroy_lock;
    return store;

destroy_lock:
    pthread_mutex_destroy(&store->lock);
close_folder:
    close(store->folder);
free_store:
    free(store);
    return NULL;
}

bool pairing_store_refresh(struct pairing_store *store, struct fault *fault)
{
    pthread_mutex_lock(&store->lock);
    size_t count = store->count, damaged_count = store->damaged_count;
    store->count = store->damaged_count = 0;
    bool read = load_all(store, "pairings", fault);
    if (!read) { // before it had taken anything
        store->count = count;
        store->damaged_count = damaged_count;
    }
    pthread_mutex_unlock(&store->lock);
    return read;
}

void pairing_store_close(struct pairing_store *store)
{
    if (!store)
        return;
    seal_free(store->seal);
    close(store->folder);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

size_t pairing_store_count(struct pairing_store *store)
{
    pthread_mutex_lock(&store->lock);
    size_t count = store->count;
    pthread_mutex_unlock(&store->lock);
    return count;
}

bool pairing_store_get(struct pairing_store *store, size_t index, struct pairing *out)
{
    pthread_mutex_lock(&store->lock);
    bool found = index < store->count;
    if (found)
        *out = store->pairings[index];
    pthread_mutex_unlock(&store->lock);
    return found;
}

static size_t index_of(const struct pairing_store *store, const char *id)
{
    size_t i = 0;
    while (i < store->count && strcmp(store->pairings[i].id, id) != 0)
        i++;
    return i;
}

bool pairing_store_find(struct pairing_store *store, const char *id, struct pairing *out)
{
    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, id);
    bool found = i < store->count;
    if (found)
        *out = store->pairings[i];
    pthread_mutex_unlock(&store->lock);
    return found;
}

bool pairing_store_reload(struct pairing_store *store, const char *id, struct pairing *out)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    struct pairing read;
    file_name(name, id, RECORD_SUFFIX);
    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, id);
    bool found = i < store->count && read_record(store->folder, name, &read);
    if (found)
        *out = store->pairings[i] = read;
    pthread_mutex_unlock(&store->lock);
    return found;
}

bool pairing_store_summary(struct pairing_store *store, size_t index,
                           struct pairing_summary *out)
{
    struct pairing pairing;
    if (!pairing_store_get(store, index, &pairing))
        return false;
    struct origin origin;
    portal_facts_origin(&pairing.portal, &origin);
    *out = (struct pairing_summary){
        .dialect = pairing.dialect,
        .paired_at = pairing.paired_at,
        .key_ends_at = pairing.key[0].not_after,
    };
    if (pairing.dialect == DIALECT_BITRIX24)
        sodium_bin2hex(out->session_key, sizeof(out->session_key), pairing.bitrix24.session_key,
                       PUBLIC_KEY_SIZE);
    snprintf(out->id, sizeof(out->id), "%s", pairing.id);
    snprintf(out->origin, sizeof(out->origin), "%s", origin.text);
    snprintf(out->portal_name, sizeof(out->portal_name), "%s", pairing.portal.display_name);
    snprintf(out->account_name, sizeof(out->account_name), "%s", pairing.account_name);
    return true;
}

bool pairing_store_damaged(struct pairing_store *store, size_t index, const char **name)
{
    // Changed by pairing_store_open and, when one is forgotten, by the caller's own thread.
    if (index >= store->damaged_count)
        return false;
    *name = store->damaged[index].name;
    return true;
}

// With the store's lock.
static bool hold(struct pairing_store *store, struct fault *fault)
{
    int held = 0;
    if (store->holds == 0) {
        do
            held = flock(store->folder, LOCK_EX);
        while (held != 0 && errno == EINTR);
    }
    if (held != 0)
        return fault_set(fault, FAILURE_PAIRING_STORE, "flock: %s", strerror(errno));
    store->holds++;
    return true;
}

static void release(struct pairing_store *store)
{
    if (--store->holds == 0)
        flock(store->folder, LOCK_UN);
}

bool pairing_store_hold(struct pairing_store *store, struct fault *fault)
{
    pthread_mutex_lock(&store->lock);
    bool held = hold(store, fault);
    pthread_mutex_unlock(&store->lock);
    return held;
}

void pairing_store_release(struct pairing_store *store)
{
    pthread_mutex_lock(&store->lock);
    release(store);
    pthread_mutex_unlock(&store->lock);
}

bool pairing_store_save_portal(struct pairing_store *store, const struct pairing *pairing,
                               struct fault *fault)
{
    struct pairing record;
    if (!pairing_store_hold(store, fault))
        return false;
    bool ok = pairing_store_reload(store, pairing->id, &record) ||
              fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", pairing->id);
    if (ok) {
        record.portal = pairing->portal;
        ok = pairing_store_save(store, &record, fault);
    }
    pairing_store_release(store);
    return ok;
}

bool pairing_store_save(struct pairing_store *store, const struct pairing *pairing,
                        struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    char *text = pairing_record_write(pairing);
    if (!text)
        return fault_set(fault, FAILURE_MEMORY, "pairing");
    file_name(name, pairing->id, RECORD_SUFFIX);

    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, pairing->id);
    bool ok = i < PAIRINGS_MAX ||
              fault_set(fault, FAILURE_PAIRING_STORE, "at most %u pairings", PAIRINGS_MAX);
    ok = ok && hold(store, fault);
    if (ok) {
        ok = atomic_file_write(store->folder, name, span_str(text), fault);
        release(store);
    }
    if (ok) {
        store->pairings[i] = *pairing;
        store->count += i == store->count;
    }
    pthread_mutex_unlock(&store->lock);
    free(text);
    return ok;
}

// ---- keys, and the PIN that seals them -----------------------------------------------------

struct session_keys *pairing_store_keys(struct pairing_store *store, const char *id,
                                        struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, id, KEY_SUFFIX);
    pthread_mutex_lock(&store->lock);
    struct session_keys *keys = key_file_read(store->folder, name, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    return keys;
}

// Another program may have set, changed or removed the PIN since this one was unlocked: what is
// written is sealed as the folder says, or not at all.
static bool seal_is_in_force(const struct pairing_store *store)
{
    uint8_t salt[SEAL_SALT_SIZE];
    if (!pin_is_set(store->folder))
        return !store->seal;
    return store->seal && pin_salt(store->folder, salt) &&
           memcmp(salt, store->seal->salt, sizeof(salt)) == 0;
}

bool pairing_store_save_keys(struct pairing_store *store, const char *id,
                             const struct session_keys *keys, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, id, KEY_SUFFIX);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    pthread_mutex_lock(&store->lock);
    bool ok = seal_is_in_force(store)
                  ? key_file_write(store->folder, name, keys, store->seal, fault)
                  : fault_set(fault, FAILURE_KEY_LOCKED, "%s cannot be sealed", name);
    pthread_mutex_unlock(&store->lock);
    close(lock);
    return ok;
}

bool pairing_store_has_pin(struct pairing_store *store)
{
    return pin_is_set(store->folder);
}

int64_t pairing_store_pin_wait_ms(struct pairing_store *store, int64_t now_ms)
{
    return pin_wait_ms(store->folder, now_ms);
}

static void hold_seal(struct pairing_store *store, struct seal *seal)
{
    pthread_mutex_lock(&store->lock);
    struct seal *before = store->seal;
    store->seal = seal;
    pthread_mutex_unlock(&store->lock);
    seal_free(before);
}

void pairing_store_lock(struct pairing_store *store)
{
    hold_seal(store, NULL);
}

bool pairing_store_unlock(struct pairing_store *store, struct span pin, int64_t now_ms,
                          int64_t *wait_ms, struct fault *fault)
{
    *wait_ms = 0;
    if (!finish_change(store->folder, fault))
        return false;
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    struct seal *seal = pin_open(store->folder, pin, now_ms, wait_ms, fault);
    close(lock);
    if (seal)
        hold_seal(store, seal);
    return seal != NULL;
}

// With the lock held.
static bool change_pin(struct pairing_store *store, struct span old_pin, struct span new_pin,
                       int64_t now_ms, int64_t *wait_ms, struct fault *fault)
{
    struct seal *old = NULL, *new = NULL;
    bool ok = false;
    if (pin_is_set(store->folder) && old_pin.n == 0)
        return fault_set(fault, FAILURE_PIN_IS_SET, "give the old one");
    if (old_pin.n > 0 && !(old = pin_open(store->folder, old_pin, now_ms, wait_ms, fault)))
        return false;
    if (new_pin.n == 0 || (new = seal_make(new_pin, fault)))
        ok = pin_change(store->folder, old, new, fault);
    seal_free(old);
    seal_free(new);
    return ok;
}

bool pairing_store_change_pin(struct pairing_store *store, struct span old_pin,
                              struct span new_pin, int64_t now_ms, int64_t *wait_ms,
                              struct fault *fault)
{
    *wait_ms = 0;
    if (new_pin.n > 0 && !pin_is_good(new_pin))
        return fault_set(fault, FAILURE_PIN_FORM, "%zu characters", new_pin.n);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    bool ok = change_pin(store, old_pin, new_pin, now_ms, wait_ms, fault);
    close(lock);
    pairing_store_lock(store);
    return ok;
}

// The keys, and the password where there is one.
bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1], password[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, id, KEY_SUFFIX);
    file_name(password, id, PASSWORD_SUFFIX);
    return atomic_file_erase(store->folder, name, fault) &&
           atomic_file_erase(store->folder, password, fault);
}

struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, id, PASSWORD_SUFFIX);
    pthread_mutex_lock(&store->lock);
    struct app_password *password = password_file_read(store->folder, name, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    return password;
}

bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, id, PASSWORD_SUFFIX);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    pthread_mutex_lock(&store->lock);
    bool ok = seal_is_in_force(store)
                  ? password_file_write(store->folder, name, password, store->seal, fault)
                  : fault_set(fault, FAILURE_KEY_LOCKED, "%s cannot be sealed", name);
    pthread_mutex_unlock(&store->lock);
    close(lock);
    return ok;
}

// The damaged file that `id` names; damaged_count if there is none.
static size_t damaged_index_of(const struct pairing_store *store, const char *id)
{
    size_t i = 0, size = strlen(id);
    for (; i < store->damaged_count; i++) {
        const char *name = store->damaged[i].name;
        if (strncmp(name, id, size) == 0 && strcmp(name + size, RECORD_SUFFIX) == 0)
            break;
    }
    return i;
}

static bool erase_pairing(struct pairing_store *store, size_t i, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    file_name(name, store->pairings[i].id, RECORD_SUFFIX);
    // The key first: whatever happens next, it is gone.
    if (!pairing_store_erase_keys(store, store->pairings[i].id, fault) ||
        !atomic_file_remove(store->folder, name, fault))
        return false;
    store->count--;
    memmove(&store->pairings[i], &store->pairings[i + 1],
            (store->count - i) * sizeof(store->pairings[0]));
    return true;
}

// What can be told of a damaged pairing is its file's name; a key may or may not be beside it.
static bool erase_damaged(struct pairing_store *store, size_t i, struct fault *fault)
{
    const char *name = store->damaged[i].name;
    char id[PAIRING_ID_SIZE + 1];
    if (is_id(name, strlen(name) - strlen(RECORD_SUFFIX))) {
        snprintf(id, sizeof(id), "%.*s", (int)PAIRING_ID_SIZE, name);
        if (!pairing_store_erase_keys(store, id, fault))
            return false;
    }
    if (!atomic_file_remove(store->folder, name, fault))
        return false;
    store->damaged_count--;
    memmove(&store->damaged[i], &store->damaged[i + 1],
            (store->damaged_count - i) * sizeof(store->damaged[0]));
    return true;
}

bool pairing_store_forget(struct pairing_store *store, const char *id, struct fault *fault)
{
    bool ok;
    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, id), damaged = damaged_index_of(store, id);
    if (i < store->count)
        ok = erase_pairing(store, i, fault);
    else if (damaged < store->damaged_count)
        ok = erase_damaged(store, damaged, fault);
    else
        ok = fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%.64s", id);
    pthread_mutex_unlock(&store->lock);
    return ok;
}

int pairing_store_folder(const struct pairing_store *store)
{
    return store->folder;
}
