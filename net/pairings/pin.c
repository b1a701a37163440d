// SPDX-License-Identifier: MIT
#include "net/pairings/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "net/pairings/pin_tries.h"
#include "net/pairings/record_file.h"
#include "net/pairings/storage_fault.h"

#define PIN_FILE      "device.pin"
#define PIN_FORMAT    "qrconfirm pin"
#define TRIES_FILE    "device.tries"
#define LOCK_FILE     "device.lock"
#define FILE_VERSION  1 // without a part
#define WITH_PART     2
#define PART_NAME_MAX 15u
#define PROOF_SIZE    (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)

struct pin_record {
    uint8_t salt[SEAL_SALT_SIZE];
    struct seal_cost cost; // zero: no PIN
    enum seal_part_kind part;
    uint8_t part_id[SEAL_PART_ID_SIZE];
    struct seal_tpm_object in_tpm; // where the part is SEAL_PART_TPM
    uint8_t proof[PROOF_SIZE];     // nonce and tag of an empty secret
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

int pin_lock(int folder, struct fault *fault)
{
    return private_lock(folder, LOCK_FILE, true, fault);
}

// ---- files -----------------------------------------------------------------------------

// A record with a part is of a version of its own: a program that knows none does not take it
// for a PIN alone.
static json_t *read_versions(int folder, bool *with_part, struct fault *fault)
{
    enum atomic_read read;
    struct fault why = {0};
    json_t *root = record_file_read(folder, PIN_FILE, PIN_FORMAT, WITH_PART, &read, NULL);
    *with_part = root != NULL;
    if (!root)
        root = record_file_read(folder, PIN_FILE, PIN_FORMAT, FILE_VERSION, &read, &why);
    // Not all who read hold the lock: one may have been put between the two looks.
    if (!root && read == ATOMIC_READ_DAMAGED) {
        root = record_file_read(folder, PIN_FILE, PIN_FORMAT, WITH_PART, &read, NULL);
        *with_part = root != NULL;
    }
    if (root)
        return root;
    if (read == ATOMIC_READ_MISSING) {
        fault_set(fault, FAILURE_PIN_NOT_SET, "%s is not there", PIN_FILE);
        return NULL;
    }
    storage_name_damage(&why, FAILURE_PIN_DAMAGED);
    fault_set(fault, why.failure, "%s", why.detail);
    return NULL;
}

static void read_part(struct record_reader *reader, struct pin_record *out)
{
    char name[PART_NAME_MAX + 1] = "";
    record_read_text(reader, "part", name, 1, sizeof(name));
    record_read_bytes(reader, "part_id", out->part_id, SEAL_PART_ID_SIZE);
    out->part = seal_part_named(name);
    if (!reader->bad && (out->part == SEAL_PART_NONE || out->part == SEAL_PART_KINDS))
        reader->bad = "part";
    if (!reader->bad && out->part == SEAL_PART_TPM)
        record_read_some_bytes(reader, "in_tpm", out->in_tpm.bytes, SEAL_TPM_OBJECT_MAX,
                               &out->in_tpm.size);
}

static bool read_record(int folder, struct pin_record *out, struct fault *fault)
{
    bool with_part;
    json_t *root = read_versions(folder, &with_part, fault);
    if (!root)
        return false;

    struct record_reader reader = {.object = root};
    uint64_t passes = 0, memory_kib = 0;
    *out = (struct pin_record){0};
    record_read_bytes(&reader, "salt", out->salt, SEAL_SALT_SIZE);
    record_read_counter(&reader, "argon2id_passes", &passes);
    record_read_counter(&reader, "argon2id_kib", &memory_kib);
    record_read_bytes(&reader, "proof", out->proof, PROOF_SIZE);
    if (with_part)
        read_part(&reader, out);

    json_decref(root);
    if (!reader.bad && (passes > SEAL_PASSES_MAX || memory_kib > SEAL_MEMORY_MAX))
        reader.bad = "argon2id";
    if (reader.bad)
        return fault_set(fault, FAILURE_PIN_DAMAGED, PIN_FILE ": member \"%s\"", reader.bad);

    out->cost = (struct seal_cost){(uint32_t)passes, (uint32_t)memory_kib};
    return true;
}

static bool is_by_pin(const struct pin_record *record)
{
    return record->part == SEAL_PART_NONE || record->cost.passes > 0;
}

bool pin_in_force(int folder, struct pin_in_force *out, struct fault *fault)
{
    struct pin_record record;
    struct fault why = {0};
    if (read_record(folder, &record, &why)) {
        *out = (struct pin_in_force){
            .is_set = true, .by_pin = is_by_pin(&record), .part = record.part};
        memcpy(out->salt, record.salt, SEAL_SALT_SIZE);
        memcpy(out->part_id, record.part_id, SEAL_PART_ID_SIZE);
        return true;
    }
    if (why.failure != FAILURE_PIN_NOT_SET)
        return fault_set(fault, why.failure, "%s", why.detail);
    *out = (struct pin_in_force){0};
    return true;
}

bool pin_is_set(int folder)
{
    // Only a file that is surely not there, or is whole and says so, is no PIN.
    struct pin_in_force force;
    return !pin_in_force(folder, &force, NULL) || (force.is_set && force.by_pin);
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
    if (!seal_close(seal, proof, span_str(PIN_FORMAT), span_of(NULL, 0),
                    proof + SEAL_NONCE_SIZE))
        return fault_set(fault, FAILURE_INTERNAL, PIN_FILE " cannot be sealed");

    int bad;
    bool with_part = seal->part != SEAL_PART_NONE;
    json_t *root = record_file_begin(PIN_FORMAT, with_part ? WITH_PART : FILE_VERSION, &bad);
    bad |= record_write_bytes(root, "salt", span_of(seal->salt, SEAL_SALT_SIZE));
    bad |= record_write_counter(root, "argon2id_passes", seal->cost.passes);
    bad |= record_write_counter(root, "argon2id_kib", seal->cost.memory_kib);
    bad |= record_write_bytes(root, "proof", span_of(proof, sizeof(proof)));
    if (with_part) {
        bad |= json_object_set_new(root, "part", json_string(seal_part_name(seal->part)));
        bad |= record_write_bytes(root, "part_id", span_of(seal->part_id, SEAL_PART_ID_SIZE));
    }
    if (seal->part == SEAL_PART_TPM)
        bad |=
            record_write_bytes(root, "in_tpm", span_of(seal->in_tpm.bytes, seal->in_tpm.size));
    return record_file_write(folder, PIN_FILE, root, bad, fault);
}

// ---- trying ----------------------------------------------------------------------------

int64_t pin_wait_ms(int folder, int64_t now_ms)
{
    return pin_tries_wait_ms(folder, TRIES_FILE, now_ms);
}

// Whether a TPM would give the part out.
static bool tpm_fits(const struct pin_record *record, const struct seal_tpm *tpm,
                     struct fault *fault)
{
    if (!tpm)
        return fault_set(fault, FAILURE_KEY_TPM_MISSING, "none is asked");
    return tpm->check(tpm->userdata, &record->in_tpm, is_by_pin(record), fault);
}

// Whether the part is the one that the seal needs.
static bool part_fits(const struct pin_record *record, const struct seal_secret *secret,
                      struct fault *fault)
{
    uint8_t id[SEAL_PART_ID_SIZE];
    const struct seal_part *part = secret->part;
    const char *name = seal_part_name(record->part);
    if (record->part == SEAL_PART_NONE)
        return true;
    if (record->part == SEAL_PART_TPM)
        return tpm_fits(record, secret->tpm, fault);
    if (!part || part->kind != record->part)
        return fault_set(fault, FAILURE_KEY_PART_MISSING, "%s", name);
    if (!seal_part_id(part, id))
        return fault_set(fault, FAILURE_INTERNAL, "%s: BLAKE2b", name);
    return memcmp(id, record->part_id, sizeof(id)) == 0 ||
           fault_set(fault, FAILURE_KEY_PART_OTHER, "%s", name);
}

// The seal of these digits, or of none, if it is the one in force.
static struct seal *judge(const struct pin_record *record, const struct seal_secret *given,
                          struct fault *fault)
{
    uint8_t nothing[1];
    struct seal_secret secret = *given;
    bool by_tpm = record->part == SEAL_PART_TPM;
    if (record->part == SEAL_PART_NONE || by_tpm)
        secret.part = NULL;
    secret.tpm = by_tpm ? secret.tpm : NULL;
    secret.in_tpm = by_tpm ? &record->in_tpm : NULL;
    struct seal *seal = seal_new(&secret, record->salt, record->cost, fault);
    if (!seal)
        return NULL;
    if (seal_open(seal, record->proof, span_str(PIN_FORMAT),
                  span_of(record->proof + SEAL_NONCE_SIZE, SEAL_TAG_SIZE), nothing))
        return seal;
    if (is_by_pin(record))
        fault_set(fault, FAILURE_KEY_WRONG_PIN, "not the PIN of this device");
    else
        fault_set(fault, FAILURE_PIN_DAMAGED, PIN_FILE ": member \"proof\"");
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
    if (!is_by_pin(&record)) {
        fault_set(fault, FAILURE_PIN_NOT_SET, "the %s seals alone",
                  seal_part_name(record.part));
        return NULL;
    }
    if (!part_fits(&record, secret, fault))
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

struct seal *pin_open_by_part(int folder, const struct seal_part *part,
                              const struct seal_tpm *tpm, struct fault *fault)
{
    struct pin_record record;
    struct fault why = {0};
    struct seal_secret secret = {.part = part, .tpm = tpm};
    if (!read_record(folder, &record, &why)) {
        if (why.failure != FAILURE_PIN_NOT_SET)
            fault_set(fault, why.failure, "%s", why.detail);
        return NULL;
    }
    if (is_by_pin(&record) || !part_fits(&record, &secret, fault))
        return NULL;
    return judge(&record, &secret, fault);
}

bool pin_check_tpm(int folder, const struct seal_tpm *tpm, struct fault *fault)
{
    struct pin_record record;
    struct fault why = {0};
    if (!read_record(folder, &record, &why))
        return why.failure == FAILURE_PIN_NOT_SET ||
               fault_set(fault, why.failure, "%s", why.detail);
    return record.part != SEAL_PART_TPM || tpm_fits(&record, tpm, fault);
}
