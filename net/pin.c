// SPDX-License-Identifier: MIT
#include "net/pin.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/atomic_file.h"
#include "net/record_json.h"

#define PIN_FILE      "device.pin"
#define PIN_FORMAT    "qrconfirm pin"
#define TRIES_FILE    "device.tries"
#define TRIES_FORMAT  "qrconfirm tries"
#define LOCK_FILE     "device.lock"
#define FILE_VERSION  1
#define FILE_MAX      4096u
#define PROOF_SIZE    (SEAL_NONCE_SIZE + SEAL_TAG_SIZE)
#define TRIES_LONGEST 8u // wrong PINs that reach the longest wait

struct pin_record {
    uint8_t salt[SEAL_SALT_SIZE];
    struct seal_cost cost;
    uint8_t proof[PROOF_SIZE]; // nonce and tag of an empty secret
};

struct tries {
    uint64_t wrong;   // in a row
    int64_t since_ms; // boot clock at the last one
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
    return faccessat(folder, PIN_FILE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int pin_lock(int folder, struct fault *fault)
{
    return private_lock(folder, LOCK_FILE, true, fault);
}

// ---- files -----------------------------------------------------------------------------

static json_t *read_json(int folder, const char *name, const char *format,
                         enum atomic_read *read, struct fault *fault)
{
    uint8_t bytes[FILE_MAX];
    size_t size;
    *read = atomic_file_read(folder, name, bytes, sizeof(bytes), &size, fault);
    if (*read != ATOMIC_READ_OK)
        return NULL;
    return record_open(span_of(bytes, size), format, FILE_VERSION, fault);
}

static bool write_json(int folder, const char *name, json_t *root, int bad, struct fault *fault)
{
    char *text = bad == 0 ? json_dumps(root, JSON_INDENT(2)) : NULL;
    bool ok = text ? atomic_file_write(folder, name, span_str(text), fault)
                   : fault_set(fault, FAILURE_MEMORY, "%s", name);
    free(text);
    json_decref(root);
    return ok;
}

static bool read_record(int folder, struct pin_record *out, struct fault *fault)
{
    enum atomic_read read;
    json_t *root = read_json(folder, PIN_FILE, PIN_FORMAT, &read, fault);
    if (read == ATOMIC_READ_MISSING)
        return fault_set(fault, FAILURE_PIN_NOT_SET, "%s is not there", PIN_FILE);
    if (!root)
        return false;
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
        return fault_set(fault, FAILURE_PAIRING_DAMAGED, PIN_FILE ": member \"%s\"",
                         reader.bad);
    out->cost = (struct seal_cost){(uint32_t)passes, (uint32_t)memory_kib};
    return true;
}

bool pin_salt(int folder, uint8_t out[static SEAL_SALT_SIZE])
{
    struct pin_record record;
    if (!read_record(folder, &record, NULL))
        return false;
    memcpy(out, record.salt, SEAL_SALT_SIZE);
    return true;
}

bool pin_put(int folder, const struct seal *seal, struct fault *fault)
{
    if (!seal)
        return atomic_file_remove(folder, PIN_FILE, fault);
    uint8_t proof[PROOF_SIZE];
    randombytes_buf(proof, SEAL_NONCE_SIZE);
    seal_close(seal, proof, span_str(PIN_FORMAT), span_of(NULL, 0), proof + SEAL_NONCE_SIZE);
    json_t *root = json_object();
    int bad = json_object_set_new(root, "format", json_string(PIN_FORMAT));
    bad |= json_object_set_new(root, "version", json_integer(FILE_VERSION));
    bad |= record_write_bytes(root, "salt", span_of(seal->salt, SEAL_SALT_SIZE));
    bad |= record_write_counter(root, "argon2id_passes", seal->cost.passes);
    bad |= record_write_counter(root, "argon2id_kib", seal->cost.memory_kib);
    bad |= record_write_bytes(root, "proof", span_of(proof, sizeof(proof)));
    return write_json(folder, PIN_FILE, root, bad, fault);
}

// A file that cannot be read counts as many wrong tries: to damage it gains nothing.
static struct tries read_tries(int folder)
{
    enum atomic_read read;
    struct tries tries = {0};
    json_t *root = read_json(folder, TRIES_FILE, TRIES_FORMAT, &read, NULL);
    if (read == ATOMIC_READ_MISSING)
        return tries;
    struct record_reader reader = {.object = root, .bad = root ? NULL : TRIES_FILE};
    record_read_counter(&reader, "wrong", &tries.wrong);
    record_read_time(&reader, "since_ms", &tries.since_ms);
    json_decref(root);
    return reader.bad ? (struct tries){.wrong = TRIES_LONGEST} : tries;
}

static bool write_tries(int folder, const struct tries *tries, struct fault *fault)
{
    json_t *root = json_object();
    int bad = json_object_set_new(root, "format", json_string(TRIES_FORMAT));
    bad |= json_object_set_new(root, "version", json_integer(FILE_VERSION));
    bad |= record_write_counter(root, "wrong", tries->wrong);
    bad |= json_object_set_new(root, "since_ms", json_integer(tries->since_ms));
    return write_json(folder, TRIES_FILE, root, bad, fault);
}

// ---- trying ----------------------------------------------------------------------------

static int64_t wait_after(uint64_t wrong)
{
    static const int64_t seconds[] = {30, 60, 300, 900, 1800, 3600};
    _Static_assert(PIN_TRIES_FREE + sizeof(seconds) / sizeof(seconds[0]) - 1 == TRIES_LONGEST,
                   "the last wait is the longest");
    if (wrong < PIN_TRIES_FREE)
        return 0;
    if (wrong > TRIES_LONGEST)
        wrong = TRIES_LONGEST;
    return seconds[wrong - PIN_TRIES_FREE] * 1000;
}

static int64_t wait_left(const struct tries *tries, int64_t now_ms)
{
    // The boot clock begins anew at a restart. Then at least `now_ms` have passed; in both
    // cases what is computed is never more than what has really passed.
    int64_t passed = now_ms >= tries->since_ms ? now_ms - tries->since_ms : now_ms;
    int64_t left = wait_after(tries->wrong) - passed;
    return left > 0 ? left : 0;
}

int64_t pin_wait_ms(int folder, int64_t now_ms)
{
    struct tries tries = read_tries(folder);
    return wait_left(&tries, now_ms);
}

// The seal of these digits, if they are the PIN.
static struct seal *judge(const struct pin_record *record, struct span pin, struct fault *fault)
{
    uint8_t nothing[1];
    struct seal *seal = seal_new(pin, record->salt, record->cost, fault);
    if (!seal)
        return NULL;
    if (seal_open(seal, record->proof, span_str(PIN_FORMAT),
                  span_of(record->proof + SEAL_NONCE_SIZE, SEAL_TAG_SIZE), nothing))
        return seal;
    fault_set(fault, FAILURE_KEY_WRONG_PIN, "not the PIN of this device");
    seal_free(seal);
    return NULL;
}

struct seal *pin_open(int folder, struct span pin, int64_t now_ms, int64_t *wait_ms,
                      struct fault *fault)
{
    struct pin_record record;
    struct tries tries = read_tries(folder);
    *wait_ms = wait_left(&tries, now_ms);
    if (!read_record(folder, &record, fault))
        return NULL;
    if (*wait_ms > 0) {
        fault_set(fault, FAILURE_KEY_WAIT, "%lld s", (long long)(*wait_ms + 999) / 1000);
        return NULL;
    }
    // What cannot be a PIN need not be counted.
    if (!pin_is_good(pin)) {
        fault_set(fault, FAILURE_KEY_WRONG_PIN, "%u to %u digits", PIN_DIGITS_MIN,
                  PIN_DIGITS_MAX);
        return NULL;
    }
    tries.wrong++;
    tries.since_ms = now_ms;
    if (!write_tries(folder, &tries, fault))
        return NULL;
    struct seal *seal = judge(&record, pin, fault);
    if (seal)
        atomic_file_remove(folder, TRIES_FILE, NULL);
    else
        *wait_ms = wait_left(&tries, now_ms);
    return seal;
}
