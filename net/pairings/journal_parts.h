// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_PARTS_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_PARTS_H

// What writing (journal.c) and reading (journal_read.c) share.

#include "net/pairings/journal.h"
#include "net/protocol/identity.h"

#define JOURNAL_HASH_HEX (HASH_SIZE * 2)
#define JOURNAL_BEGIN    "{\"time\":" // of every line

// What stands for the line before the first.
extern const char journal_no_line[JOURNAL_HASH_HEX + 1];

void journal_hash_hex(const uint8_t hash[static HASH_SIZE],
                      char out[static JOURNAL_HASH_HEX + 1]);

// Opens the journal as `flags` say; `folder` (may be NULL) is then open too. -1 with a fault,
// and with errno.
int journal_open(const char *state_dir, int flags, int *folder, struct fault *fault);

// Whether the bytes are a line of this program that was cut short: a piece of its beginning,
// but not the whole.
bool journal_is_torn(struct span bytes);

#endif
