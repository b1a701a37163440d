// SPDX-License-Identifier: MIT
#include "net/worker_queue.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/pairings/pairing_pin.h"

// No wait is longer: CLOCK_BOOTTIME goes on while the device sleeps, waits do not.
#define LONGEST_WAIT_MS INT64_C(1000)

int64_t worker_now_ms(const struct net_worker *worker)
{
    return worker->environment->boot_clock(worker->environment->userdata);
}

bool worker_queue_init(struct net_worker *worker)
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

void worker_queue_destroy(struct net_worker *worker)
{
    pthread_cond_destroy(&worker->wake);
    pthread_mutex_destroy(&worker->lock);
    sodium_memzero(worker->queue, sizeof(worker->queue));
    free(worker->captcha);
}

// ---- the main thread's side --------------------------------------------------------------

// These begin an action, and end the one before.
static bool begins_action(enum command_kind kind)
{
    return kind == COMMAND_RESOLVE || kind == COMMAND_PAIR || kind == COMMAND_RESUME_PAIRING ||
           kind == COMMAND_PAIR_BY_URL || kind == COMMAND_PAIR_BY_TOKEN ||
           kind == COMMAND_UNPAIR || kind == COMMAND_RENEW || kind == COMMAND_SEND_OPEN ||
           kind == COMMAND_WITHDRAW || kind == COMMAND_GIVE_UP_PAIRING;
}

// With the lock held. A queue may hold a PIN or a password.
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

void worker_wake_calls(struct net_worker *worker)
{
    http_wake(worker->http);
    http_wake(worker->http_session);
}

void worker_push(struct net_worker *worker, const struct command *command)
{
    pthread_mutex_lock(&worker->lock);
    if (begins_action(command->kind)) {
        drop_queue(worker);
        worker->left = worker->busy;
        worker->connects = false; // it opens its own
    }
    // A full queue means that nobody listens: the action it was for is over.
    if (worker->queued < COMMANDS_MAX)
        worker->queue[worker->queued++] = *command;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    worker_wake_calls(worker);
}

void worker_leave(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    drop_queue(worker);
    worker->left = worker->busy;
    worker->revoked = worker->busy && worker->revocable;
    worker->unlocked = false;
    worker->must_lock = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
    worker_wake_calls(worker);
}

// ---- the network thread's side -----------------------------------------------------------

// With the lock held.
static bool must_leave(const struct net_worker *worker)
{
    if (worker->staying)
        return worker->revoked || worker_now_ms(worker) >= worker->stay_until_ms;
    if (worker->yielding)
        return worker->left || worker->queued > 0 ||
               (worker->quit && worker_now_ms(worker) >= worker->stay_until_ms);
    if (!worker->busy) // resending between actions: anything new comes first
        return worker->quit || worker->queued > 0 || worker->must_lock;
    return worker->quit || worker->left;
}

bool worker_stop_asked(void *userdata)
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

bool worker_pause(void *userdata, int64_t ms)
{
    struct net_worker *worker = userdata;
    pthread_mutex_lock(&worker->lock);
    int64_t until_ms = worker_now_ms(worker) + ms;
    bool leave;
    while (!(leave = must_leave(worker))) {
        int64_t left_ms = until_ms - worker_now_ms(worker);
        if (left_ms <= 0)
            break;
        wait_some(worker, left_ms);
    }
    pthread_mutex_unlock(&worker->lock);
    return !leave;
}

// Under the lock, so that after net_worker_cancel returns nothing more comes of that action.
void worker_emit(struct net_worker *worker, const struct net_event *event)
{
    pthread_mutex_lock(&worker->lock);
    if (!worker->left)
        worker->on_event(worker->userdata, event);
    pthread_mutex_unlock(&worker->lock);
}

bool worker_is_left(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool left = worker->left;
    pthread_mutex_unlock(&worker->lock);
    return left;
}

void worker_emit_receipt(struct net_worker *worker, const struct net_receipt *receipt)
{
    struct net_event event = {.kind = NET_EVENT_RECEIPT};
    event.receipt = *receipt;
    pthread_mutex_lock(&worker->lock);
    if (worker->left)
        event.kind = NET_EVENT_LATE_RECEIPT;
    worker->on_event(worker->userdata, &event);
    pthread_mutex_unlock(&worker->lock);
}

void worker_emit_late(struct net_worker *worker, const struct net_receipt *receipt)
{
    struct net_event event = {.kind = NET_EVENT_LATE_RECEIPT};
    event.receipt = *receipt;
    pthread_mutex_lock(&worker->lock);
    worker->on_event(worker->userdata, &event);
    pthread_mutex_unlock(&worker->lock);
}

void worker_emit_fault(struct net_worker *worker, enum net_event_kind kind,
                       const struct fault *fault)
{
    struct net_event event = {.kind = kind};
    event.fault = *fault;
    worker_emit(worker, &event);
}

enum command_kind worker_await(struct net_worker *worker, int64_t until_ms, struct command *out)
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
        int64_t left_ms = until_ms - worker_now_ms(worker);
        if (worker->quit || left_ms <= 0)
            break;
        wait_some(worker, left_ms);
    }
    pthread_mutex_unlock(&worker->lock);

    return out->kind;
}

void worker_stay(struct net_worker *worker, bool staying)
{
    pthread_mutex_lock(&worker->lock);
    worker->staying = staying;
    worker->stay_until_ms = worker_now_ms(worker) + WORKER_LINGER_MS;
    pthread_mutex_unlock(&worker->lock);
}

void worker_stay_revocably(struct net_worker *worker, bool staying)
{
    pthread_mutex_lock(&worker->lock);
    worker->revocable = staying;
    pthread_mutex_unlock(&worker->lock);
    worker_stay(worker, staying);
}

bool worker_is_revoked(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool revoked = worker->revoked;
    pthread_mutex_unlock(&worker->lock);
    return revoked;
}

void worker_yield(struct net_worker *worker, bool yielding)
{
    pthread_mutex_lock(&worker->lock);
    worker->yielding = yielding;
    worker->stay_until_ms = worker_now_ms(worker) + WORKER_LINGER_MS;
    pthread_mutex_unlock(&worker->lock);
}

bool worker_next(struct net_worker *worker, struct command *out)
{
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->left = worker->revoked = false;
    while (worker->queued == 0 && !worker->quit && !worker->must_lock && !worker->connects)
        pthread_cond_wait(&worker->wake, &worker->lock);

    bool any = worker->must_lock || worker->queued > 0 || (worker->connects && !worker->quit);
    out->kind = COMMAND_NONE;
    if (!worker->must_lock && worker->queued > 0)
        take_first(worker, out);
    worker->busy = any;
    pthread_mutex_unlock(&worker->lock);
    return any;
}

bool worker_takes_connect(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool connects = worker->connects;
    worker->connects = false;
    pthread_mutex_unlock(&worker->lock);
    return connects;
}

void worker_idle(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->left = worker->must_lock = false;
    bool unlocked = worker->unlocked; // it may be, for the action that comes next
    pthread_mutex_unlock(&worker->lock);

    // Without the lock: a keeper of the keys that hangs is waited for, and the screen must not.
    if (!unlocked)
        pairing_store_lock(worker->pairings);
}

void worker_keep_captcha(struct net_worker *worker, struct span picture)
{
    pthread_mutex_lock(&worker->lock);
    if (!worker->captcha)
        worker->captcha = malloc(NET_CAPTCHA_MAX);
    worker->captcha_size = 0;
    if (worker->captcha && picture.n > 0 && picture.n <= NET_CAPTCHA_MAX) {
        memcpy(worker->captcha, picture.p, picture.n);
        worker->captcha_size = picture.n;
    }
    pthread_mutex_unlock(&worker->lock);
}

void worker_fail(struct net_worker *worker, const struct fault *fault)
{
    if (fault->failure != FAILURE_INTERRUPTED)
        worker_emit_fault(worker, NET_EVENT_FAILED, fault);
}
