// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_FOLLOW_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_FOLLOW_H

// Where the head of a journal stands beside its end, before a line is added. Private to
// journal.c.

#include "net/pairings/journal_file.h"
#include "net/pairings/journal_keeper.h"

// Fills in all of `step` but its lines. `before` is the hash of the last whole line, as the
// journal's end was read. Lines that a crash, or an older version, left behind the head are
// followed first. The journal is locked by the caller. Mostly only the head is read: the
// journal is where its end is not what the head says.
bool journal_place_of_end(const char *state_dir, const struct journal_keeper *keeper,
                          const char before[static JOURNAL_HASH_HEX + 1],
                          struct journal_step *step, struct fault *fault);

#endif
