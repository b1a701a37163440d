// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_H

// What this device has answered, to whom and when, is written down here: a line in the file of
// journal_file.h.
//
// Never a key, a code or a token in it.

#include "net/pairings/journal_file.h"
#include "net/pairings/journal_keeper.h"

#define JOURNAL_FIELDS_MAX 12u

struct journal_field {
    const char *name;
    const char *value; // UTF-8; NULL: left out
};

// Adds a line, has it on disk, and the head behind it, before returning. `time` is the device's
// own clock. The list ends with a field without a name. Without a keeper no head is kept. Fails
// as a write does (storage_fault.h), and the file is then as it was; or as the keeper does. If
// that is `follow`, the line is there, and the head follows with the next one.
bool journal_append(const char *state_dir, const struct journal_keeper *keeper, int64_t time,
                    const char *event, const struct journal_field *fields, struct fault *fault);

#endif
