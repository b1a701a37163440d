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
