// SPDX-License-Identifier: MIT
// The journal, as anybody may have left it: every line of the file is told once, in order, and
// no line is longer than its limit.
#include "tests/fuzz/fuzz.h"

#include "net/pairings/journal_file.h"
#include "net/pairings/journal_read.h"
#include "tests/fuzz/fuzz_folder.h"

static void take(void *userdata, const struct journal_line *line)
{
    size_t *told = userdata;
    FUZZ_MUST(line->number == ++*told);
    FUZZ_MUST(line->text.n <= JOURNAL_LINE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t lines = 0, told = 0;
    for (size_t i = 0; i < size; i++)
        lines += bytes[i] == '\n' || i + 1 == size;

    struct journal_sum sum = {0};
    struct fault fault = {0};
    fuzz_folder_put(JOURNAL_NAME, span_of(bytes, size));
    FUZZ_MUST(journal_read(fuzz_folder(), JOURNAL_ALL, NULL, take, &told, &sum, &fault));

    FUZZ_MUST(sum.lines == lines && told == lines);
    FUZZ_MUST(sum.faulty + sum.torn <= lines);
    FUZZ_MUST(sum.end.count <= lines && lines - sum.end.count <= 1);
    return 0;
}
