// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_OPEN_ANSWER_H
#define QRCONFIRM_NET_OPEN_ANSWER_H

// An answer that a former run of the program has signed and whose receipt it never saw: it may
// have arrived or not. Nobody sends it before the person has been told of it (docs/protocol,
// section 8).

#include "net/event.h"
#include "net/pairings/pairing.h"

struct open_answer {
    char pairing_id[16 + 1];
    char origin[ORIGIN_MAX + 1];
    char portal_name[NET_TEXT_MAX + 1];
    char account_name[NET_TEXT_MAX + 1];
    char browser[NET_TEXT_MAX + 1]; // as it was shown at the question; empty: not known
    char address[NET_TEXT_MAX + 1];
    char place[NET_TEXT_MAX + 1];
    enum net_decision decision;
    int64_t answered_at; // seconds since 1970 by this device's clock; 0: not set
};

// The first open answer at or after `*index` in the order of the pairings; `*index` is then
// behind it. False if there is no more. One that another qrconfirm is sending is not open.
// Main thread; reads files, sends nothing.
bool open_answer_next(struct pairing_store *pairings, const char *state_dir, size_t *index,
                      struct open_answer *out);

// That of one pairing.
bool open_answer_of(struct pairing_store *pairings, const char *state_dir,
                    const char *pairing_id, struct open_answer *out);

// The stable name of a decision: "approve", "deny", "report".
const char *net_decision_name(enum net_decision decision);

#endif
