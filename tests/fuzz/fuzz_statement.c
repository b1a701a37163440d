// SPDX-License-Identifier: MIT
// A body (its message chosen by the first byte) that is accepted is written again as the same
// bytes: no message has two spellings.
#include "tests/fuzz/fuzz.h"

#include "net/protocol/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0)
        return 0;

    enum message message = (enum message)(bytes[0] % MESSAGE_COUNT);
    struct span body = span_of(bytes + 1, size - 1);
    union statement statement;
    enum verdict verdict = statement_decode(message, body, &statement);
    FUZZ_MUST(verdict_word(verdict) != NULL);

    if (verdict == VERDICT_OK) {
        struct statement_body again;
        FUZZ_MUST(statement_encode(message, &statement, &again) == VERDICT_OK);
        FUZZ_MUST(span_equal(statement_span(&again), body));
    }
    return 0;
}
