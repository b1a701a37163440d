// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICE_JOURNAL_H
#define QRCONFIRM_PORTAL_CORE_DEVICE_JOURNAL_H

// What the statements that are kept of a device say of its journal (docs/protocol, 11.1): for
// whoever compares the journal with this record.

#include "net/protocol/message.h"
#include "portal/core/store.h"

#define STATEMENTS_KEEP_S 2592000 // 30 days: so long a statement is kept

enum device_journal_state {
    DEVICE_JOURNAL_NOT_TOLD,  // the statement says nothing of it
    DEVICE_JOURNAL_GOES_ON,   // it has more entries than it had with the statement before
    DEVICE_JOURNAL_STANDS,    // as many, and the same last one
    DEVICE_JOURNAL_WENT_BACK, // fewer
    DEVICE_JOURNAL_CHANGED    // as many, and another last one
};

struct device_statement {
    enum message message;
    int64_t received;        // seconds since 1970
    uint8_t hash[HASH_SIZE]; // SHA-256 of its body
    uint64_t sequence;
    enum device_journal_state state;
    uint64_t count;          // entries
    uint8_t head[HASH_SIZE]; // SHA-256 of the last
};

// In the order of their numbers. Inside a transaction. False if memory is short: then some are
// left out.
bool device_journal_list(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                         void (*each)(void *userdata, const struct device_statement *statement),
                         void *userdata);

// "goes-on"; stable, for programs.
const char *device_journal_word(enum device_journal_state state);

#endif
