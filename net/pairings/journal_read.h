// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_READ_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_READ_H

// Reads the journal (journal_file.h), and judges each line by the hash that the next one holds.

#include "net/pairings/journal_file.h"

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
};

// Reads the last `wanted` lines in order, or JOURNAL_ALL. No journal: no lines. Fails only if
// the file cannot be read, and says why.
bool journal_read(const char *state_dir, size_t wanted,
                  void (*each)(void *userdata, const struct journal_line *line), void *userdata,
                  struct journal_sum *out, struct fault *fault);

#endif
