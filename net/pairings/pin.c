// SPDX-License-Identifier: MIT
#include "net/pairings/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "net/pairings/pin_tries.h"
#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define PIN_FILE     "device.pin"
#define PIN_FORMAT   "qrconfirm pin"
#define TRIES_FILE   "device.tries"
#define LOCK_FILE    "device.lock"
#define FILE_VERSION 1
#define PROOF_SIZE   (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)

struct pin_record {
    uint8_t salt[SEAL_SALT_SIZE];
    struct seal_cost cost;
    uint8_t proof[PROOF_SIZE]; // nonce and tag of an empty secret
};

bool pin_is_good(struct span pin)
{
    if (pin.n < PIN_DIGITS_MIN || pin.n > PIN_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < pin.n; i++)
        if (pin.p[i] < '0' || pin.p[i] > '9')
            return false;
    return true;
}

bool pin_is_set(int folder)
{
    // Only a file that is surely not there is no PIN.
    return faccessat(folder, PIN_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

int pin_lock(int folder, struct fault *fault)
{
    return private_lock(folder, LOCK_FILE, true, fault);
}

// ---- files -----------------------------------------------------------------------------

static bool read_record(int folder, struct pin_record *out, struct fault *fault)
{
    enum atomic_read read;
    json_t *root = record_file_read(folder, PIN_FILE, PIN_FORMAT, FILE_VERSION, &read, fault);
    if (read == ATOMIC_READ_MISSING)
        return fault_set(fault, FAILURE_PIN_NOT_SET, "%s is not there", PIN_FILE);
    if (!root)
        return storage_name_damage(fault, FAILURE_PIN_DAMAGED);

    struct record_reader reader = {.object = root};
    uint64_t passes = 0, memory_kib = 0;
    record_read_bytes(&reader, "salt", out->salt, SEAL_SALT_SIZE);
    record_read_counter(&reader, "argon2id_passes", &passes);
    record_read_counter(&reader, "argon2id_kib", &memory_kib);
    record_read_bytes(&reader, "proof", out->proof, PROOF_SIZE);

    json_decref(root);
    if (!reader.bad && (passes > SEAL_PASSES_MAX || memory_kib > SEAL_MEMORY_MAX))
        reader.bad = "argon2id";
    if (reader.bad)
        return fault_set(fault, FAILURE_PIN_DAMAGED, PIN_FILE ": member \"%s\"", reader.bad);

    out->cost = (struct seal_cost){(uint32_t)passes, (uint32_t)memory_kib};
    return true;
}

bool pin_in_force(int folder, struct pin_in_force *out, struct fault *fault)
{
    struct pin_record record;
    struct fault why = {0};
    if (read_record(folder, &record, &why)) {
        *out = (struct pin_in_force){.is_set = true};
        memcpy(out->salt, record.salt, SEAL_SALT_SIZE);
        return true;
    }
    if (why.failure != FAILURE_PIN_NOT_SET)
        return fault_set(fault, why.failure, "%s", why.detail);
    *out = (struct pin_in_force){0};
    return true;
}

bool pin_fits(const struct pin_in_force *force, const struct sealed_facts *facts)
{
    return facts->sealed == force->is_set &&
           (!facts->sealed || memcmp(facts->salt, force->salt, SEAL_SALT_SIZE) == 0);
}

bool pin_check(const struct pin_in_force *force, const char *name,
               const struct sealed_facts *facts, struct fault *fault)
{
    if (pin_fits(force, facts))
        return true;
    if (!facts->sealed)
        return fault_set(fault, FAILURE_KEY_UNSEALED, "%s", name);
    return fault_set(fault, FAILURE_KEY_OTHER_PIN, "%s: %s", name,
                     force->is_set ? "sealed by another PIN" : "sealed, and there is no PIN");
}

bool pin_put(int folder, const struct seal *seal, struct fault *fault)
{
    if (!seal)
        return atomic_file_remove(folder, PIN_FILE, fault);
    uint8_t proof[PROOF_SIZE];
    randombytes_buf(proof, SEAL_NONCE_SIZE);
    seal_close(seal, proof, span_str(PIN_FORMAT), span_of(NULL, 0), proof + SEAL_NONCE_SIZE);
    int bad;
    json_t *root = record_file_begin(PIN_FORMAT, FILE_VERSION, &bad);
    bad |= record_write_bytes(root, "salt", span_of(seal->salt, SEAL_SALT_SIZE));
    bad |= record_write_counter(root, "argon2id_passes", seal->cost.passes);
    bad |= record_write_counter(root, "argon2id_kib", seal->cost.memory_kib);
    bad |= record_write_bytes(root, "proof", span_of(proof, sizeof(proof)));
    return record_file_write(folder, PIN_FILE, root, bad, fault);
}

// ---- trying ----------------------------------------------------------------------------

int64_t pin_wait_ms(int folder, int64_t now_ms)
{
    return pin_tries_wait_ms(folder, TRIES_FILE, now_ms);
}

// The seal of these digits, if they are the PIN.
static struct seal *judge(const struct pin_record *record, const struct seal_secret *secret,
                          struct fault *fault)
{
    uint8_t nothing[1];
    struct seal *seal = seal_new(secret, record->salt, record->cost, fault);
    if (!seal)
        return NULL;
    if (seal_open(seal, record->proof, span_str(PIN_FORMAT),
                  span_of(record->proof + SEAL_NONCE_SIZE, SEAL_TAG_SIZE), nothing))
        return seal;
    fault_set(fault, FAILURE_KEY_WRONG_PIN, "not the PIN of this device");
    seal_free(seal);
    return NULL;
}

uint64_t pin_wrong_count(int folder)
{
    return pin_tries_wrong(folder, TRIES_FILE);
}

struct seal *pin_open(int folder, const struct seal_secret *secret, int64_t now_ms,
                      int64_t *wait_ms, struct fault *fault)
{
    struct pin_record record;
    *wait_ms = pin_wait_ms(folder, now_ms);
    if (!read_record(folder, &record, fault))
        return NULL;

    // What cannot be a PIN need not be counted.
    if (*wait_ms == 0 && !pin_is_good(secret->pin)) {
        fault_set(fault, FAILURE_KEY_WRONG_PIN, "%u to %u digits", PIN_DIGITS_MIN,
                  PIN_DIGITS_MAX);
        return NULL;
    }

    if (!pin_tries_begin(folder, TRIES_FILE, now_ms, wait_ms, fault))
        return NULL;
    struct seal *seal = judge(&record, secret, fault);
    if (!seal)
        return NULL;

    pin_tries_forgive(folder, TRIES_FILE);
    *wait_ms = 0;
    return seal;
}
