// SPDX-License-Identifier: MIT
#include "portal/base/subject.h"

#include <string.h>

#define ROW_BITS 56u

enum kind { KIND_CHALLENGE = 1, KIND_ENROLMENT };

static uint64_t subject_of(enum kind kind, int64_t row)
{
    return (uint64_t)kind << ROW_BITS | ((uint64_t)row & ((UINT64_C(1) << ROW_BITS) - 1));
}

uint64_t subject_of_challenge(int64_t row)
{
    return subject_of(KIND_CHALLENGE, row);
}

uint64_t subject_of_enrolment(int64_t row)
{
    return subject_of(KIND_ENROLMENT, row);
}

uint64_t subject_of_row(const char *table, int64_t row)
{
    if (strcmp(table, "challenges") == 0)
        return subject_of_challenge(row);
    if (strcmp(table, "enrolments") == 0)
        return subject_of_enrolment(row);
    if (strcmp(table, "channel_messages") == 0)
        return SUBJECT_CHANNELS;
    return strcmp(table, "settings") == 0 ? SUBJECT_EVERYTHING : SUBJECT_NOTHING;
}

void subjects_add(struct subjects *subjects, uint64_t subject)
{
    if (subject == SUBJECT_NOTHING)
        return;
    for (size_t i = 0; i < subjects->count; i++) {
        if (subjects->at[i] == subject || subjects->at[i] == SUBJECT_EVERYTHING)
            return;
    }

    if (subject == SUBJECT_EVERYTHING || subjects->count == SUBJECTS_MAX) {
        subjects->at[0] = SUBJECT_EVERYTHING;
        subjects->count = 1;
    } else {
        subjects->at[subjects->count++] = subject;
    }
}
