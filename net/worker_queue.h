// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_WORKER_QUEUE_H
#define QRCONFIRM_NET_WORKER_QUEUE_H

// The worker itself, and its two sides: the main thread puts commands in, the network thread
// takes them out, waits, and tells what happens. Who has left an action hears no more of it.
// Private to the worker.

#include <pthread.h>

#include "net/action.h"
#include "net/badge_pairing.h"
#include "net/certificate.h"
#include "net/login.h"
#include "net/pairings/pin.h"
#include "net/token_pairing.h"

#define COMMANDS_MAX 8u
// What is said in leaving - a pairing given up - is tried for so long after the person left.
#define WORKER_LINGER_MS INT64_C(3000)

enum command_kind {
    COMMAND_NONE,
    COMMAND_RESOLVE,
    COMMAND_DECIDE,
    COMMAND_END_SESSION,
    COMMAND_PAIR,
    COMMAND_RESUME_PAIRING,
    COMMAND_GIVE_UP_PAIRING,
    COMMAND_PAIR_BY_URL,
    COMMAND_PAIR_BY_TOKEN,
    COMMAND_PAIR_BY_BADGE,
    COMMAND_TRUST,
    COMMAND_LOG_IN,
    COMMAND_KEEP,
    COMMAND_UNPAIR,
    COMMAND_RENEW,
    COMMAND_SEND_OPEN,
    COMMAND_WITHDRAW,
    COMMAND_UNLOCK
};

struct command {
    enum command_kind kind;
    union {
        struct challenge challenge;
        struct {
            enum net_decision decision;
            bool present;
        } given;
        struct {
            struct challenge code;
            char label[STATEMENT_LABEL_MAX * 4 + 1];
        } pair;
        struct {
            char url[BASE_URL_MAX + 1];
            char pin[PIN_TEXT_MAX + 1]; // empty: none
            char label[STATEMENT_LABEL_MAX * 4 + 1];
        } pair_by_url;
        struct token_pairing pair_by_token;
        struct badge_pairing pair_by_badge;
        struct net_login_answer answer;
        bool keep, trust;
        char id[PAIRING_ID_SIZE + 1];
        struct {
            size_t size;
            uint8_t digits[PIN_DIGITS_MAX];
        } pin;
    };
};

// What net/worker.h names and does not show.
struct net_worker {
    const struct net_environment *environment;
    struct pairing_store *pairings;
    void (*on_event)(void *userdata, const struct net_event *event);
    void *userdata;
    struct http_client *http, *http_session;
    struct net_action action;
    struct told_answers told;
    pthread_t thread;

    pthread_mutex_t lock; // everything below
    pthread_cond_t wake;  // a command came, or the person left, or all ends
    struct command queue[COMMANDS_MAX];
    size_t queued;
    bool busy;      // an action runs
    bool left;      // ... and the person has left it
    bool must_lock; // the keys, before anything else is done
    bool connects;  // a connection is wanted, once nothing else is
    bool quit;      // the thread ends as soon as what is queued has been begun
    bool staying;   // the action still has something to say, until `stay_until_ms`
    bool yielding;  // it does something on the side: anything new comes first
    bool revocable; // ... and net_worker_cancel takes back what is still to be said
    bool revoked;   // ... which it has
    int64_t stay_until_ms;
    char language[NET_LANGUAGE_MAX + 1];  // of the actions that come next
    struct net_introduction introduction; // in them
    bool unlocked;                        // by the PIN, for the action that comes next
    uint8_t *captcha;                     // NET_CAPTCHA_MAX bytes, made when first needed
    size_t captcha_size;

    // Of the network thread alone.
    int64_t resend_until_ms; // stored statements are sent again until then
    int64_t connect_from_ms; // no connection is opened on the side before
};

bool worker_queue_init(struct net_worker *worker);
void worker_queue_destroy(struct net_worker *worker);

int64_t worker_now_ms(const struct net_worker *worker);

// ---- the main thread's side ----

void worker_push(struct net_worker *worker, const struct command *command);
void worker_leave(struct net_worker *worker);
// Makes a call under way look up whether it must end.
void worker_wake_calls(struct net_worker *worker);

// ---- the network thread's side ----

// Between actions: what was done is over, and what was unlocked for it.
void worker_idle(struct net_worker *worker);
// Takes the next command, waiting for it, and marks the worker busy: NONE where nothing is to
// be done but what is done between actions. False at the end.
bool worker_next(struct net_worker *worker, struct command *out);
// Whether a connection was asked for since the last call.
bool worker_takes_connect(struct net_worker *worker);
// Takes the next command of the action under way; NONE if the person left or the time is up.
// `out` may hold a secret: wipe it.
enum command_kind worker_await(struct net_worker *worker, int64_t until_ms,
                               struct command *out);
// For struct net_action: true if the action must end, and a wait that ends with it.
bool worker_stop_asked(void *userdata);
bool worker_pause(void *userdata, int64_t ms);
// What is still to be said is said, even if the person leaves meanwhile.
void worker_stay(struct net_worker *worker, bool staying);
// As worker_stay, for what net_worker_cancel may still take back.
void worker_stay_revocably(struct net_worker *worker, bool staying);
bool worker_is_revoked(struct net_worker *worker);
// What is done on the side gives way to whatever is asked next; only the end of the program
// waits a moment for it.
void worker_yield(struct net_worker *worker, bool yielding);

void worker_emit(struct net_worker *worker, const struct net_event *event);
// True if the person has left the action under way.
bool worker_is_left(struct net_worker *worker);
// A receipt: of the action under way, or where the person has left it, a late one.
void worker_emit_receipt(struct net_worker *worker, const struct net_receipt *receipt);
// A receipt that is not of the action under way; told even if the person has left that.
void worker_emit_late(struct net_worker *worker, const struct net_receipt *receipt);
void worker_emit_fault(struct net_worker *worker, enum net_event_kind kind,
                       const struct fault *fault);
// Keeps the picture for net_worker_captcha; one that is too large is none.
void worker_keep_captcha(struct net_worker *worker, struct span picture);

// The action is over. Whoever has left hears no more of it, everybody else does.
void worker_fail(struct net_worker *worker, const struct fault *fault);

#endif
