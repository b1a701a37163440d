// SPDX-License-Identifier: MIT
#include "net/pairings/portal_record.h"

#include <stdlib.h>

#include "net/pairings/pairing.h"
#include "net/pairings/record_json.h"
#include "net/protocol/json_text.h"

#define FORMAT   "qr-login record"
#define CLOCKS_S INT64_C(86400) // by which the two clocks may differ at the record's beginning
#define ID_SIZE  16u            // digits of a pairing

// ---- the record ------------------------------------------------------------------------

void portal_record_init(struct portal_record *record)
{
    *record = (struct portal_record){0};
}

void portal_record_destroy(struct portal_record *record)
{
    free(record->row);
    *record = (struct portal_record){0};
}

static bool refuse(struct fault *fault, const struct portal_record *record, const char *what)
{
    return fault_set(fault, FAILURE_JOURNAL_RECORD, "line %zu: %s",
                     record->count + record->begun + 1, what);
}

static bool begin(struct portal_record *record, const json_t *line, struct fault *fault)
{
    struct record_reader reader = {.object = line};
    const char *format = json_string_value(json_object_get(line, "format"));
    if (!format || strcmp(format, FORMAT) != 0)
        return refuse(fault, record, "not what qrportal devices journal --json prints");
    record_read_time(&reader, "since", &record->since);
    if (reader.bad || record->since > INT64_MAX - CLOCKS_S)
        return refuse(fault, record, "since");
    record->begun = true;
    return true;
}

static bool make_room(struct portal_record *record, struct fault *fault)
{
    if (record->count < record->room)
        return true;
    if (record->count >= PORTAL_RECORD_MAX)
        return refuse(fault, record, "too many");
    size_t room = record->room ? 2 * record->room : 64;
    struct portal_record_row *row = realloc(record->row, room * sizeof(*row));
    if (!row)
        return fault_set(fault, FAILURE_MEMORY, "the record");
    record->row = row;
    record->room = room;
    return true;
}

static bool take_row(struct portal_record *record, const json_t *line, struct fault *fault)
{
    struct portal_record_row row = {0};
    struct record_reader reader = {.object = line};
    record_read_text(&reader, "statement", row.statement, 1, sizeof(row.statement));
    record_read_bytes(&reader, "hash", row.hash, sizeof(row.hash));
    record_read_time(&reader, "received", &row.received);
    if (!json_is_null(json_object_get(line, "lines"))) {
        record_read_counter(&reader, "lines", &row.end.count);
        record_read_bytes(&reader, "head", row.end.hash, sizeof(row.end.hash));
    }

    if (reader.bad)
        return refuse(fault, record, reader.bad);
    if (!make_room(record, fault))
        return false;
    record->row[record->count++] = row;
    return true;
}

bool portal_record_take(struct portal_record *record, struct span line, struct fault *fault)
{
    bool starved = false;
    json_t *object = json_text_load(line, JSON_REJECT_DUPLICATES, NULL, &starved);
    if (starved)
        return fault_set(fault, FAILURE_MEMORY, "the record");
    if (!json_is_object(object)) {
        json_decref(object);
        return refuse(fault, record, "no JSON object");
    }
    bool ok = record->begun ? take_row(record, object, fault) : begin(record, object, fault);
    json_decref(object);
    return ok;
}

// ---- the journal beside it -------------------------------------------------------------

// An answer that the portal accepted, as the journal has it.
struct accepted {
    char pairing[ID_SIZE + 1];
    struct record_finding finding;
};

struct comparing {
    struct portal_record *record; // in the order of hashes
    struct portal_record_row **by_line;
    char pairing[PAIRINGS_MAX][ID_SIZE + 1]; // that the record knows an answer of
    size_t pairings;
    size_t accepted_count, accepted_room;
    struct accepted *accepted;
    bool short_of_memory, without_hash;
};

static int by_hash(const void *a, const void *b)
{
    const struct portal_record_row *one = a, *other = b;
    return memcmp(one->hash, other->hash, HASH_SIZE);
}

static int by_line(const void *a, const void *b)
{
    const struct portal_record_row *one = *(struct portal_record_row *const *)a;
    const struct portal_record_row *other = *(struct portal_record_row *const *)b;
    return (one->end.count > other->end.count) - (one->end.count < other->end.count);
}

static struct portal_record_row *find_row(const struct portal_record *record,
                                          const uint8_t hash[static HASH_SIZE])
{
    struct portal_record_row key = {0};
    memcpy(key.hash, hash, HASH_SIZE);
    return record->count > 0 ? bsearch(&key, record->row, record->count, sizeof(key), by_hash)
                             : NULL;
}

// All rows that were told of this line. False if it cannot be hashed.
static bool compare_end(struct comparing *comparing, const struct journal_line *line)
{
    size_t low = 0, high = comparing->record->count;
    struct portal_record_row **row = comparing->by_line;
    uint8_t hash[HASH_SIZE];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (row[middle]->end.count < line->number)
            low = middle + 1;
        else
            high = middle;
    }

    if (low == comparing->record->count || row[low]->end.count != line->number)
        return true;
    if (!hash_sha256(line->text, hash))
        return false;
    for (; low < comparing->record->count && row[low]->end.count == line->number; low++)
        row[low]->end_is_here = memcmp(row[low]->end.hash, hash, HASH_SIZE) == 0;
    return true;
}

static bool knows(const struct comparing *comparing, const char *pairing)
{
    for (size_t i = 0; i < comparing->pairings; i++)
        if (strcmp(comparing->pairing[i], pairing) == 0)
            return true;
    return false;
}

static void add_accepted(struct comparing *comparing, const struct accepted *accepted)
{
    if (comparing->accepted_count == comparing->accepted_room) {
        size_t room = comparing->accepted_room ? 2 * comparing->accepted_room : 64;
        struct accepted *more = realloc(comparing->accepted, room * sizeof(*more));
        comparing->short_of_memory |= !more;
        if (!more)
            return;
        comparing->accepted = more;
        comparing->accepted_room = room;
    }
    comparing->accepted[comparing->accepted_count++] = *accepted;
}

// An answer is in the journal from when it was signed on.
static void take_answer(struct comparing *comparing, const char *event,
                        const struct accepted *answer, bool is_accepted)
{
    struct portal_record_row *row = find_row(comparing->record, answer->finding.hash);
    if (row && strcmp(event, "signed") == 0)
        row->is_here = true;
    if (row && !knows(comparing, answer->pairing) && comparing->pairings < PAIRINGS_MAX)
        memcpy(comparing->pairing[comparing->pairings++], answer->pairing,
               sizeof(answer->pairing));
    if (!row && is_accepted)
        add_accepted(comparing, answer);
}

static void take_line(void *userdata, const struct journal_line *line)
{
    struct comparing *comparing = userdata;
    struct accepted answer = {.finding = {.kind = RECORD_NOT_THERE, .line = line->number}};
    comparing->without_hash |= !compare_end(comparing, line);

    json_t *entry = json_text_load(line->text, 0, NULL, &comparing->short_of_memory);
    struct record_reader reader = {.object = entry};
    const char *event = json_string_value(json_object_get(entry, "event"));
    const char *end = json_string_value(json_object_get(entry, "end"));
    record_read_text(&reader, "pairing", answer.pairing, ID_SIZE, sizeof(answer.pairing));
    record_read_text(&reader, "statement", answer.finding.statement, 1,
                     sizeof(answer.finding.statement));
    record_read_bytes(&reader, "hash", answer.finding.hash, HASH_SIZE);
    record_read_time(&reader, "time", &answer.finding.time);
    if (event && !reader.bad)
        take_answer(comparing, event, &answer, end && strcmp(end, "answered") == 0);
    json_decref(entry);
}

// ---- what differs ----------------------------------------------------------------------

static void put_row(const struct portal_record_row *row, enum record_difference kind,
                    struct record_finding *out)
{
    *out = (struct record_finding){.kind = kind, .time = row->received};
    memcpy(out->statement, row->statement, sizeof(out->statement));
    memcpy(out->hash, row->hash, HASH_SIZE);
    out->line = kind == RECORD_OTHER_END ? row->end.count : 0;
}

static size_t tell(const struct comparing *comparing,
                   void (*each)(void *userdata, const struct record_finding *finding),
                   void *userdata)
{
    const struct portal_record *record = comparing->record;
    struct record_finding finding;
    size_t told = 0;

    for (size_t i = 0; i < record->count; i++) {
        const struct portal_record_row *row = &record->row[i];
        bool other_end = row->end.count > 0 && !row->end_is_here;
        if (row->is_here && !other_end)
            continue;
        put_row(row, row->is_here ? RECORD_OTHER_END : RECORD_NOT_HERE, &finding);
        each(userdata, &finding);
        told++;
    }

    for (size_t i = 0; i < comparing->accepted_count; i++) {
        const struct accepted *accepted = &comparing->accepted[i];
        if (!knows(comparing, accepted->pairing) ||
            accepted->finding.time < record->since + CLOCKS_S)
            continue;
        each(userdata, &accepted->finding);
        told++;
    }
    return told;
}

static bool index_lines(struct comparing *comparing, struct fault *fault)
{
    struct portal_record *record = comparing->record;
    comparing->by_line = malloc((record->count + 1) * sizeof(struct portal_record_row *));
    if (!comparing->by_line)
        return fault_set(fault, FAILURE_MEMORY, "the record");
    if (record->count > 0)
        qsort(record->row, record->count, sizeof(*record->row), by_hash);
    for (size_t i = 0; i < record->count; i++)
        comparing->by_line[i] = &record->row[i];
    qsort(comparing->by_line, record->count, sizeof(struct portal_record_row *), by_line);
    return true;
}

bool portal_record_compare(struct portal_record *record, const char *state_dir,
                           void (*each)(void *userdata, const struct record_finding *finding),
                           void *userdata, size_t *common, size_t *differences,
                           struct fault *fault)
{
    struct comparing comparing = {.record = record};
    struct journal_sum sum;
    if (!index_lines(&comparing, fault))
        return false;

    bool ok = journal_read(state_dir, JOURNAL_ALL, NULL, take_line, &comparing, &sum, fault);
    if (ok && comparing.short_of_memory)
        ok = fault_set(fault, FAILURE_MEMORY, "the journal");
    if (ok && comparing.without_hash)
        ok = fault_set(fault, FAILURE_INTERNAL, JOURNAL_NAME ": SHA-256");
    if (ok) {
        *differences = tell(&comparing, each, userdata);
        *common = 0;
        for (size_t i = 0; i < record->count; i++)
            *common += record->row[i].is_here;
    }
    free(comparing.by_line);
    free(comparing.accepted);
    return ok;
}
