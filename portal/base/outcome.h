// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_OUTCOME_H
#define QRCONFIRM_PORTAL_BASE_OUTCOME_H

// How a request ends: well, with a fault of the portal itself, or with one of the refusals of
// net/protocol/problem.h.

#include "net/protocol/problem.h"

enum outcome {
    OUTCOME_OK,
    OUTCOME_BUSY, // not now: 503, to be asked again
    OUTCOME_FAULT,
#define X(name, code, status, failure, title) OUTCOME_##name,
    PROBLEMS(X)
#undef X
};

// Both for refusals only.
static inline enum problem_code outcome_problem(enum outcome outcome)
{
    return (enum problem_code)((int)outcome - (int)OUTCOME_FAULT - 1);
}

static inline enum outcome outcome_of_problem(enum problem_code code)
{
    return (enum outcome)((int)code + (int)OUTCOME_FAULT + 1);
}

// "challenge-expired"; "" for OUTCOME_OK, "busy", "internal" for OUTCOME_FAULT.
static inline const char *outcome_code(enum outcome outcome)
{
    static const char *const others[] = {
        [OUTCOME_OK] = "", [OUTCOME_BUSY] = "busy", [OUTCOME_FAULT] = "internal"};
    if (outcome <= OUTCOME_FAULT)
        return others[outcome];
    return problem_code_word(outcome_problem(outcome));
}

// What the portal answers to a message that was found wrong, or could not be judged.
static inline enum outcome outcome_of_verdict(enum verdict verdict)
{
    return verdict_is_judged(verdict) ? outcome_of_problem(problem_of_verdict(verdict))
                                      : OUTCOME_FAULT;
}

#endif
