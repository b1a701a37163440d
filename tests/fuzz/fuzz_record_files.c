// SPDX-License-Identifier: MIT
// The small files that a device keeps beside its pairings, as whoever had the disk may have
// left them: what is read lies in its limits, counters only rise, and what is refused is named.
// The first byte chooses the file.
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/dialects/dialects.h"
#include "net/pairings/administrator.h"
#include "net/pairings/health_file.h"
#include "net/pairings/journal_head.h"
#include "net/pairings/people.h"
#include "net/pairings/pin.h"
#include "net/pairings/provision_record.h"
#include "net/qr_login/enrolment_file.h"
#include "tests/fuzz/fuzz_folder.h"

#define NOW_MS           INT64_C(7200000) // two hours after the start: no wait is longer
#define FILE_SURE        16384            // bytes of a file that fits however it is written
#define LONGEST_WAIT_MS  INT64_C(3600000)
#define KEY_OF_ENROLMENT "aaaaaaaaaaaaaaaa.key"
#define PERSON           "0123456789abcdef0123456789abcdef"
#define ANOTHER          "fedcba9876543210fedcba9876543210"

static int folder = -1;
static struct pairing_store *store;

static void close_store(void)
{
    pairing_store_close(store);
}

static void make_person(const char *name)
{
    char path[128];
    snprintf(path, sizeof(path), "people/%s", name);
    FUZZ_MUST(mkdirat(folder, path, 0700) == 0);
    snprintf(path, sizeof(path), "people/%s/x.pairing", name);
    fuzz_folder_put(path, span_str("{}"));
}

// Before the first input.
static void prepare(void)
{
    if (store)
        return;
    folder = open(fuzz_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    store = pairing_store_open(fuzz_folder(), dialects, NULL);
    FUZZ_MUST(folder >= 0 && store && atexit(close_store) == 0);

    fuzz_folder_put(KEY_OF_ENROLMENT, span_str("no key"));
    FUZZ_MUST(mkdirat(folder, "people", 0700) == 0);
    make_person(PERSON);
    make_person(ANOTHER);
}

static void read_tries(struct span content)
{
    fuzz_folder_put("tries", content);
    int64_t wait = pin_tries_wait_ms(folder, "tries", NOW_MS), next = 0;
    uint64_t wrong = pin_tries_wrong(folder, "tries");
    struct fault fault = {0};
    FUZZ_MUST(wait >= 0 && wait <= LONGEST_WAIT_MS);

    if (!pin_tries_begin(folder, "tries", NOW_MS, &next, &fault)) {
        FUZZ_MUST(fault.failure == FAILURE_KEY_WAIT && wait > 0 && next == wait);
        return;
    }
    uint64_t counted = pin_tries_wrong(folder, "tries");
    FUZZ_MUST(wait == 0 && (counted > wrong || counted == UINT64_MAX));
    FUZZ_MUST(pin_tries_wait_ms(folder, "tries", NOW_MS) == next);
}

static void read_pin(struct span content)
{
    struct pin_in_force force;
    struct fault fault = {0};
    fuzz_folder_put("device.pin", content);
    bool read = pin_in_force(folder, &force, &fault);
    FUZZ_MUST(read ? force.is_set : fault.failure == FAILURE_PIN_DAMAGED && fault.detail[0]);
    FUZZ_MUST(!read || force.part < SEAL_PART_KINDS);
    FUZZ_MUST(pin_is_set(folder) == (!read || force.by_pin));
    unlinkat(folder, "device.pin", 0);
}

static void read_health(struct span content)
{
    const struct health_event start = {.kind = HEALTH_STARTED, .time = 1};
    struct health before, after;
    fuzz_folder_put("health.json", content);
    FUZZ_MUST(health_read(fuzz_folder(), &before, NULL));
    FUZZ_MUST(before.last_failure < FAILURE_COUNT && before.camera < FAILURE_COUNT);
    FUZZ_MUST(before.started_at >= 0 && before.last_approved >= 0 && before.camera_at >= 0);

    FUZZ_MUST(health_add(fuzz_folder(), &start, NULL));
    FUZZ_MUST(health_read(fuzz_folder(), &after, NULL));
    FUZZ_MUST(after.starts > before.starts || after.starts == INT64_MAX);
    FUZZ_MUST(after.started_at == 1 && after.approved == before.approved);
    FUZZ_MUST(memcmp(after.failures, before.failures, sizeof(after.failures)) == 0);
}

static void read_administrator(struct span content)
{
    struct fault fault = {0};
    fuzz_folder_put("administrator.pin", content);
    FUZZ_MUST(administrator_is_set(store));
    FUZZ_MUST(administrator_look(store, &fault) ||
              (fault.failure == FAILURE_ADMINISTRATOR_DAMAGED && fault.detail[0]));
}

static void read_head(struct span content)
{
    struct journal_head head, again;
    struct fault fault = {0};
    bool missing = false;
    fuzz_folder_put(JOURNAL_HEAD_NAME, content);
    if (!journal_head_load(folder, &head, &missing, &fault)) {
        FUZZ_MUST(!missing && fault.failure == FAILURE_JOURNAL_HEAD_DAMAGED && fault.detail[0]);
        return;
    }

    FUZZ_MUST(journal_head_save(folder, &head, NULL));
    FUZZ_MUST(journal_head_load(folder, &again, &missing, NULL));
    FUZZ_MUST(head.at.count == again.at.count && head.loss == again.loss);
    FUZZ_MUST(memcmp(head.at.hash, again.at.hash, HASH_SIZE) == 0);
    FUZZ_MUST(head.lost.count == again.lost.count);
}

static void read_provisioning(struct span content)
{
    static struct provision_record record;
    struct fault fault = {0};
    bool there = false;
    fuzz_folder_put("provision.next", content);
    FUZZ_MUST(provision_is_begun(fuzz_folder()));
    bool read = provision_read_next(store, &record, &there, &fault);
    FUZZ_MUST(there &&
              (read || (fault.failure == FAILURE_PROVISION_DAMAGED && fault.detail[0])));
    FUZZ_MUST(!read || record.setting_count <= PROVISION_SETTINGS_MAX);

    fuzz_folder_put("provision.done", content);
    bool done = provision_read_done(store, &record, &there, NULL);
    FUZZ_MUST(there && (done || !read)); // of the same content less is asked for
}

static void read_enrolment(struct span content)
{
    static struct enrolment_record record, again;
    struct fault fault = {0};
    memset(&record, 0, sizeof(record));
    memset(&again, 0, sizeof(again));
    fuzz_folder_put("pending.enrol", content);
    if (!enrolment_file_read(store, &record, &fault)) {
        FUZZ_MUST(fault.failure == FAILURE_ENROLMENT_DAMAGED ||
                  fault.failure == FAILURE_PAIRING_NONE);
        FUZZ_MUST(fault.detail[0]);
        return;
    }

    FUZZ_MUST(record.body.size <= sizeof(record.body.bytes));
    FUZZ_MUST(record.envelope.size < sizeof(record.envelope.text));
    if (content.n > FILE_SURE) // it is written with more spaces
        return;
    FUZZ_MUST(enrolment_file_write(store, &record, NULL));
    FUZZ_MUST(enrolment_file_read(store, &again, NULL));
    FUZZ_MUST(span_equal(statement_span(&record.body), statement_span(&again.body)));
    FUZZ_MUST(strcmp(record.envelope.text, again.envelope.text) == 0);
    FUZZ_MUST(strcmp(record.account_id, again.account_id) == 0);
}

static void read_use(struct span content)
{
    static struct people people;
    fuzz_folder_put("people/" ANOTHER "/badge.use", content);
    FUZZ_MUST(people_open(&people, fuzz_folder(), 2, NULL));
    FUZZ_MUST(people.count == 2 && people_use(&people, PERSON, NULL));
    people_close(&people);

    FUZZ_MUST(people_open(&people, fuzz_folder(), 2, NULL));
    FUZZ_MUST(people.count == 2);
    bool first = strcmp(people.person[0].name, PERSON) == 0;
    FUZZ_MUST(people.person[!first].last_use >= people.person[first].last_use);
    people_close(&people);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static void (*const readers[])(struct span content) = {
        read_tries, read_pin,          read_administrator, read_health,
        read_head,  read_provisioning, read_enrolment,     read_use};
    if (size == 0)
        return 0;

    prepare();
    readers[bytes[0] % (sizeof(readers) / sizeof(readers[0]))](span_of(bytes + 1, size - 1));
    return 0;
}
