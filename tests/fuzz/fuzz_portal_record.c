// SPDX-License-Identifier: MIT
// What a portal has kept of a device's answers, beside the device's journal: every line is
// taken or refused with its number, and as many differences are told as are counted. The record
// ends at the first empty line, behind which the journal begins.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "net/pairings/portal_record.h"
#include "tests/fuzz/fuzz_folder.h"

static struct span next_line(struct span *rest)
{
    const uint8_t *end = rest->n > 0 ? memchr(rest->p, '\n', rest->n) : NULL;
    size_t size = end ? (size_t)(end - rest->p) : rest->n;
    struct span line = span_of(rest->p, size);
    size_t taken = end ? size + 1 : size;
    *rest = span_of(rest->p + taken, rest->n - taken);
    return line;
}

static void take_record(struct portal_record *record, struct span *rest)
{
    for (struct span line; (line = next_line(rest)).n > 0;) {
        size_t taken = record->count + record->begun;
        struct fault fault = {0};
        bool ok = portal_record_take(record, line, &fault);
        FUZZ_MUST(record->count + record->begun == taken + ok);
        FUZZ_MUST(ok || (fault.failure == FAILURE_JOURNAL_RECORD && fault.detail[0]));
    }
}

static void count(void *userdata, const struct record_finding *finding)
{
    size_t *told = userdata;
    FUZZ_MUST(memchr(finding->statement, 0, sizeof(finding->statement)));
    FUZZ_MUST(finding->kind == RECORD_NOT_HERE || finding->line > 0);
    ++*told;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct portal_record record;
    struct span rest = span_of(bytes, size);
    size_t told = 0, common = 0, differences = 0;

    portal_record_init(&record);
    take_record(&record, &rest);
    fuzz_folder_put(JOURNAL_NAME, rest);
    FUZZ_MUST(portal_record_compare(&record, fuzz_folder(), count, &told, &common, &differences,
                                    NULL));
    FUZZ_MUST(told == differences && common <= record.count);
    portal_record_destroy(&record);
    return 0;
}
