// SPDX-License-Identifier: MIT
#include "net/protocol/verdict.h"

static const char *const words[VERDICT_COUNT] = {
#define X(name, word) [VERDICT_##name] = word,
    VERDICTS(X)
#undef X
};

const char *verdict_word(enum verdict verdict)
{
    return words[verdict];
}

enum failure verdict_failure(enum verdict verdict, enum failure judged)
{
    if (verdict == VERDICT_MEMORY)
        return FAILURE_MEMORY;
    return verdict == VERDICT_NOT_JUDGED ? FAILURE_INTERNAL : judged;
}
