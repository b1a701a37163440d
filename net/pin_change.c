// SPDX-License-Identifier: MIT
#include "net/pin_change.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "net/atomic_file.h"
#include "net/key_file.h"
#include "net/pin.h"

// What a PIN seals: session keys, and application passwords.
static const char *const suffixes[] = {".key", ".password"};

typedef bool visit(int folder, const char *name, void *userdata, struct fault *fault);

static bool ends_with(const char *name, const char *suffix)
{
    size_t size = strlen(name), end = strlen(suffix);
    return size > end && size <= ATOMIC_FILE_NAME_MAX && strcmp(name + size - end, suffix) == 0;
}

// Whether it is the file of a secret with `tail` behind its name.
static bool is_secret(const char *name, const char *tail)
{
    char end[32];
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(end, sizeof(end), "%s%s", suffixes[i], tail);
        if (ends_with(name, end))
            return true;
    }
    return false;
}

// Calls `each` for every file of a secret with this tail; stops at the first false.
static bool for_each(int folder, const char *tail, visit *each, void *userdata,
                     struct fault *fault)
{
    int listed = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = listed >= 0 ? fdopendir(listed) : NULL;
    if (!entries) {
        if (listed >= 0)
            close(listed);
        return fault_set(fault, FAILURE_PAIRING_STORE, "the folder of the keys: %s",
                         strerror(errno));
    }
    bool ok = true;
    const struct dirent *entry;
    while (ok && (entry = readdir(entries)))
        ok = !is_secret(entry->d_name, tail) || each(folder, entry->d_name, userdata, fault);
    closedir(entries);
    return ok;
}

// ---- finishing -------------------------------------------------------------------------

struct in_force {
    bool pin;
    uint8_t salt[SEAL_SALT_SIZE];
};

// A key that is written anew takes its place, or is dropped; what remains is overwritten.
static bool finish_one(int folder, const char *next, void *userdata, struct fault *fault)
{
    const struct in_force *force = userdata;
    struct sealed_facts facts;
    char name[ATOMIC_FILE_NAME_MAX + 1];
    snprintf(name, sizeof(name), "%.*s", (int)(strlen(next) - strlen(PIN_NEXT_SUFFIX)), next);
    bool holds = sealed_file_look(folder, next, &facts, NULL) && facts.sealed == force->pin &&
                 (!facts.sealed || memcmp(facts.salt, force->salt, SEAL_SALT_SIZE) == 0);
    if (holds && !atomic_file_swap(folder, next, name, fault))
        return false;
    return atomic_file_erase(folder, next, fault);
}

// Half a file that a crash left behind.
static bool erase_one(int folder, const char *name, void *userdata, struct fault *fault)
{
    (void)userdata;
    return atomic_file_erase(folder, name, fault);
}

static bool finish(int folder, struct fault *fault)
{
    struct in_force force = {.pin = pin_is_set(folder)};
    if (force.pin && !pin_salt(folder, force.salt))
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, "the file of the PIN");
    return for_each(folder, ATOMIC_FILE_NEW, erase_one, NULL, fault) &&
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

// ---- changing --------------------------------------------------------------------------

struct change {
    const struct seal *old, *new;
};

// Only keys have an older form.
static bool write_next(int folder, const char *name, const char *next,
                       const struct change *change, struct fault *fault)
{
    struct fault why = {0};
    struct sealed_content *content = sealed_file_read(folder, name, change->old, &why);
    if (!content && why.failure == FAILURE_PAIRING_DAMAGED)
        return true;
    if (!content)
        return fault_set(fault, why.failure, "%s", why.detail);
    bool ok = sealed_file_write(folder, next, content, change->new, fault);
    sealed_content_free(content);
    return ok;
}

static bool prepare_one(int folder, const char *name, void *userdata, struct fault *fault)
{
    const struct change *change = userdata;
    char next[ATOMIC_FILE_NAME_MAX + sizeof(PIN_NEXT_SUFFIX)];
    snprintf(next, sizeof(next), "%s" PIN_NEXT_SUFFIX, name);
    if (!ends_with(name, suffixes[0]))
        return write_next(folder, name, next, change, fault);
    struct fault why = {0};
    struct session_keys *keys = key_file_read(folder, name, change->old, &why);
    // What cannot be read is of no use to anybody, and stays as it is.
    if (!keys && why.failure == FAILURE_PAIRING_DAMAGED)
        return true;
    if (!keys)
        return fault_set(fault, why.failure, "%s", why.detail);
    bool ok = key_file_write(folder, next, keys, change->new, fault);
    session_keys_free(keys);
    return ok;
}

bool pin_change(int folder, const struct seal *old, const struct seal *new, struct fault *fault)
{
    struct change change = {old, new};
    if (!finish(folder, fault))
        return false;
    bool done =
        for_each(folder, "", prepare_one, &change, fault) && pin_put(folder, new, fault);
    // Whether the change counts or not: what is beside its place goes where it belongs. What
    // fails here is done when the store is opened next.
    finish(folder, NULL);
    return done;
}
