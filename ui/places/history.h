// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_PLACES_HISTORY_H
#define QRCONFIRM_UI_PLACES_HISTORY_H

// The last entries of the journal, as a person wants to see them: what was decided and what
// became of the pairings, newest first. `qrconfirm log` tells how statements were delivered.

#include <stdint.h>

#include "base/failure.h"
#include "net/worker.h"

#define HISTORY_MAX       40u
#define HISTORY_EVENT_MAX 64u

enum history_kind {
    HISTORY_APPROVED,
    HISTORY_DENIED,
    HISTORY_REPORTED,
    HISTORY_PAIRED,
    HISTORY_NOT_KEPT,
    HISTORY_REPLACED,
    HISTORY_REMOVED,
    HISTORY_REVOKED,
    HISTORY_CERTIFICATE, // the portal's certificate has another key
    HISTORY_OTHER        // `event` says what
};

struct history_entry {
    enum history_kind kind;
    int64_t time; // seconds since 1970
    char event[HISTORY_EVENT_MAX + 1];
    char portal[ORIGIN_MAX + 1];
    char account[NET_TEXT_MAX + 1];
    char browser[NET_TEXT_MAX + 1];
    char place[NET_TEXT_MAX + 1];
};

struct history {
    size_t count;
    struct history_entry entry[HISTORY_MAX]; // newest first
    bool changed;                            // the journal is not what was written
};

// Reads the journal in `state_dir`, whose head is in `data_dir`; none there: nothing. Fails if
// it cannot be read.
bool history_read(struct history *history, const char *state_dir, const char *data_dir,
                  struct fault *fault);

#endif
