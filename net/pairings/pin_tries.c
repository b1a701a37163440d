// SPDX-License-Identifier: MIT
#include "net/pairings/pin_tries.h"

#include "net/pairings/record_file.h"

#define FORMAT  "qrconfirm tries"
#define VERSION 1
#define LONGEST 8u // wrong PINs that reach the longest wait

struct tries {
    uint64_t wrong;   // in a row
    int64_t since_ms; // boot clock at the last one
};

// A damaged file counts as many wrong tries: to damage it gains nothing. One that cannot be
// read now is neither counted nor forgiven: false.
static bool read_tries(int folder, const char *name, struct tries *out, struct fault *fault)
{
    enum atomic_read read;
    struct tries tries = {0};
    json_t *root = record_file_read(folder, name, FORMAT, VERSION, &read, fault);
    if (read == ATOMIC_READ_FOREIGN || read == ATOMIC_READ_UNREADABLE)
        return false;

    struct record_reader reader = {.object = root};
    if (read != ATOMIC_READ_MISSING) {
        record_read_counter(&reader, "wrong", &tries.wrong);
        record_read_time(&reader, "since_ms", &tries.since_ms);
    }
    json_decref(root);
    bool damaged = reader.bad || tries.since_ms < 0;
    *out = damaged ? (struct tries){.wrong = LONGEST} : tries;
    return true;
}

static bool write_tries(int folder, const char *name, const struct tries *tries,
                        struct fault *fault)
{
    int bad;
    json_t *root = record_file_begin(FORMAT, VERSION, &bad);
    bad |= record_write_counter(root, "wrong", tries->wrong);
    bad |= json_object_set_new(root, "since_ms", json_integer(tries->since_ms));
    return record_file_write(folder, name, root, bad, fault);
}

static int64_t wait_after(uint64_t wrong)
{
    static const int64_t seconds[] = {30, 60, 300, 900, 1800, 3600};
    _Static_assert(PIN_TRIES_FREE + sizeof(seconds) / sizeof(seconds[0]) - 1 == LONGEST,
                   "the last wait is the longest");
    if (wrong < PIN_TRIES_FREE)
        return 0;
    if (wrong > LONGEST)
        wrong = LONGEST;
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

int64_t pin_tries_wait_ms(int folder, const char *name, int64_t now_ms)
{
    struct tries tries;
    return read_tries(folder, name, &tries, NULL) ? wait_left(&tries, now_ms) : 0;
}

uint64_t pin_tries_wrong(int folder, const char *name)
{
    struct tries tries;
    return read_tries(folder, name, &tries, NULL) ? tries.wrong : 0;
}

bool pin_tries_begin(int folder, const char *name, int64_t now_ms, int64_t *wait_ms,
                     struct fault *fault)
{
    struct tries tries;
    struct fault why = {0};
    if (!read_tries(folder, name, &tries, &why))
        return fault_set(fault, why.failure, "%s", why.detail);
    *wait_ms = wait_left(&tries, now_ms);
    if (*wait_ms > 0)
        return fault_set(fault, FAILURE_KEY_WAIT, "%lld s", (long long)(*wait_ms + 999) / 1000);
    tries.wrong += tries.wrong < UINT64_MAX;
    tries.since_ms = now_ms;
    *wait_ms = wait_left(&tries, now_ms);
    return write_tries(folder, name, &tries, fault);
}

void pin_tries_forgive(int folder, const char *name)
{
    atomic_file_remove(folder, name, NULL);
}
