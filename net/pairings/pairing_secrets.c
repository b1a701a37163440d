// SPDX-License-Identifier: MIT
// The keys and passwords of the store, and the PIN that seals them.
#include <unistd.h>

#include "net/pairings/pairing_parts.h"
#include "net/pairings/pin.h"
#include "net/pairings/pin_change.h"

bool pairing_finish_change(int folder, struct fault *fault)
{
    if (!pin_change_is_open(folder))
        return true;
    int lock = pin_lock(folder, fault);
    bool ok = lock >= 0 && pin_recover(folder, fault);
    if (lock >= 0)
        close(lock);
    return ok;
}

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

// ---- the PIN ---------------------------------------------------------------------------

bool pairing_store_has_pin(struct pairing_store *store)
{
    return pin_is_set(store->folder);
}

bool pairing_store_check_pin(struct pairing_store *store, struct fault *fault)
{
    struct pin_in_force force;
    return pin_in_force(store->folder, &force, fault);
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
    if (!pairing_finish_change(store->folder, fault))
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

bool pairing_store_erase_keys(struct pairing_store *store, const char *id, struct fault *fault)
{
    // With what a change of the PIN that was cut short has left beside them.
    static const char *const suffixes[] = {KEY_SUFFIX, PASSWORD_SUFFIX,
                                           KEY_SUFFIX PIN_NEXT_SUFFIX,
                                           PASSWORD_SUFFIX PIN_NEXT_SUFFIX};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[ATOMIC_FILE_NAME_MAX + 1];
        pairing_file_name(name, id, suffixes[i]);
        ok = atomic_file_erase(store->folder, name, fault);
    }
    return ok;
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
