// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_CHECK_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_CHECK_H

// The journal beside its head, for whoever shows it: `log`, `doctor`, the list of answers.

#include "net/pairings/journal_read.h"

struct journal_checked {
    struct journal_sum sum;
    bool has_head;
    struct fault unread;       // why the head could not be read; else FAILURE_NONE
    enum journal_loss loss;    // of now, or as it was found when a line was added
    struct journal_place lost; // what the journal should hold
};

// Reads as journal_read. `data_dir` is the folder of the pairings.
bool journal_check(const char *state_dir, const char *data_dir, size_t wanted,
                   void (*each)(void *userdata, const struct journal_line *line),
                   void *userdata, struct journal_checked *out, struct fault *fault);

// The worst that is wrong: JOURNAL_BROKEN, one of journal_loss_failure, or why the head cannot
// be read. NONE: nothing is.
enum failure journal_failure(const struct journal_checked *checked);

#endif
