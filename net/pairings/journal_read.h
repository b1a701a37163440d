// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_READ_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_READ_H

// Reads the journal (journal_file.h), and judges each line by the hash that the next one holds,
// and the whole by its head.

#include "net/pairings/journal_file.h"
#include "net/pairings/journal_head.h"

#define JOURNAL_ALL SIZE_MAX // lines

enum journal_mark {
    JOURNAL_WHOLE,
    JOURNAL_TORN,   // this line was cut short when it was written
    JOURNAL_BROKEN, // what came before this line is not what it was
    JOURNAL_DAMAGED // this line is not an entry
};

struct journal_line {
    size_t number; // from 1
    enum journal_mark mark;
    struct span text; // without the line feed; cut at JOURNAL_LINE_MAX
};

struct journal_sum {
    size_t lines;  // of the file
    size_t faulty; // broken or damaged, of those that were read
    size_t torn;   // of those that were read
    // The last line that has a line feed, and how many of these there are.
    struct journal_place end;
    // Of the place that was asked for; JOURNAL_KEPT if none was.
    enum journal_loss loss;
};

// Reads the last `wanted` lines in order, or JOURNAL_ALL, and looks whether the journal holds
// `place`, which may be NULL. Who takes that from the head loads the head first: the journal
// may grow meanwhile. No journal: no lines. Fails only if the file cannot be read, or, with
// INTERNAL or MEMORY, a line cannot be judged: neither that one nor any behind it is told.
bool journal_read(const char *state_dir, size_t wanted, const struct journal_place *place,
                  void (*each)(void *userdata, const struct journal_line *line), void *userdata,
                  struct journal_sum *out, struct fault *fault);

#endif
