// SPDX-License-Identifier: MIT
#include "net/pairings/signer_keys.h"

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
static void judge_locked(int folder, const char *name, struct fault *fault)
{
    struct fault why = {0};
    int lock = fault && fault->failure == FAILURE_KEY_LOCKED ? pin_lock(folder, NULL) : -1;
    if (lock < 0)
        return;
    if (pin_recover(folder, NULL) && !check_secret(folder, name, &why))
        *fault = why;
    close(lock);
}

struct secret_keys *signer_read_keys(int folder, const struct seal *seal, const char *id,
                                     struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, KEY_SUFFIX);
    struct secret_keys *keys = key_file_read(folder, name, seal, fault);
    if (!keys)
        judge_locked(folder, name, fault);
    return keys;
}

struct app_password *signer_read_password(int folder, const struct seal *seal, const char *id,
                                          struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, PASSWORD_SUFFIX);
    struct app_password *password = password_file_read(folder, name, seal, fault);
    if (!password)
        judge_locked(folder, name, fault);
    return password;
}

bool signer_check_secrets(int folder, const char *id, const uint8_t key_id[static KEY_ID_SIZE],
                          bool has_password, struct fault *fault)
{
    char key[ATOMIC_FILE_NAME_MAX + 1], password[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(key, id, KEY_SUFFIX);
    pairing_file_name(password, id, PASSWORD_SUFFIX);

    int lock = pin_lock(folder, fault);
    if (lock < 0)
        return false;
    bool ok = key_file_holds(folder, key, key_id, fault) && check_secret(folder, key, fault) &&
              (!has_password || check_secret(folder, password, fault));
    close(lock);
    return ok;
}

// ---- writing ---------------------------------------------------------------------------

// Another program may have set, changed or removed the PIN since this one was unlocked: what is
// written is sealed as the folder says, or not at all.
static bool is_in_force(int folder, const struct seal *seal, const char *name,
                        struct fault *fault)
{
    struct pin_in_force force;
    if (!pin_in_force(folder, &force, fault))
        return false;
    bool fits = force.is_set == (seal != NULL) &&
                (!seal || memcmp(force.salt, seal->salt, SEAL_SALT_SIZE) == 0);
    return fits || fault_set(fault, FAILURE_KEY_LOCKED, "%s cannot be sealed", name);
}

bool signer_write_keys(int folder, const struct seal *seal, const char *id,
                       const struct secret_keys *keys, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, KEY_SUFFIX);
    int lock = pin_lock(folder, fault);
    if (lock < 0)
        return false;
    bool ok = is_in_force(folder, seal, name, fault) &&
              key_file_write(folder, name, keys, seal, fault);
    close(lock);
    return ok;
}

bool signer_write_password(int folder, const struct seal *seal, const char *id,
                           const struct app_password *password, struct fault *fault)
{
    char name[ATOMIC_FILE_NAME_MAX + 1];
    pairing_file_name(name, id, PASSWORD_SUFFIX);
    int lock = pin_lock(folder, fault);
    if (lock < 0)
        return false;
    bool ok = is_in_force(folder, seal, name, fault) &&
              password_file_write(folder, name, password, seal, fault);
    close(lock);
    return ok;
}
