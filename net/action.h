// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_ACTION_H
#define QRCONFIRM_NET_ACTION_H

// What an action of the network thread may use: a sign-in, a pairing, the delivery of a stored
// statement. Actions are plain blocking code; the worker gives them a way to wait and tells
// them when the person has left.

#include "net/event.h"
#include "net/http.h"
#include "net/pairings/journal.h"
#include "net/pairings/pairing_store.h"
#include "net/protocol/statement.h"
#include "net/told.h"

#define NET_LANGUAGE_MAX 16u // bytes
#define NET_PROGRAM_MAX  48u // bytes: a name and a version

// What this device tells a portal of itself, for its list of devices (docs/protocol, section
// 4).
struct net_introduction {
    char program[NET_PROGRAM_MAX + 1];     // "qrconfirm/1.0"; empty: not told
    char configuration[2 * HASH_SIZE + 1]; // SHA-256 in hex; empty: not told
};

struct net_action {
    const struct net_environment *environment;
    struct pairing_store *pairings;
    struct http_client *http;
    struct http_client *http_session;    // keeps cookies: for dialects that log in
    char language[NET_LANGUAGE_MAX + 1]; // that the person reads ("ru"); empty: any
    struct net_introduction introduction;
    bool user_verified;    // the PIN was entered for this action
    bool user_present;     // a person gave the answer, in a window or at a terminal
    struct http_stop stop; // true: leave as soon as you can
    // Waits, less if asked to stop: then false.
    bool (*pause)(void *userdata, int64_t ms);
    // No answer yet, it is tried again; `why` says what went wrong.
    void (*retrying)(void *userdata, const struct fault *why);
    // The receipt of an earlier answer came, which is not what the action is about; NULL: it is
    // of no use to anybody.
    void (*late)(void *userdata, const struct pairing *pairing,
                 const struct net_receipt *receipt);
    void *userdata; // of pause, retrying and late
    // Which stored answers may be sent. NULL: none.
    struct told_answers *told;
};

int64_t action_boot_ms(const struct net_action *action);
// Seconds since 1970 for the `time` of a statement: 0 if the clock is not set.
uint64_t action_wall_s(const struct net_action *action);
void action_random(const struct net_action *action, uint8_t *out, size_t size);

// For the journal: whether a person gave the answer.
static inline const char *action_presence(const struct net_action *action)
{
    return action->user_present ? "yes" : "no";
}

static inline bool action_stopped(const struct net_action *action)
{
    return action->stop.asked(action->stop.userdata);
}

// Adds a line about a pairing to the journal; `fields` as in journal_append.
bool action_note(const struct net_action *action, const char *event,
                 const struct pairing *pairing, const struct journal_field *fields,
                 struct fault *fault);

#endif
