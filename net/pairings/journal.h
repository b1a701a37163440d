// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_H

// What this device has answered, to whom and when: journal.jsonl in the state folder, a JSON
// object a line, each with the SHA-256 of the line before it in "before" (the first: zeros). So
// a line that is changed, removed or put in shows. A changed last line, or lines cut off at the
// end, do not show here: the portal's own record does.
//
// A line that a full disk or a crash has cut short is not tampering: what was written of it is
// set aside into journal.torn before the next line is written, and a line "cut short" says so.
//
// Never a key, a code or a token in it.

#include "base/failure.h"
#include "base/span.h"

#include <stdint.h>

#define JOURNAL_NAME       "journal.jsonl"
#define JOURNAL_TORN_NAME  "journal.torn"
#define JOURNAL_CUT_SHORT  "cut short" // an event; "bytes" were set aside
#define JOURNAL_ALL        SIZE_MAX    // lines
#define JOURNAL_LINE_MAX   8192u       // bytes, without the line feed
#define JOURNAL_FIELDS_MAX 12u

struct journal_field {
    const char *name;
    const char *value; // UTF-8; NULL: left out
};

// Adds a line and has it on disk before returning. `time` is the device's own clock. The list
// ends with a field without a name. Fails as a write does (storage_fault.h), and the file is
// then as it was.
bool journal_append(const char *state_dir, int64_t time, const char *event,
                    const struct journal_field *fields, struct fault *fault);

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
