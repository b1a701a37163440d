// SPDX-License-Identifier: MIT
#include "net/pairings/administrator.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "net/pairings/pairing_store.h"
#include "net/pairings/pin.h"
#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define FILE_NAME   "administrator.pin"
#define TRIES_NAME  "administrator.tries"
#define LOCK_NAME   "administrator.lock"
#define FORMAT      "qrconfirm administrator pin"
#define VERSION     1
#define HASH_MEMBER "argon2id"

_Static_assert(ADMINISTRATOR_HASH_SIZE == crypto_pwhash_STRBYTES, "as libsodium writes it");

bool administrator_is_set(struct pairing_store *store)
{
    // Only a file that is surely not there is no PIN.
    return faccessat(pairing_store_folder(store), FILE_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
           errno != ENOENT;
}

int64_t administrator_wait_ms(struct pairing_store *store, int64_t now_ms)
{
    return pin_tries_wait_ms(pairing_store_folder(store), TRIES_NAME, now_ms);
}

// ---- the file --------------------------------------------------------------------------

// Takes "NAME=NUMBER", of at most `most`, and what ends it.
static bool take_cost(const char **text, const char *name, char end, uint32_t most)
{
    size_t size = strlen(name);
    if (strncmp(*text, name, size) != 0)
        return false;
    const char *digit = *text + size;
    uint64_t value = 0;
    for (; *digit >= '0' && *digit <= '9' && value <= most; digit++)
        value = value * 10 + (uint64_t)(*digit - '0');
    *text = digit + 1;
    return value > 0 && value <= most && *digit == end;
}

// What the hash costs to check is looked at before it is paid.
static bool is_affordable(const char *hash)
{
    static const char kind[] = crypto_pwhash_argon2id_STRPREFIX "v=19$";
    const char *cost = hash + sizeof(kind) - 1;
    return strncmp(hash, kind, sizeof(kind) - 1) == 0 &&
           take_cost(&cost, "m=", ',', ADMINISTRATOR_MEMORY_MAX) &&
           take_cost(&cost, "t=", ',', ADMINISTRATOR_PASSES_MAX) &&
           take_cost(&cost, "p=", '$', 1);
}

static bool read_hash(int folder, char out[static crypto_pwhash_STRBYTES], struct fault *fault)
{
    enum atomic_read read;
    struct fault why = {0};
    json_t *root = record_file_read(folder, FILE_NAME, FORMAT, VERSION, &read, &why);
    if (read == ATOMIC_READ_MISSING)
        return fault_set(fault, FAILURE_ADMINISTRATOR_NOT_SET, "%s is not there", FILE_NAME);
    if (!root) {
        storage_name_damage(&why, FAILURE_ADMINISTRATOR_DAMAGED);
        return fault_set(fault, why.failure, "%s", why.detail);
    }

    struct record_reader reader = {.object = root};
    record_read_text(&reader, HASH_MEMBER, out, 1, crypto_pwhash_STRBYTES);
    json_decref(root);
    if (reader.bad || !is_affordable(out))
        return fault_set(fault, FAILURE_ADMINISTRATOR_DAMAGED, FILE_NAME ": member \"%s\"",
                         HASH_MEMBER);
    return true;
}

bool administrator_look(struct pairing_store *store, struct fault *fault)
{
    char hash[crypto_pwhash_STRBYTES];
    return read_hash(pairing_store_folder(store), hash, fault);
}

bool administrator_hash(struct span pin, char out[static ADMINISTRATOR_HASH_SIZE],
                        struct fault *fault)
{
    if (!pin_is_good(pin))
        return fault_set(fault, FAILURE_PIN_FORM, "%zu characters", pin.n);
    if (crypto_pwhash_str(out, (const char *)pin.p, pin.n, SEAL_PASSES,
                          SEAL_MEMORY_KIB * (size_t)1024) != 0)
        return fault_set(fault, FAILURE_MEMORY, "Argon2id");
    return true;
}

bool administrator_is_hash(const char *text)
{
    return strlen(text) < ADMINISTRATOR_HASH_SIZE && is_affordable(text) &&
           crypto_pwhash_str_needs_rehash(text, SEAL_PASSES, SEAL_MEMORY_KIB * (size_t)1024) >=
               0;
}

static bool write_hash(int folder, const char *hash, struct fault *fault)
{
    int bad;
    json_t *root = record_file_begin(FORMAT, VERSION, &bad);
    bad |= json_object_set_new(root, HASH_MEMBER, json_string(hash));
    return record_file_write(folder, FILE_NAME, root, bad, fault);
}

static bool write_pin(int folder, struct span pin, struct fault *fault)
{
    char hash[ADMINISTRATOR_HASH_SIZE];
    return administrator_hash(pin, hash, fault) && write_hash(folder, hash, fault);
}

// ---- trying, under the lock ------------------------------------------------------------

// libsodium tells a wrong PIN from what kept it from finding out by errno alone.
static bool judge(const char *hash, struct span pin, struct fault *fault)
{
    errno = 0;
    if (crypto_pwhash_str_verify(hash, (const char *)pin.p, pin.n) == 0)
        return true;
    if (errno == EINVAL)
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, "not the administrator PIN");
    if (errno == ENOMEM)
        return fault_set(fault, FAILURE_MEMORY, "Argon2id");
    return fault_set(fault, FAILURE_ADMINISTRATOR_DAMAGED, FILE_NAME ": no hash of Argon2id");
}

static bool try_pin(int folder, struct span pin, int64_t now_ms, int64_t *wait_ms,
                    struct fault *fault)
{
    char hash[crypto_pwhash_STRBYTES];
    *wait_ms = pin_tries_wait_ms(folder, TRIES_NAME, now_ms);
    if (!read_hash(folder, hash, fault))
        return false;

    // What cannot be a PIN need not be counted.
    if (*wait_ms == 0 && !pin_is_good(pin))
        return fault_set(fault, FAILURE_KEY_WRONG_PIN, "%u to %u digits", PIN_DIGITS_MIN,
                         PIN_DIGITS_MAX);
    if (!pin_tries_begin(folder, TRIES_NAME, now_ms, wait_ms, fault) ||
        !judge(hash, pin, fault))
        return false;

    pin_tries_forgive(folder, TRIES_NAME);
    *wait_ms = 0;
    return true;
}

bool administrator_check(struct pairing_store *store, struct span pin, int64_t now_ms,
                         int64_t *wait_ms, struct fault *fault)
{
    int folder = pairing_store_folder(store);
    *wait_ms = 0;
    int lock = private_lock(folder, LOCK_NAME, true, fault);
    if (lock < 0)
        return false;
    bool right = try_pin(folder, pin, now_ms, wait_ms, fault);
    close(lock);
    return right;
}

bool administrator_change(struct pairing_store *store, struct span old_pin, struct span new_pin,
                          int64_t now_ms, int64_t *wait_ms, struct fault *fault)
{
    int folder = pairing_store_folder(store);
    *wait_ms = 0;
    if (new_pin.n > 0 && !pin_is_good(new_pin))
        return fault_set(fault, FAILURE_PIN_FORM, "%zu characters", new_pin.n);

    int lock = private_lock(folder, LOCK_NAME, true, fault);
    if (lock < 0)
        return false;

    bool ok;
    if (old_pin.n == 0 && administrator_is_set(store))
        ok = fault_set(fault, FAILURE_ADMINISTRATOR_IS_SET, "give the old one");
    else
        ok = old_pin.n == 0 || try_pin(folder, old_pin, now_ms, wait_ms, fault);
    if (ok)
        ok = new_pin.n > 0 ? write_pin(folder, new_pin, fault)
                           : atomic_file_remove(folder, FILE_NAME, fault);

    close(lock);
    return ok;
}

bool administrator_replace(struct pairing_store *store, const char *hash, struct fault *fault)
{
    int folder = pairing_store_folder(store);
    int lock = private_lock(folder, LOCK_NAME, true, fault);
    if (lock < 0)
        return false;

    bool ok = write_hash(folder, hash, fault);
    if (ok)
        pin_tries_forgive(folder, TRIES_NAME);
    close(lock);
    return ok;
}
