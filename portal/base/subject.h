// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_SUBJECT_H
#define QRCONFIRM_PORTAL_BASE_SUBJECT_H

// What a change is about, so that it wakes only who waits for that: a row of the store, or
// everything.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUBJECT_EVERYTHING 0u // as news: concerns everybody. Of who waits: hears everything
#define SUBJECT_NOTHING    1u // nobody waits for it
#define SUBJECT_CHANNELS   2u // the messages of all channels
#define SUBJECTS_MAX       32u

// A row of one of the tables that pages wait for.
uint64_t subject_of_challenge(int64_t row);
uint64_t subject_of_enrolment(int64_t row);
// The same by the name of the table.
uint64_t subject_of_row(const char *table, int64_t row);

// Each once. Beyond the limit they become SUBJECT_EVERYTHING.
struct subjects {
    uint64_t at[SUBJECTS_MAX];
    size_t count;
};

// SUBJECT_NOTHING is not added.
void subjects_add(struct subjects *subjects, uint64_t subject);

#endif
