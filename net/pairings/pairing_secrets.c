// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_secrets.h"

#include <unistd.h>

#include "net/pairings/pairing_files.h"
#include "net/pairings/pin.h"
#include "net/pairings/pin_change.h"

// ---- reading ---------------------------------------------------------------------------

// With the lock of the PIN: whether a secret is whole, and sealed as the PIN in force wants it.
static bool check_secret(int folder, const char *name, struct fault *fault)
{
    struct pin_in_force force;
    struct sealed_facts facts;
    bool is_key = strcmp(name + PAIRING_ID_SIZE, KEY_SUFFIX) == 0;
    return pin_in_force(folder, &force, fault) &&
           (is_key ? key_file_look(folder, name, &facts, fault)
                   : sealed_file_look(folder, name, &facts, fault)) &&
           pin_check(&force, name, &facts, fault);
}

// A key is locked; but one that the PIN in force does not open is not opened by entering it.
static void judge_locked(struct pairing_store *store, const char *name, struct fault *fault)
{
    struct fault why = {0};
    int lock =
        fault && fault->failure == FAILURE_KEY_LOCKED ? pin_lock(store->folder, NULL) : -1;
    if (lock < 0)
        return;
    if (pin_recover(store->folder, NULL) && !check_secret(store->folder, name, &why))
        *fault = why;
    close(lock);
}

struct secret_keys *pairing_store_keys(struct pairing_store *store, const char *id,
                                       struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, KEY_SUFFIX);
    pthread_mutex_lock(&store->lock);
    struct secret_keys *keys = key_file_read(store->folder, name, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    if (!keys)
        judge_locked(store, name, fault);
    return keys;
}

bool pairing_store_check_secrets(struct pairing_store *store, const char *id,
                                 struct fault *fault)
{
    char key[ATOMIC_FILE_NAME_MAX + 1], password[ATOMIC_FILE_NAME_MAX + 1];
    struct pairing pairing;
    if (!pairing_store_find(store, id, &pairing))
        return fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
    pairing_file_name(key, id, KEY_SUFFIX);
    pairing_file_name(password, id, PASSWORD_SUFFIX);

    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    bool ok = key_file_holds(store->folder, key, pairing.key[0].id, fault) &&
              check_secret(store->folder, key, fault) &&
              (!pairing.dialect->has_password || check_secret(store->folder, password, fault));
    close(lock);
    return ok;
}

// ---- writing ---------------------------------------------------------------------------

// Another program may have set, changed or removed the PIN since this one was unlocked: what is
// written is sealed as the folder says, or not at all.
static bool seal_is_in_force(const struct pairing_store *store, const char *name,
                             struct fault *fault)
{
    struct pin_in_force force;
    if (!pin_in_force(store->folder, &force, fault))
        return false;
    bool fits = force.is_set == (store->seal != NULL) &&
                (!store->seal || memcmp(force.salt, store->seal->salt, SEAL_SALT_SIZE) == 0);
    return fits || fault_set(fault, FAILURE_KEY_LOCKED, "%s cannot be sealed", name);
}

bool pairing_store_save_keys(struct pairing_store *store, const char *id,
                             const struct secret_keys *keys, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, KEY_SUFFIX);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    pthread_mutex_lock(&store->lock);
    bool ok = seal_is_in_force(store, name, fault) &&
              key_file_write(store->folder, name, keys, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    close(lock);
    return ok;
}

bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault)
{
    return pairing_files_erase_secrets(store->folder, id, fault);
}

struct app_password *pairing_store_password(struct pairing_store *store, const char *id,
                                            struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, PASSWORD_SUFFIX);
    pthread_mutex_lock(&store->lock);
    struct app_password *password = password_file_read(store->folder, name, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    if (!password)
        judge_locked(store, name, fault);
    return password;
}

bool pairing_store_save_password(struct pairing_store *store, const char *id,
                                 const struct app_password *password, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, PASSWORD_SUFFIX);
    int lock = pin_lock(store->folder, fault);
    if (lock < 0)
        return false;
    pthread_mutex_lock(&store->lock);
    bool ok = seal_is_in_force(store, name, fault) &&
              password_file_write(store->folder, name, password, store->seal, fault);
    pthread_mutex_unlock(&store->lock);
    close(lock);
    return ok;
}
