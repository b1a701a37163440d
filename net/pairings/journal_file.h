// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_JOURNAL_FILE_H
#define QRCONFIRM_NET_PAIRINGS_JOURNAL_FILE_H

// journal.jsonl in the state folder: a JSON object a line, each with the SHA-256 of the line
// before it in "before" (the first: zeros). So a line that is changed, removed or put in shows.
// A changed last line, or lines cut off at the end, show by journal_head.h. journal.h writes
// the lines, and journal_read.h reads them.
//
// A line that a full disk or a crash has cut short is not tampering: what was written of it is
// set aside into journal.torn before the next line is written, and a line "cut short" says so.

#include <stdint.h>

#include "base/failure.h"
#include "base/span.h"
#include "net/protocol/identity.h"

#define JOURNAL_NAME      "journal.jsonl"
#define JOURNAL_TORN_NAME "journal.torn"
#define JOURNAL_CUT_SHORT "cut short"                  // an event; "bytes" were set aside
#define JOURNAL_LINE_MAX  8192u                        // bytes, without the line feed
#define JOURNAL_STEP_MAX  (2 * (JOURNAL_LINE_MAX + 2)) // bytes that are added at once
#define JOURNAL_HASH_HEX  (HASH_SIZE * 2)
#define JOURNAL_BEGIN     "{\"time\":" // of every line

// What stands for the line before the first.
extern const char journal_no_line[JOURNAL_HASH_HEX + 1];

void journal_hash_hex(const uint8_t hash[static HASH_SIZE],
                      char out[static JOURNAL_HASH_HEX + 1]);

// Opens the journal as `flags` say; `folder` (may be NULL) is then open too. -1 with a fault,
// and with errno.
int journal_open(const char *state_dir, int flags, int *folder, struct fault *fault);

// The hash that an entry names as that of the line before it. False: the line is no entry; or
// memory was short, and `starved` is set.
bool journal_line_names(struct span line, char out[static JOURNAL_HASH_HEX + 1], bool *starved);

// Whether the bytes are a line of this program that was cut short: a piece of its beginning,
// but not the whole. False, and `starved` is set, if memory was short.
bool journal_is_torn(struct span bytes, bool *starved);

#endif
