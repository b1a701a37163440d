// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_OUTBOX_H
#define QRCONFIRM_NET_PAIRINGS_OUTBOX_H

// The statement that is being sent for a pairing, and the pairing's counter: one file, on disk
// before the first byte leaves (docs/protocol, section 8). So a crash, a dead battery or a lost
// reply never makes a second answer to one question, and no number is used twice.
//
// While an outbox is open, its process holds the lock of the pairing. Files: ID.outbox and
// ID.lock in the folder `outbox` of the state folder; ID.ended is an outbox whose statement has
// ended where the disk had no room to say so in a new file: its counter alone counts.

#include "net/pairings/pairing_record.h"
#include "net/protocol/envelope.h"

#define OUTBOX_LIFE_S (INT64_C(7) * 86400) // an older statement is dropped unsent

// What was shown at the question, so that it can be told which answer is still open. Of a
// decision only; empty where it was not told.
struct outbox_about {
    char browser[STATEMENT_LABEL_MAX + 1];
    char address[STATEMENT_IP_MAX + 1];
    char place[STATEMENT_LABEL_MAX + 1];
};

struct outbox_statement {
    enum message message;
    int64_t made_at; // seconds since 1970 by the device's own clock; 0: not set
    struct outbox_about about;
    struct statement_body body;
    struct envelope_text envelope;
};

struct outbox {
    int folder, lock;
    char id[PAIRING_ID_SIZE + 1];
    uint64_t sequence; // of the newest statement ever signed; 0: none
    bool waiting;      // `statement` has not ended yet
    struct outbox_statement statement;
};

// Opens the outbox of a pairing. `at_least` is the counter that the pairing remembers: it wins
// if the state folder was lost. DEVICE_BUSY if another process holds it; OUTBOX_DAMAGED, or
// why the file cannot be read: it is left as it is.
bool outbox_open(struct outbox *outbox, const char *state_dir, const char *pairing_id,
                 uint64_t at_least, struct fault *fault);
void outbox_close(struct outbox *outbox);

// The statement that waits. It is only read; perhaps another process is sending it. False if
// there is none.
bool outbox_look(const char *state_dir, const char *pairing_id, struct outbox_statement *out);

// The same, but false also while somebody holds the pairing's lock: then it is on its way.
bool outbox_peek(const char *state_dir, const char *pairing_id, struct outbox_statement *out);

// True for a statement that `now` calls older than OUTBOX_LIFE_S. By a clock that is not set,
// or was set back, none is old.
bool outbox_is_old(const struct outbox_statement *statement, int64_t now);

// Puts the statement and the counter it carries on disk. There must be none waiting. Where that
// fails nothing of it stays, also if the file was in its place already: the fault says why, or
// ANSWER_MAY_FOLLOW if it could not be taken back.
bool outbox_put(struct outbox *outbox, const struct outbox_statement *statement,
                uint64_t sequence, struct fault *fault);

// The statement has ended, whichever way: it is dropped, the counter stays. A full disk does
// not hinder that. ANSWER_MAY_FOLLOW if it could not be done.
bool outbox_end(struct outbox *outbox, struct fault *fault);

// Drops a statement that is old.
bool outbox_drop_old(struct outbox *outbox, int64_t now, struct fault *fault);

// Removes the file of a forgotten pairing.
void outbox_forget(struct outbox *outbox);

#endif
