// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_KEEPER_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_KEEPER_H

// Who keeps the head of the journal (journal_head.h), as whoever adds lines sees him.

#include "base/span.h"
#include "net/pairings/journal_head.h"

// Lines that are on disk, for the head to follow.
struct journal_step {
    struct journal_place from; // the line before them
    enum journal_loss loss;    // why that is not where the head is; else JOURNAL_KEPT
    struct span lines;         // whole ones, at most JOURNAL_STEP_MAX bytes
};

// Who keeps the head. `load` as journal_head_load. `follow` fails with SIGNER_REFUSED where a
// line does not belong behind the one before it.
struct journal_keeper {
    bool (*load)(void *userdata, struct journal_head *out, bool *missing, struct fault *fault);
    bool (*follow)(void *userdata, const struct journal_step *step, struct fault *fault);
    void *userdata;
};

#endif
