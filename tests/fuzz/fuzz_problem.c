// SPDX-License-Identifier: MIT
// A problem document (its status chosen by the first byte) that is understood can be written
// and is understood again as the same.
#include "tests/fuzz/fuzz.h"

#include "net/protocol/problem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const unsigned statuses[] = {400, 403, 404, 409, 410, 429};
    if (size == 0)
        return 0;
    unsigned status = statuses[bytes[0] % (sizeof(statuses) / sizeof(statuses[0]))];
    static struct problem problem, again;
    if (!problem_read(status, PROBLEM_MEDIA_TYPE, NULL, span_of(bytes + 1, size - 1), &problem,
                      NULL))
        return 0;
    FUZZ_MUST(problem_status(problem.code) == status);
    FUZZ_MUST(problem.envelope.size <= ENVELOPE_SEALED_MAX);

    char *text = problem_write(&problem, "https://portal.example.com");
    FUZZ_MUST(text != NULL);
    FUZZ_MUST(problem_read(status, PROBLEM_MEDIA_TYPE, NULL, span_str(text), &again, NULL));
    FUZZ_MUST(again.code == problem.code && again.retry_after_s == problem.retry_after_s &&
              again.tries_left == problem.tries_left &&
              again.supported_max == problem.supported_max);
    FUZZ_MUST(strcmp(again.log_id, problem.log_id) == 0);
    free(text);
    return 0;
}
