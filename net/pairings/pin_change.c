// SPDX-License-Identifier: MIT
#include "net/pairings/pin_change.h"

#include <stdio.h>
#include <unistd.h>

#include "net/pairings/atomic_file.h"
#include "net/pairings/folder_names.h"
#include "net/pairings/key_file.h"
#include "net/pairings/pin.h"

// What a PIN seals: session keys, and application passwords.
static const char *const suffixes[] = {".key", ".password"};

// Who takes the names of secrets with this tail.
struct secrets {
    const char *tail;
    folder_name_taker *take;
    void *userdata;
};

// Whether it is the file of a pairing's secret with `tail` behind its name. Files of other
// names are left alone.
static bool is_secret(const char *name, const char *tail)
{
    if (strlen(name) > ATOMIC_FILE_NAME_MAX ||
        strspn(name, "0123456789abcdef") != PAIRING_ID_SIZE)
        return false;
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t size = strlen(suffixes[i]);
        if (strncmp(name + PAIRING_ID_SIZE, suffixes[i], size) == 0 &&
            strcmp(name + PAIRING_ID_SIZE + size, tail) == 0)
            return true;
    }
    return false;
}

static bool is_key(const char *name)
{
    return strncmp(name + PAIRING_ID_SIZE, suffixes[0], strlen(suffixes[0])) == 0;
}

static bool take_secret(int folder, const char *name, void *userdata, struct fault *fault)
{
    const struct secrets *secrets = userdata;
    return !is_secret(name, secrets->tail) ||
           secrets->take(folder, name, secrets->userdata, fault);
}

// Stops at the first false.
static bool for_each(int folder, const char *tail, folder_name_taker *take, void *userdata,
                     struct fault *fault)
{
    struct secrets secrets = {tail, take, userdata};
    return folder_names_each(folder, "the folder of the keys", take_secret, &secrets, fault);
}

// ---- finishing -------------------------------------------------------------------------

static bool look(int folder, const char *name, struct sealed_facts *out, struct fault *fault)
{
    return is_key(name) ? key_file_look(folder, name, out, fault)
                        : sealed_file_look(folder, name, out, fault);
}

enum found { FOUND_FITTING, FOUND_OTHER, FOUND_UNKNOWN };

// Whether the file is sealed as the PIN in force wants it. UNKNOWN, with a fault: it could not
// be read, and nothing may hang on what it is.
static enum found find(int folder, const char *name, const struct pin_in_force *force,
                       struct fault *fault)
{
    struct sealed_facts facts;
    struct fault why = {0};
    if (look(folder, name, &facts, &why))
        return pin_fits(force, &facts) ? FOUND_FITTING : FOUND_OTHER;
    if (why.failure == FAILURE_PAIRING_DAMAGED || why.failure == FAILURE_KEY_MISSING)
        return FOUND_OTHER;
    fault_set(fault, why.failure, "%s", why.detail);
    return FOUND_UNKNOWN;
}

// A key that is written anew takes its place; what remains is overwritten. It is dropped only
// where the key in its place is the one that counts: else it may be all that there is.
static bool finish_one(int folder, const char *next, void *userdata, struct fault *fault)
{
    const struct pin_in_force *force = userdata;
    char name[ATOMIC_FILE_NAME_MAX + 1];
    snprintf(name, sizeof(name), "%.*s", (int)(strlen(next) - strlen(PIN_NEXT_SUFFIX)), next);

    enum found found = find(folder, next, force, fault);
    if (found == FOUND_FITTING)
        return atomic_file_swap(folder, next, name, fault) &&
               atomic_file_erase(folder, next, fault);
    if (found == FOUND_OTHER)
        found = find(folder, name, force, fault);
    if (found == FOUND_FITTING)
        return atomic_file_erase(folder, next, fault);
    return found == FOUND_OTHER;
}

// Half a file that a crash left behind.
static bool erase_one(int folder, const char *name, void *userdata, struct fault *fault)
{
    (void)userdata;
    return atomic_file_erase(folder, name, fault);
}

static bool finish(int folder, struct fault *fault)
{
    struct pin_in_force force;
    return pin_in_force(folder, &force, fault) &&
           for_each(folder, ATOMIC_FILE_NEW, erase_one, NULL, fault) &&
           for_each(folder, PIN_NEXT_SUFFIX ATOMIC_FILE_NEW, erase_one, NULL, fault) &&
           for_each(folder, PIN_NEXT_SUFFIX, finish_one, &force, fault);
}

bool pin_recover(int folder, struct fault *fault)
{
    return finish(folder, fault);
}

static bool say_no(int folder, const char *name, void *userdata, struct fault *fault)
{
    (void)folder;
    (void)name;
    (void)userdata;
    (void)fault;
    return false;
}

bool pin_change_is_open(int folder)
{
    return !for_each(folder, PIN_NEXT_SUFFIX, say_no, NULL, NULL) ||
           !for_each(folder, PIN_NEXT_SUFFIX ATOMIC_FILE_NEW, say_no, NULL, NULL);
}

bool pin_change_finish(int folder, struct fault *fault)
{
    if (!pin_change_is_open(folder))
        return true;
    int lock = pin_lock(folder, fault);
    bool ok = lock >= 0 && pin_recover(folder, fault);
    if (lock >= 0)
        close(lock);
    return ok;
}

// ---- changing --------------------------------------------------------------------------

struct change {
    const struct seal *old, *new;
    bool dry; // reads only
};

// What the old PIN does not open was sealed by another one: this change would not reach it.
static bool tell_unread(const char *name, struct fault *why, struct fault *fault)
{
    if (why->failure == FAILURE_KEY_LOCKED)
        return fault_set(fault, FAILURE_KEY_OTHER_PIN, "%s", name);
    return fault_set(fault, why->failure, "%s", why->detail);
}

static bool change_key(int folder, const char *name, const char *next,
                       const struct change *change, struct fault *fault)
{
    struct fault why = {0};
    struct secret_keys *keys = key_file_read(folder, name, change->old, &why);
    if (!keys)
        return tell_unread(name, &why, fault);
    bool ok = change->dry || key_file_write(folder, next, keys, change->new, fault);
    secret_keys_free(keys);
    return ok;
}

// Only keys have an older form.
static bool change_other(int folder, const char *name, const char *next,
                         const struct change *change, struct fault *fault)
{
    struct fault why = {0};
    struct sealed_content *content = sealed_file_read(folder, name, change->old, &why);
    if (!content)
        return tell_unread(name, &why, fault);
    bool ok = change->dry || sealed_file_write(folder, next, content, change->new, fault);
    sealed_content_free(content);
    return ok;
}

static bool change_one(int folder, const char *name, void *userdata, struct fault *fault)
{
    char next[ATOMIC_FILE_NAME_MAX + sizeof(PIN_NEXT_SUFFIX)];
    snprintf(next, sizeof(next), "%s" PIN_NEXT_SUFFIX, name);
    return is_key(name) ? change_key(folder, name, next, userdata, fault)
                        : change_other(folder, name, next, userdata, fault);
}

// Whether `seal`, or none, is what device.pin says.
static bool is_in_force(int folder, const struct seal *seal)
{
    struct pin_in_force force;
    return pin_in_force(folder, &force, NULL) && force.is_set == (seal != NULL) &&
           (!seal || memcmp(force.salt, seal->salt, SEAL_SALT_SIZE) == 0);
}

bool pin_change(int folder, const struct seal *old, const struct seal *new, struct fault *fault)
{
    struct change reading = {.old = old, .dry = true}, change = {.old = old, .new = new};
    // A key that is left out would be lost: all are read before the first is written.
    if (!finish(folder, fault) || !for_each(folder, "", change_one, &reading, fault))
        return false;

    struct fault why = {0};
    bool put = for_each(folder, "", change_one, &change, &why) && pin_put(folder, new, &why);
    if (!put && !is_in_force(folder, new)) {
        // What is beside its place is dropped; what fails here is done when the store is
        // opened.
        finish(folder, NULL);
        return fault_set(fault, why.failure, "%s", why.detail);
    }
    return (finish(folder, &why) && put) || fault_set(fault, FAILURE_PIN_UNFINISHED, "%s: %s",
                                                      failure_code(why.failure), why.detail);
}
