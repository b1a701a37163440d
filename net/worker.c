// SPDX-License-Identifier: MIT
#include "net/worker.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/dialect.h"
#include "net/enrolment.h"
#include "net/pin.h"
#include "net/qr_login.h"
#include "net/retry.h"

#define COMMANDS_MAX 8u
// "Sign that browser out" is offered for so long after the receipt (docs/protocol, section 10).
#define REPAIR_MS INT64_C(600000)
// No wait is longer: CLOCK_BOOTTIME goes on while the device sleeps, waits do not.
#define LONGEST_WAIT_MS INT64_C(1000)
// What is said in leaving - a pairing given up - is tried for so long after the person left.
#define LINGER_MS INT64_C(3000)

enum command_kind {
    COMMAND_NONE,
    COMMAND_RESOLVE,
    COMMAND_DECIDE,
    COMMAND_END_SESSION,
    COMMAND_PAIR,
    COMMAND_RESUME_PAIRING,
    COMMAND_KEEP,
    COMMAND_UNPAIR,
    COMMAND_UNLOCK
};

struct command {
    enum command_kind kind;
    union {
        struct challenge challenge;
        enum net_decision decision;
        struct {
            struct pairing_code code;
            char label[STATEMENT_LABEL_MAX * 4 + 1];
        } pair;
        bool keep;
        char id[PAIRING_ID_SIZE + 1];
        struct {
            size_t size;
            uint8_t digits[PIN_DIGITS_MAX];
        } pin;
    };
};

struct net_worker {
    const struct net_environment *environment;
    struct pairing_store *pairings;
    void (*on_event)(void *userdata, const struct net_event *event);
    void *userdata;
    struct http_client *http;
    struct net_action action;
    pthread_t thread;

    pthread_mutex_t lock; // everything below
    pthread_cond_t wake;  // a command came, or the person left, or all ends
    struct command queue[COMMANDS_MAX];
    size_t queued;
    bool busy;    // an action runs
    bool left;    // ... and the person has left it
    bool quit;    // the thread ends as soon as what is queued has been begun
    bool staying; // the action still has something to say, until `stay_until_ms`
    int64_t stay_until_ms;
    bool unlocked; // by the PIN, for the action that comes next

    // Of the network thread alone.
    int64_t resend_until_ms; // stored statements are sent again until then
};

// ---- what the main thread calls ----------------------------------------------------------

// These begin an action, and end the one before.
static bool begins_action(enum command_kind kind)
{
    return kind == COMMAND_RESOLVE || kind == COMMAND_PAIR || kind == COMMAND_RESUME_PAIRING ||
           kind == COMMAND_UNPAIR;
}

// With the lock held. A queue may hold a PIN.
static void drop_queue(struct net_worker *worker)
{
    sodium_memzero(worker->queue, sizeof(worker->queue));
    worker->queued = 0;
}

// With the lock held and something queued.
static void take_first(struct net_worker *worker, struct command *out)
{
    *out = worker->queue[0];
    worker->queued--;
    memmove(worker->queue, worker->queue + 1, worker->queued * sizeof(*out));
    sodium_memzero(worker->queue + worker->queued, sizeof(*out));
}

static void push(struct net_worker *worker, const struct command *command)
{
    pthread_mutex_lock(&worker->lock);
    if (begins_action(command->kind)) {
        drop_queue(worker);
        worker->left = worker->busy;
    }
    // A full queue means that nobody listens: the action it was for is over.
    if (worker->queued < COMMANDS_MAX)
        worker->queue[worker->queued++] = *command;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    http_wake(worker->http);
}

void net_worker_unlock(struct net_worker *worker, struct span pin)
{
    struct command command = {.kind = COMMAND_UNLOCK};
    command.pin.size = pin.n < PIN_DIGITS_MAX ? pin.n : PIN_DIGITS_MAX;
    memcpy(command.pin.digits, pin.p, command.pin.size);
    if (pin.n > PIN_DIGITS_MAX) // no PIN: not to be cut to one
        command.pin.size = 0;
    push(worker, &command);
    sodium_memzero(&command, sizeof(command));
}

void net_worker_resolve(struct net_worker *worker, const struct challenge *challenge)
{
    push(worker, &(struct command){.kind = COMMAND_RESOLVE, .challenge = *challenge});
}

void net_worker_decide(struct net_worker *worker, enum net_decision decision)
{
    push(worker, &(struct command){.kind = COMMAND_DECIDE, .decision = decision});
}

void net_worker_end_session(struct net_worker *worker)
{
    push(worker, &(struct command){.kind = COMMAND_END_SESSION});
}

void net_worker_pair(struct net_worker *worker, const struct pairing_code *code,
                     const char *label)
{
    struct command command = {.kind = COMMAND_PAIR};
    command.pair.code = *code;
    snprintf(command.pair.label, sizeof(command.pair.label), "%s", label);
    push(worker, &command);
}

void net_worker_resume_pairing(struct net_worker *worker)
{
    push(worker, &(struct command){.kind = COMMAND_RESUME_PAIRING});
}

void net_worker_keep_pairing(struct net_worker *worker, bool keep)
{
    push(worker, &(struct command){.kind = COMMAND_KEEP, .keep = keep});
}

void net_worker_unpair(struct net_worker *worker, const char *id)
{
    struct command command = {.kind = COMMAND_UNPAIR};
    snprintf(command.id, sizeof(command.id), "%s", id);
    push(worker, &command);
}

void net_worker_cancel(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    drop_queue(worker);
    worker->left = worker->busy;
    worker->unlocked = false;
    if (!worker->busy) // else the action does it when it ends
        pairing_store_lock(worker->pairings);
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    http_wake(worker->http);
}

// ---- what actions call -------------------------------------------------------------------

static int64_t now_ms(const struct net_worker *worker)
{
    return worker->environment->boot_clock(worker->environment->userdata);
}

// With the lock held.
static bool must_leave(const struct net_worker *worker)
{
    if (worker->staying)
        return now_ms(worker) >= worker->stay_until_ms;
    if (!worker->busy) // resending between actions: anything new comes first
        return worker->quit || worker->queued > 0;
    return worker->quit || worker->left;
}

static bool stop_asked(void *userdata)
{
    struct net_worker *worker = userdata;
    pthread_mutex_lock(&worker->lock);
    bool leave = must_leave(worker);
    pthread_mutex_unlock(&worker->lock);
    return leave;
}

// Waits for a signal, with the lock held.
static void wait_some(struct net_worker *worker, int64_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    if (ms > LONGEST_WAIT_MS)
        ms = LONGEST_WAIT_MS;
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(&worker->wake, &worker->lock, &until);
}

static bool pause_action(void *userdata, int64_t ms)
{
    struct net_worker *worker = userdata;
    pthread_mutex_lock(&worker->lock);
    int64_t until_ms = now_ms(worker) + ms;
    bool leave;
    while (!(leave = must_leave(worker))) {
        int64_t left_ms = until_ms - now_ms(worker);
        if (left_ms <= 0)
            break;
        wait_some(worker, left_ms);
    }
    pthread_mutex_unlock(&worker->lock);
    return !leave;
}

// Under the lock, so that after net_worker_cancel returns nothing more comes of that action.
static void emit(struct net_worker *worker, const struct net_event *event)
{
    pthread_mutex_lock(&worker->lock);
    if (!worker->left)
        worker->on_event(worker->userdata, event);
    pthread_mutex_unlock(&worker->lock);
}

static void emit_fault(struct net_worker *worker, enum net_event_kind kind,
                       const struct fault *fault)
{
    struct net_event event = {.kind = kind};
    event.fault = *fault;
    emit(worker, &event);
}

static void emit_receipt(struct net_worker *worker, enum net_event_kind kind,
                         const struct net_receipt *receipt)
{
    struct net_event event = {.kind = kind};
    event.receipt = *receipt;
    emit(worker, &event);
}

static void retrying(void *userdata, const struct fault *why)
{
    struct net_worker *worker = userdata;
    if (worker->busy) // written by this thread only
        emit_fault(worker, NET_EVENT_RETRYING, why);
}

// Takes the next command of the action under way; NONE if the person left or the time is up.
static enum command_kind await(struct net_worker *worker, int64_t until_ms, struct command *out)
{
    out->kind = COMMAND_NONE;
    pthread_mutex_lock(&worker->lock);
    for (;;) {
        if (worker->left)
            break;
        if (worker->queued > 0) {
            take_first(worker, out);
            break;
        }
        int64_t left_ms = until_ms - now_ms(worker);
        if (worker->quit || left_ms <= 0)
            break;
        wait_some(worker, left_ms);
    }
    pthread_mutex_unlock(&worker->lock);
    return out->kind;
}

// ---- actions -----------------------------------------------------------------------------

static void fail(struct net_worker *worker, const struct fault *fault)
{
    if (fault->failure != FAILURE_INTERRUPTED)
        emit_fault(worker, NET_EVENT_FAILED, fault);
}

// What was unlocked is over.
static void lock_keys(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->unlocked = false;
    pthread_mutex_unlock(&worker->lock);
    worker->action.user_verified = false;
    pairing_store_lock(worker->pairings);
}

static void run_unlock(struct net_worker *worker, struct command *command)
{
    struct net_event event = {.kind = NET_EVENT_UNLOCKED};
    struct fault fault = {0};
    int64_t wait_ms = 0;
    struct span pin = span_of(command->pin.digits, command->pin.size);
    bool opened = pairing_store_unlock(worker->pairings, pin, now_ms(worker), &wait_ms, &fault);
    sodium_memzero(command, sizeof(*command));
    if (!opened) {
        event.kind = NET_EVENT_LOCKED;
        event.locked.fault = fault;
        event.locked.wait_ms = wait_ms;
    }
    pthread_mutex_lock(&worker->lock);
    worker->unlocked = opened && !worker->left;
    if (!worker->unlocked)
        pairing_store_lock(worker->pairings);
    if (!worker->left)
        worker->on_event(worker->userdata, &event);
    pthread_mutex_unlock(&worker->lock);
}

// After an approval: the person may still end it.
static void offer_end(struct net_worker *worker, const struct dialect_ops *dialect,
                      struct sign_in *sign_in)
{
    struct command command;
    struct net_receipt receipt;
    struct fault fault;
    int64_t until_ms = now_ms(worker) + REPAIR_MS;
    while (await(worker, until_ms, &command) != COMMAND_NONE) {
        if (command.kind == COMMAND_UNLOCK)
            run_unlock(worker, &command);
        if (command.kind != COMMAND_END_SESSION)
            continue;
        bool ended = dialect->end_session(sign_in, &receipt, &fault);
        lock_keys(worker);
        if (ended) {
            emit_receipt(worker, NET_EVENT_RECEIPT, &receipt);
            return;
        }
        fail(worker, &fault);
        if (fault.failure == FAILURE_INTERRUPTED)
            return;
    }
}

// The question is open until it is answered, left, or too old.
static bool await_decision(struct net_worker *worker, int64_t expires_ms,
                           enum net_decision *decision)
{
    struct command command;
    while (await(worker, expires_ms, &command) != COMMAND_NONE) {
        if (command.kind != COMMAND_DECIDE)
            continue;
        *decision = command.decision;
        return true;
    }
    return false;
}

static bool ask_and_answer(struct net_worker *worker, const struct dialect_ops *dialect,
                           struct sign_in *sign_in, struct net_receipt *receipt,
                           struct fault *fault)
{
    struct net_event event = {.kind = NET_EVENT_CONTEXT};
    int64_t expires_ms;
    enum net_decision decision;
    if (!dialect->resolve(sign_in, &event.context, &expires_ms, fault))
        return false;
    emit(worker, &event);
    if (!await_decision(worker, expires_ms, &decision))
        return stop_asked(worker)
                   ? fault_set(fault, FAILURE_INTERRUPTED, "the question was left")
                   : fault_set(fault, FAILURE_CHALLENGE_EXPIRED, "before it was answered");
    if (dialect->decide(sign_in, decision, receipt, fault))
        return true;
    // Left while the answer was on its way: it stays signed, and is sent on.
    if (fault->failure == FAILURE_INTERRUPTED)
        worker->resend_until_ms = now_ms(worker) + RETRY_WINDOW_MS;
    return false;
}

static void run_sign_in(struct net_worker *worker, const struct challenge *challenge)
{
    struct fault fault = {0};
    struct net_receipt receipt;
    const struct dialect_ops *dialect = dialect_of(challenge);
    struct sign_in *sign_in = NULL;
    if (dialect)
        sign_in = dialect->begin(&worker->action, challenge, &fault);
    else
        fault_set(&fault, FAILURE_CHALLENGE_NOT_SIGN_IN, "%s",
                  payload_kind_name(challenge->kind));
    if (!sign_in) {
        fail(worker, &fault);
        return;
    }
    bool answered = ask_and_answer(worker, dialect, sign_in, &receipt, &fault);
    lock_keys(worker);
    if (answered) {
        emit_receipt(worker, NET_EVENT_RECEIPT, &receipt);
        if (receipt.may_end && dialect->end_session)
            offer_end(worker, dialect, sign_in);
    } else {
        fail(worker, &fault);
    }
    dialect->end(sign_in);
}

static void emit_pairing(struct net_worker *worker, enum net_event_kind kind,
                         const struct enrolment *enrolment)
{
    struct net_event event = {.kind = kind};
    struct origin origin;
    portal_facts_origin(&enrolment->pairing.portal, &origin);
    snprintf(event.pairing.pairing_code, sizeof(event.pairing.pairing_code), "%s",
             enrolment->told.pairing_code);
    snprintf(event.pairing.portal_name, sizeof(event.pairing.portal_name), "%s",
             enrolment->pairing.portal.display_name);
    snprintf(event.pairing.origin, sizeof(event.pairing.origin), "%s", origin.text);
    snprintf(event.pairing.account_name, sizeof(event.pairing.account_name), "%s",
             enrolment->told.account_name);
    emit(worker, &event);
}

// Repeats the enrolment until the portal has accepted it.
static bool enrol(struct net_worker *worker, struct enrolment *enrolment, struct fault *fault)
{
    char shown[STATEMENT_CODE_SIZE + 1] = "";
    for (;;) {
        int64_t begun_ms = now_ms(worker);
        if (!enrolment_try(enrolment, fault))
            return false;
        if (enrolment->replied && enrolment->told.state == ENROLLED_ACTIVE)
            return true;
        if (enrolment->replied && strcmp(shown, enrolment->told.pairing_code) != 0) {
            memcpy(shown, enrolment->told.pairing_code, sizeof(shown));
            emit_pairing(worker, NET_EVENT_PAIRING_CODE, enrolment);
        }
        int64_t wait_ms = begun_ms + enrolment_pace_ms(enrolment) - now_ms(worker);
        if (!pause_action(worker, wait_ms))
            return fault_set(fault, FAILURE_INTERRUPTED, "while pairing");
    }
}

// What is still to be said is said, even if the person leaves meanwhile.
static void stay(struct net_worker *worker, bool staying)
{
    pthread_mutex_lock(&worker->lock);
    worker->staying = staying;
    worker->stay_until_ms = now_ms(worker) + LINGER_MS;
    pthread_mutex_unlock(&worker->lock);
}

// Shows whose pairing it is and does as the person says; unanswered, it stays pending.
static void keep_or_give_up(struct net_worker *worker, struct enrolment *enrolment)
{
    struct command command;
    struct fault fault;
    struct net_event kept = {.kind = NET_EVENT_KEPT};
    emit_pairing(worker, NET_EVENT_PAIRED, enrolment);
    int64_t until_ms = now_ms(worker) + ENROLMENT_LIFE_S * 1000;
    do {
        await(worker, until_ms, &command);
    } while (command.kind != COMMAND_KEEP && command.kind != COMMAND_NONE);
    if (command.kind == COMMAND_NONE)
        return;
    stay(worker, true);
    if (!command.keep)
        enrolment_give_up(enrolment);
    else if (enrolment_keep(enrolment, &fault))
        emit(worker, &kept);
    else
        fail(worker, &fault);
    stay(worker, false);
}

static void run_pairing(struct net_worker *worker, struct enrolment *enrolment,
                        struct fault *fault)
{
    if (!enrolment) {
        fail(worker, fault);
        return;
    }
    if (enrol(worker, enrolment, fault))
        keep_or_give_up(worker, enrolment);
    else
        fail(worker, fault);
    enrolment_free(enrolment);
}

static void run_unpair(struct net_worker *worker, const char *id)
{
    struct pairing pairing;
    struct fault fault;
    struct net_event event = {.kind = NET_EVENT_UNPAIRED};
    if (!pairing_store_find(worker->pairings, id, &pairing)) {
        fault_set(&fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
        fail(worker, &fault);
        return;
    }
    stay(worker, true);
    event.unpaired.portal_told =
        pairing.dialect == DIALECT_QR_LOGIN &&
        qr_login_unpair(&worker->action, &pairing, now_ms(worker) + LINGER_MS);
    stay(worker, false);
    action_note(&worker->action, "forgotten", &pairing, NULL, NULL);
    if (pairing_store_forget(worker->pairings, id, &fault))
        emit(worker, &event);
    else
        fail(worker, &fault);
}

// What a former run, or an action that was left, has signed but not delivered.
static void resend(struct net_worker *worker)
{
    struct pairing pairing;
    if (now_ms(worker) >= worker->resend_until_ms)
        return;
    for (size_t i = 0; pairing_store_get(worker->pairings, i, &pairing); i++) {
        struct net_receipt receipt;
        if (stop_asked(worker))
            return;
        if (pairing.dialect == DIALECT_QR_LOGIN &&
            qr_login_resume(&worker->action, &pairing, worker->resend_until_ms, &receipt))
            emit_receipt(worker, NET_EVENT_LATE_RECEIPT, &receipt);
    }
    if (!stop_asked(worker))
        worker->resend_until_ms = 0;
}

// ---- the thread --------------------------------------------------------------------------

static void run(struct net_worker *worker, struct command *command)
{
    struct fault fault = {0};
    if (command->kind == COMMAND_UNLOCK) {
        run_unlock(worker, command);
        return;
    }
    pthread_mutex_lock(&worker->lock);
    worker->action.user_verified = worker->unlocked;
    pthread_mutex_unlock(&worker->lock);
    switch (command->kind) {
    case COMMAND_RESOLVE:
        run_sign_in(worker, &command->challenge);
        break;
    case COMMAND_PAIR:
        run_pairing(
            worker,
            enrolment_begin(&worker->action, &command->pair.code, command->pair.label, &fault),
            &fault);
        break;
    case COMMAND_RESUME_PAIRING:
        run_pairing(worker, enrolment_load(&worker->action, &fault), &fault);
        break;
    case COMMAND_UNPAIR:
        run_unpair(worker, command->id);
        break;
    case COMMAND_NONE:
    case COMMAND_DECIDE: // too late: the action they were for is over
    case COMMAND_END_SESSION:
    case COMMAND_KEEP:
    case COMMAND_UNLOCK:
        break;
    }
    lock_keys(worker);
}

// Takes the next command and marks the worker busy. False at the end.
static bool next_command(struct net_worker *worker, struct command *out)
{
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->left = false;
    while (worker->queued == 0 && !worker->quit)
        pthread_cond_wait(&worker->wake, &worker->lock);
    bool any = worker->queued > 0;
    if (any) {
        take_first(worker, out);
        worker->busy = true;
    }
    pthread_mutex_unlock(&worker->lock);
    return any;
}

static void idle(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->left = false;
    pthread_mutex_unlock(&worker->lock);
    resend(worker);
}

static void *work(void *userdata)
{
    struct net_worker *worker = userdata;
    struct command command;
    worker->resend_until_ms = now_ms(worker) + RETRY_WINDOW_MS;
    for (;;) {
        idle(worker);
        if (!next_command(worker, &command))
            return NULL;
        run(worker, &command);
    }
}

static bool init_sync(struct net_worker *worker)
{
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&worker->lock, NULL) != 0)
        return false;
    bool ok = pthread_condattr_init(&attributes) == 0;
    if (ok) {
        ok = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
             pthread_cond_init(&worker->wake, &attributes) == 0;
        pthread_condattr_destroy(&attributes);
    }
    if (!ok)
        pthread_mutex_destroy(&worker->lock);
    return ok;
}

struct net_worker *
net_worker_start(const struct net_environment *environment, struct pairing_store *pairings,
                 void (*on_event)(void *userdata, const struct net_event *event),
                 void *userdata, struct fault *fault)
{
    struct net_worker *worker = calloc(1, sizeof(*worker));
    if (!worker) {
        fault_set(fault, FAILURE_MEMORY, "network thread");
        return NULL;
    }
    worker->environment = environment;
    worker->pairings = pairings;
    worker->on_event = on_event;
    worker->userdata = userdata;
    worker->http = http_client_new(environment, NULL, fault);
    if (!worker->http)
        goto free_worker;
    worker->action = (struct net_action){
        .environment = environment,
        .pairings = pairings,
        .http = worker->http,
        .stop = {stop_asked, worker},
        .pause = pause_action,
        .retrying = retrying,
        .userdata = worker,
    };
    if (!init_sync(worker)) {
        fault_set(fault, FAILURE_INTERNAL, "no lock for the network thread");
        goto free_http;
    }
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "no network thread");
        goto destroy_sync;
    }
    pthread_setname_np(worker->thread, "network");
    return worker;

destroy_sync:
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
free_http:
    http_client_free(worker->http);
free_worker:
    free(worker);
    return NULL;
}

void net_worker_stop(struct net_worker *worker)
{
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->quit = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    http_wake(worker->http);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
    http_client_free(worker->http);
    free(worker);
}
