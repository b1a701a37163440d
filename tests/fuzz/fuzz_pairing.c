// SPDX-License-Identifier: MIT
// The record of a pairing: what is read of it is written as a record that reads the same.
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "net/dialects/dialects.h"
#include "net/pairings/pairing_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct pairing pairing, again;
    struct fault fault = {0};
    if (!pairing_record_parse(span_of(bytes, size), dialects, &pairing, &fault)) {
        FUZZ_MUST(fault.failure == FAILURE_PAIRING_DAMAGED && fault.detail[0]);
        return 0;
    }

    FUZZ_MUST(pairing.key_count <= PAIRING_KEYS_MAX);
    FUZZ_MUST(pairing.portal.pins.count <= STATEMENT_PINS_MAX);

    char *text = pairing_record_write(&pairing);
    if (!text)
        return 0;
    FUZZ_MUST(pairing_record_parse(span_str(text), dialects, &again, &fault));
    char *same = pairing_record_write(&again);
    FUZZ_MUST(!same || strcmp(text, same) == 0);
    free(same);
    free(text);
    return 0;
}
