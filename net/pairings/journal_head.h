// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_HEAD_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_HEAD_H

// How many lines were written into the journal (journal_file.h), and the hash of the last: that
// shows what its own chain of hashes cannot, an end that was cut off, a file that was removed,
// a chain that was computed anew. The signer alone writes it (signer.h), into journal.head in
// the folder of the pairings, after the lines are on disk. So when the power goes between the
// two, the journal has a line more than its head says, never one less.

#include <stdint.h>

#include "base/failure.h"
#include "net/protocol/identity.h"

#define JOURNAL_HEAD_NAME "journal.head"

// What a journal is beside its head.
enum journal_loss {
    JOURNAL_KEPT,     // it holds what its head says, and perhaps more
    JOURNAL_CUT,      // it ends before
    JOURNAL_REMOVED,  // there is none, or nothing in it
    JOURNAL_REWRITTEN // it has another line in that place
};

struct journal_place {
    uint64_t count; // lines; 0: none
    uint8_t hash[HASH_SIZE];
};

struct journal_head {
    struct journal_place at;
    // That a line had to be added to a journal which was not what it had been; what it had
    // been. The first such time stays until the file is removed. JOURNAL_KEPT: never.
    enum journal_loss loss;
    struct journal_place lost;
};

// False if it is not there (then `fault` is untouched if `missing`), JOURNAL_HEAD_DAMAGED, or
// why it cannot be read.
bool journal_head_load(int folder, struct journal_head *out, bool *missing,
                       struct fault *fault);

// Fails as a write does (storage_fault.h).
bool journal_head_save(int folder, const struct journal_head *head, struct fault *fault);

// The same failure in `log`, in `doctor` and on the screen: JOURNAL_WAS_CUT and its like; NONE
// for JOURNAL_KEPT.
enum failure journal_loss_failure(enum journal_loss loss);

#endif
