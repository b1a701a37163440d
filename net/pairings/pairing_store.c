// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_store.h"

#include <errno.h>
#include <limits.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "net/pairings/folder_names.h"
#include "net/pairings/pairing_files.h"
#include "net/pairings/pin_change.h"
#include "net/pairings/storage_fault.h"

static bool is_id(const char *text, size_t size)
{
    return size == PAIRING_ID_SIZE && strspn(text, "0123456789abcdef") >= size;
}

static bool read_record(const struct pairing_store *store, const char *id, struct pairing *out,
                        struct fault *fault)
{
    return pairing_record_load(store->folder, store->dialects, id, out, fault);
}

// Reads one record. False if it is no pairing that can be used.
static bool load(const struct pairing_store *store, const char *name, struct pairing *out,
                 struct fault *fault)
{
    // Without its key a pairing is of no use: say so now, not at the next sign-in.
    char key_name[ATOMIC_FILE_NAME_MAX + 1];
    if (!is_id(name, strlen(name) - strlen(RECORD_SUFFIX)))
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "%s: not the name of a pairing", name);
    if (!read_record(store, name, out, fault))
        return false;
    pairing_file_name(key_name, out->id, KEY_SUFFIX);
    return key_file_names(store->folder, key_name, out->key[0].id, fault);
}

// ---- the folder ------------------------------------------------------------------------

struct names {
    char (*name)[NAME_MAX + 1];
    size_t count, room;
};

static bool is_record(const char *name)
{
    const char *suffix = strrchr(name, '.');
    return suffix && strcmp(suffix, RECORD_SUFFIX) == 0;
}

static bool take_name(struct names *names, const char *name, struct fault *fault)
{
    if (names->count == PAIRING_FILES_MAX)
        return fault_set(fault, FAILURE_PAIRING_LIMIT, "more than %u files of pairings",
                         PAIRING_FILES_MAX);

    if (names->count == names->room) {
        size_t room = names->room ? 2 * names->room : PAIRINGS_MAX;
        void *more = realloc(names->name, room * sizeof(names->name[0]));
        if (!more)
            return fault_set(fault, FAILURE_MEMORY, "names of pairings");
        names->name = more;
        names->room = room;
    }

    snprintf(names->name[names->count++], sizeof(names->name[0]), "%s", name);
    return true;
}

static bool take_record(int folder, const char *name, void *userdata, struct fault *fault)
{
    (void)folder;
    return !is_record(name) || take_name(userdata, name, fault);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(left, right);
}

// All records in the order of their names: which ones count does not depend on the file system.
static bool list_names(int folder, struct names *names, struct fault *fault)
{
    bool ok =
        folder_names_each(folder, "the folder of the pairings", take_record, names, fault);
    if (ok && names->count > 1)
        qsort(names->name, names->count, sizeof(names->name[0]), by_name);
    return ok;
}

static void take_file(struct pairing_store *store, const char *name)
{
    struct pairing read;
    struct fault why = {0};
    bool usable = load(store, name, &read, &why);
    if (usable && store->count < PAIRINGS_MAX) {
        store->pairings[store->count++] = read;
        return;
    }

    if (usable)
        fault_set(&why, FAILURE_PAIRING_LIMIT, "%s: beyond the %u that count", name,
                  PAIRINGS_MAX);
    struct pairing_unusable *unusable = &store->unusable[store->unusable_count++];
    snprintf(unusable->name, sizeof(unusable->name), "%s", name);
    unusable->why = why;
}

// Oldest first, so that the order does not hang on the file system.
static int by_age(const void *left, const void *right)
{
    const struct pairing *a = left, *b = right;
    if (a->paired_at != b->paired_at)
        return a->paired_at < b->paired_at ? -1 : 1;
    return strcmp(a->id, b->id);
}

// Fails before anything of the store is changed.
static bool load_all(struct pairing_store *store, struct fault *fault)
{
    struct names names = {0};
    struct pairing_unusable *unusable = NULL;
    bool ok = list_names(store->folder, &names, fault);
    if (ok && names.count > 0) {
        unusable = calloc(names.count, sizeof(*unusable));
        ok = unusable || fault_set(fault, FAILURE_MEMORY, "pairings");
    }

    if (ok) {
        free(store->unusable);
        store->unusable = unusable;
        store->count = store->unusable_count = 0;
        for (size_t i = 0; i < names.count; i++)
            take_file(store, names.name[i]);
        qsort(store->pairings, store->count, sizeof(store->pairings[0]), by_age);
    }

    free(names.name);
    return ok;
}

// A change of the PIN that was cut short is gone on with: by the signer, as that reads keys.
static bool finish_pin(struct pairing_store *store, struct fault *fault)
{
    if (!pin_change_is_open(store->folder))
        return true;
    struct signer_talk *talk = signer_talk_new();
    if (!talk)
        return fault_set(fault, FAILURE_MEMORY, "guarded memory");
    talk->request.act = SIGNER_FINISH_PIN;
    bool ok = store_signer_ask(&store->signer, talk, fault);
    signer_talk_free(talk);
    return ok;
}

struct pairing_store *pairing_store_open(const char *dir, const struct dialect *const *dialects,
                                         struct fault *fault)
{
    return pairing_store_open_with(dir, dialects, NULL, fault);
}

struct pairing_store *pairing_store_open_with(const char *dir,
                                              const struct dialect *const *dialects,
                                              const struct signer_contact *contact,
                                              struct fault *fault)
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
    store->dialects = dialects;

    store->folder = private_folder_open(dir, fault);
    if (store->folder < 0)
        goto free_store;
    if (pthread_mutex_init(&store->lock, NULL) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "no mutex");
        goto close_folder;
    }
    if (!store_signer_init(&store->signer, contact, store->folder, dialects, fault))
        goto destroy_lock;
    if (!finish_pin(store, fault) || !load_all(store, fault))
        goto release_signer;
    return store;

release_signer:
    store_signer_release(&store->signer);
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
    bool read = load_all(store, fault);
    pthread_mutex_unlock(&store->lock);
    return read;
}

void pairing_store_leave(struct pairing_store *store)
{
    store_signer_leave(&store->signer);
}

void pairing_store_close(struct pairing_store *store)
{
    if (!store)
        return;
    store_signer_destroy(&store->signer);
    sodium_memzero(store->badge, sizeof(store->badge));
    free(store->unusable);
    close(store->folder);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

const struct dialect *const *pairing_store_dialects(const struct pairing_store *store)
{
    return store->dialects;
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

bool pairing_store_reload(struct pairing_store *store, const char *id, struct pairing *out,
                          struct fault *fault)
{
    struct pairing read;
    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, id);
    bool found = i < store->count ? read_record(store, id, &read, fault)
                                  : fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
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

    snprintf(out->id, sizeof(out->id), "%s", pairing.id);
    snprintf(out->origin, sizeof(out->origin), "%s", origin.text);
    snprintf(out->portal_name, sizeof(out->portal_name), "%s", pairing.portal.display_name);
    snprintf(out->account_name, sizeof(out->account_name), "%s", pairing.account_name);
    if (pairing.dialect->summarise)
        pairing.dialect->summarise(&pairing, out);
    return true;
}

bool pairing_store_unusable(struct pairing_store *store, size_t index,
                            struct pairing_unusable *out)
{
    pthread_mutex_lock(&store->lock);
    bool found = index < store->unusable_count;
    if (found)
        *out = store->unusable[index];
    pthread_mutex_unlock(&store->lock);
    return found;
}

bool pairing_is_unread(const struct pairing_unusable *unusable)
{
    return storage_is_unknown(unusable->why.failure);
}

bool pairing_store_unread(struct pairing_store *store, struct fault *fault)
{
    struct pairing_unusable unusable;
    for (size_t i = 0; pairing_store_unusable(store, i, &unusable); i++) {
        if (!pairing_is_unread(&unusable))
            continue;
        fault_set(fault, unusable.why.failure, "%s", unusable.why.detail);
        return true;
    }
    return false;
}

bool pairing_store_has_room(struct pairing_store *store, struct fault *fault)
{
    return pairing_store_count(store) < PAIRINGS_MAX ||
           fault_set(fault, FAILURE_PAIRING_LIMIT, "%u pairings", PAIRINGS_MAX);
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
        return storage_write_fault(fault, "flock", errno);
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
    bool ok = pairing_store_reload(store, pairing->id, &record, fault);
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
    pairing_file_name(name, pairing->id, RECORD_SUFFIX);

    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, pairing->id);
    bool ok = i < PAIRINGS_MAX ||
              fault_set(fault, FAILURE_PAIRING_LIMIT, "%u pairings", PAIRINGS_MAX);
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

// The unusable file that `id` names; unusable_count if there is none.
static size_t unusable_index_of(const struct pairing_store *store, const char *id)
{
    size_t i = 0, size = strlen(id);
    for (; i < store->unusable_count; i++) {
        const char *name = store->unusable[i].name;
        if (strncmp(name, id, size) == 0 && strcmp(name + size, RECORD_SUFFIX) == 0)
            break;
    }
    return i;
}

static bool erase_pairing(struct pairing_store *store, size_t i, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, store->pairings[i].id, RECORD_SUFFIX);
    // The key first: whatever happens next, it is gone.
    if (!pairing_files_erase_secrets(store->folder, store->pairings[i].id, fault) ||
        !atomic_file_remove(store->folder, name, fault))
        return false;
    store->count--;
    memmove(&store->pairings[i], &store->pairings[i + 1],
            (store->count - i) * sizeof(store->pairings[0]));
    return true;
}

// What can be told of a damaged pairing is its file's name; a key may or may not be beside it.
// What could not be read may be whole: that is not erased unseen.
static bool erase_unusable(struct pairing_store *store, size_t i, struct fault *fault)
{
    const char *name = store->unusable[i].name;
    const struct fault *why = &store->unusable[i].why;
    char id[PAIRING_ID_SIZE + 1];

    if (storage_is_unknown(why->failure))
        return fault_set(fault, why->failure, "%s", why->detail);

    if (is_id(name, strlen(name) - strlen(RECORD_SUFFIX))) {
        snprintf(id, sizeof(id), "%.*s", (int)PAIRING_ID_SIZE, name);
        if (!pairing_files_erase_secrets(store->folder, id, fault))
            return false;
    }

    if (!atomic_file_remove(store->folder, name, fault))
        return false;
    store->unusable_count--;
    memmove(&store->unusable[i], &store->unusable[i + 1],
            (store->unusable_count - i) * sizeof(store->unusable[0]));
    return true;
}

bool pairing_store_forget(struct pairing_store *store, const char *id, struct fault *fault)
{
    bool ok;
    pthread_mutex_lock(&store->lock);
    size_t i = index_of(store, id), unusable = unusable_index_of(store, id);
    if (i < store->count)
        ok = erase_pairing(store, i, fault);
    else if (unusable < store->unusable_count)
        ok = erase_unusable(store, unusable, fault);
    else
        ok = fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%.64s", id);
    pthread_mutex_unlock(&store->lock);
    return ok;
}

int pairing_store_folder(const struct pairing_store *store)
{
    return store->folder;
}
