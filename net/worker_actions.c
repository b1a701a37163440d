// SPDX-License-Identifier: MIT
#include "net/worker_actions.h"

#include <sodium.h>
#include <stdio.h>

#include "net/dialect.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/outbox.h"
#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/storage_fault.h"
#include "net/retry.h"
#include "net/worker_pairing.h"

// Who presses "sign that browser out" at the end of its time has so long to type a PIN.
#define END_GRACE_MS INT64_C(120000)

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
    bool opened =
        pairing_store_unlock(worker->pairings, pin, worker_now_ms(worker), &wait_ms, &fault);
    sodium_memzero(command, sizeof(*command));

    if (!opened) {
        event.kind = NET_EVENT_LOCKED;
        event.locked.fault = fault;
        event.locked.wait_ms = wait_ms;
    }

    pthread_mutex_lock(&worker->lock);
    bool unlocked = worker->unlocked = opened && !worker->left;
    if (!worker->left)
        worker->on_event(worker->userdata, &event);
    pthread_mutex_unlock(&worker->lock);

    if (!unlocked)
        pairing_store_lock(worker->pairings);
}

// After an approval: the person may still end it.
static void offer_end(struct net_worker *worker, const struct dialect *dialect,
                      struct sign_in *sign_in)
{
    struct command command;
    struct net_receipt receipt;
    struct fault fault;
    int64_t until_ms = worker_now_ms(worker) + NET_END_OFFER_MS + END_GRACE_MS;

    while (worker_await(worker, until_ms, &command) != COMMAND_NONE) {
        if (command.kind == COMMAND_UNLOCK)
            run_unlock(worker, &command);
        if (command.kind != COMMAND_END_SESSION)
            continue;

        bool ended = dialect->ops->end_session(sign_in, &receipt, &fault);
        lock_keys(worker);
        if (ended) {
            worker_emit_receipt(worker, &receipt);
            return;
        }
        worker_fail(worker, &fault);
        if (fault.failure == FAILURE_INTERRUPTED)
            return;
    }
}

// The question is open until it is answered, left, or too old.
static bool await_decision(struct net_worker *worker, int64_t expires_ms,
                           enum net_decision *decision)
{
    struct command command;
    while (worker_await(worker, expires_ms, &command) != COMMAND_NONE) {
        if (command.kind != COMMAND_DECIDE)
            continue;
        *decision = command.given.decision;
        worker->action.user_present = command.given.present;
        return true;
    }
    return false;
}

// Left while the answer was on its way: it stays signed, and is sent on.
static void keep_sending(struct net_worker *worker, const struct fault *why)
{
    if (why->failure == FAILURE_INTERRUPTED)
        worker->resend_until_ms = worker_now_ms(worker) + RETRY_WINDOW_MS;
}

static bool ask_and_answer(struct net_worker *worker, const struct dialect *dialect,
                           struct sign_in *sign_in, struct net_receipt *receipt,
                           struct fault *fault)
{
    struct net_event event = {.kind = NET_EVENT_CONTEXT};
    int64_t expires_ms;
    enum net_decision decision;
    if (!dialect->ops->resolve(sign_in, &event.context, &expires_ms, fault))
        return false;
    worker_emit(worker, &event);
    if (!await_decision(worker, expires_ms, &decision))
        return worker_stop_asked(worker)
                   ? fault_set(fault, FAILURE_INTERRUPTED, "the question was left")
                   : fault_set(fault, FAILURE_CHALLENGE_EXPIRED, "before it was answered");
    if (dialect->ops->decide(sign_in, decision, receipt, fault))
        return true;
    keep_sending(worker, fault);
    return false;
}

// After the receipt, so that no sign-in waits for it.
static void renew_on_the_side(struct net_worker *worker, const struct dialect *dialect,
                              struct sign_in *sign_in)
{
    struct fault fault = {0};
    if (!dialect->ops->renew)
        return;
    worker_yield(worker, true);
    bool done = dialect->ops->renew(sign_in, worker_now_ms(worker) + RETRY_WINDOW_MS, &fault);
    worker_yield(worker, false);
    if (!done)
        keep_sending(worker, &fault);
}

static void run_sign_in(struct net_worker *worker, const struct challenge *challenge)
{
    struct fault fault = {0};
    struct net_receipt receipt;
    const struct dialect *dialect =
        dialect_of(pairing_store_dialects(worker->pairings), challenge);
    struct sign_in *sign_in = NULL;

    // Before anybody is asked: an answer that cannot be stored is not sent.
    if (!private_path_probe(worker->environment->state_dir, &fault)) {
        worker_fail(worker, &fault);
        return;
    }

    if (dialect)
        sign_in = dialect_begin(dialect, &worker->action, challenge, &fault);
    else
        fault_set(&fault, FAILURE_CHALLENGE_NOT_SIGN_IN, "%s",
                  payload_kind_name(challenge->kind));
    if (!sign_in) {
        worker_fail(worker, &fault);
        return;
    }

    bool answered = ask_and_answer(worker, dialect, sign_in, &receipt, &fault);
    lock_keys(worker);
    if (answered) {
        worker_emit_receipt(worker, &receipt);
        renew_on_the_side(worker, dialect, sign_in);
        if (receipt.may_end && dialect->ops->end_session)
            offer_end(worker, dialect, sign_in);
    } else {
        worker_fail(worker, &fault);
    }

    dialect_end(dialect, sign_in);
}

// The sign-in of the answer that a former run left open; NULL with a fault.
static struct sign_in *take_up(struct net_worker *worker, const char *id,
                               const struct dialect **dialect, struct fault *fault)
{
    struct pairing pairing;
    if (!pairing_store_find(worker->pairings, id, &pairing)) {
        fault_set(fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
        return NULL;
    }
    *dialect = pairing.dialect;
    if (pairing.dialect->ops->take_up)
        return dialect_take_up(pairing.dialect, &worker->action, id, fault);
    fault_set(fault, FAILURE_ANSWER_NONE, "%s", id);
    return NULL;
}

// The person knows of it, and wants it to arrive.
static void run_send_open(struct net_worker *worker, const char *id)
{
    struct fault fault = {0};
    struct net_receipt receipt;
    const struct dialect *dialect;
    struct sign_in *sign_in = take_up(worker, id, &dialect, &fault);

    if (!sign_in) {
        worker_fail(worker, &fault);
        return;
    }
    bool answered = dialect->ops->send_open(sign_in, &receipt, &fault);
    lock_keys(worker);
    if (answered) {
        worker_emit_receipt(worker, &receipt);
        if (receipt.may_end && dialect->ops->end_session)
            offer_end(worker, dialect, sign_in);
    } else {
        keep_sending(worker, &fault);
        worker_fail(worker, &fault);
    }
    dialect_end(dialect, sign_in);
}

// ... or wants it back.
static void run_withdraw(struct net_worker *worker, const char *id)
{
    struct fault fault = {0};
    struct net_event event = {.kind = NET_EVENT_WITHDRAWN};
    const struct dialect *dialect;
    struct sign_in *sign_in = take_up(worker, id, &dialect, &fault);

    if (!sign_in) {
        worker_fail(worker, &fault);
        return;
    }
    bool done = dialect->ops->withdraw(sign_in, &event.withdrawal.what,
                                       &event.withdrawal.receipt, &fault);
    lock_keys(worker);
    if (done && event.withdrawal.what == NET_WITHDRAWAL_TAKEN && worker_is_left(worker))
        worker_emit_late(worker, &event.withdrawal.receipt);
    if (done) {
        worker_emit(worker, &event);
        if (event.withdrawal.receipt.may_end && dialect->ops->end_session)
            offer_end(worker, dialect, sign_in);
    } else {
        keep_sending(worker, &fault);
        worker_fail(worker, &fault);
    }
    dialect_end(dialect, sign_in);
}

// Where no portal is told, the counter of the statements is of no use to anybody either.
static void drop_outbox(const struct net_worker *worker, const struct pairing *pairing)
{
    struct outbox outbox;
    if (pairing->dialect->ops->unpair ||
        !outbox_open(&outbox, worker->environment->state_dir, pairing->id, 0, NULL))
        return;
    outbox_forget(&outbox);
    outbox_close(&outbox);
}

static void run_unpair(struct net_worker *worker, const char *id)
{
    struct pairing pairing;
    struct fault fault;
    struct net_event event = {.kind = NET_EVENT_UNPAIRED};

    if (!pairing_store_find(worker->pairings, id, &pairing)) {
        fault_set(&fault, FAILURE_PAIRING_UNKNOWN, "%s", id);
        worker_fail(worker, &fault);
        return;
    }

    // A key that could not be read is not erased: the portal would go on trusting it untold.
    if (!pairing_store_check_secrets(worker->pairings, id, &fault) &&
        storage_is_unknown(fault.failure)) {
        worker_fail(worker, &fault);
        return;
    }

    bool (*unpair)(const struct net_action *, struct pairing *, int64_t) =
        pairing.dialect->ops->unpair;
    worker_stay_revocably(worker, true);
    event.unpaired.portal_told =
        unpair && unpair(&worker->action, &pairing, worker_now_ms(worker) + WORKER_LINGER_MS);
    worker_stay_revocably(worker, false);
    if (worker_is_revoked(worker) && !event.unpaired.portal_told)
        return;

    action_note(&worker->action, "forgotten", &pairing, NULL, NULL);
    drop_outbox(worker, &pairing);
    if (pairing_store_forget(worker->pairings, id, &fault))
        worker_emit(worker, &event);
    else
        worker_fail(worker, &fault);
}

// False with the reason if what a renewal leaves behind could not be stored now.
static bool can_be_stored(struct net_worker *worker, struct fault *fault)
{
    return private_folder_probe(pairing_store_folder(worker->pairings), "pairings", fault) &&
           private_path_probe(worker->environment->state_dir, fault);
}

// False with the reason if a pairing or its key cannot be read now: nothing is renewed then.
static bool all_can_be_read(struct net_worker *worker, struct fault *fault)
{
    struct pairing pairing;
    if (pairing_store_unread(worker->pairings, fault))
        return false;
    for (size_t i = 0; pairing_store_get(worker->pairings, i, &pairing); i++)
        if (!pairing_store_check_secrets(worker->pairings, pairing.id, fault) &&
            storage_is_unknown(fault->failure))
            return false;
    return true;
}

static void run_renew(struct net_worker *worker)
{
    struct pairing pairing;
    struct fault fault = {0}, first = {0};
    struct net_event event = {.kind = NET_EVENT_RENEWED};

    if (!all_can_be_read(worker, &fault) || !can_be_stored(worker, &fault)) {
        worker_fail(worker, &fault);
        return;
    }

    for (size_t i = 0; pairing_store_get(worker->pairings, i, &pairing); i++) {
        if (worker_stop_asked(worker))
            return;
        const struct dialect_ops *ops = pairing.dialect->ops;
        bool renewed = false;
        int64_t until_ms = worker_now_ms(worker) + RETRY_WINDOW_MS;
        if (!ops->renew_key ||
            ops->renew_key(&worker->action, &pairing, until_ms, &renewed, &fault))
            event.renewed.keys += renewed;
        else if (first.failure == FAILURE_NONE)
            first = fault;
    }

    if (first.failure != FAILURE_NONE)
        worker_fail(worker, &first);
    else
        worker_emit(worker, &event);
}

void worker_resend(struct net_worker *worker)
{
    struct pairing pairing;
    if (worker_now_ms(worker) >= worker->resend_until_ms)
        return;
    for (size_t i = 0; pairing_store_get(worker->pairings, i, &pairing); i++) {
        if (worker_stop_asked(worker))
            return;
        if (pairing.dialect->ops->resume)
            pairing.dialect->ops->resume(&worker->action, &pairing, worker->resend_until_ms);
    }
    if (!worker_stop_asked(worker))
        worker->resend_until_ms = 0;
}

// The pairing that a scan is likely to be about: the one that was used last, or the only one.
static bool find_likely(struct net_worker *worker, struct pairing *out)
{
    struct pairing pairing;
    size_t count = 0;
    int64_t latest = 0;
    for (; pairing_store_get(worker->pairings, count, &pairing); count++)
        if (count == 0 || pairing.portal_time > latest) {
            *out = pairing;
            latest = pairing.portal_time;
        }
    return count == 1 || latest > 0;
}

void worker_connect(struct net_worker *worker)
{
    struct pairing pairing;
    int64_t now_ms = worker_now_ms(worker);
    // What comes first leaves the wish for later.
    if (worker_stop_asked(worker) || !worker_takes_connect(worker) ||
        now_ms < worker->connect_from_ms)
        return;

    if (find_likely(worker, &pairing) && pairing.dialect->ops->connect) {
        pairing.dialect->ops->connect(&worker->action, &pairing);
        worker->connect_from_ms = now_ms + NET_CONNECT_AGAIN_MS;
    }
}

static void fail_past(struct net_worker *worker)
{
    struct fault fault = {0};
    fault_set(&fault, FAILURE_ANSWER_PAST, "the sign-in is not held any more");
    worker_fail(worker, &fault);
}

void worker_run(struct net_worker *worker, struct command *command)
{
    if (command->kind == COMMAND_NONE) // what was unlocked stays so, for what comes next
        return;
    if (command->kind == COMMAND_UNLOCK) {
        run_unlock(worker, command);
        return;
    }

    pthread_mutex_lock(&worker->lock);
    worker->action.user_verified = worker->unlocked;
    worker->action.user_present = false;
    memcpy(worker->action.language, worker->language, sizeof(worker->language));
    worker->action.introduction = worker->introduction;
    worker->unlocked = false;
    pthread_mutex_unlock(&worker->lock);

    switch (command->kind) {
    case COMMAND_RESOLVE:
        run_sign_in(worker, &command->challenge);
        break;
    case COMMAND_PAIR:
        worker_pair(worker, &command->pair.code, command->pair.label);
        break;
    case COMMAND_RESUME_PAIRING:
        worker_resume_pairing(worker);
        break;
    case COMMAND_GIVE_UP_PAIRING:
        worker_give_up_pairing(worker);
        break;
    case COMMAND_UNPAIR:
        run_unpair(worker, command->id);
        break;
    case COMMAND_PAIR_BY_URL:
        worker_pair_by_url(worker, command->pair_by_url.url,
                           command->pair_by_url.pin[0] ? command->pair_by_url.pin : NULL,
                           command->pair_by_url.label);
        break;
    case COMMAND_PAIR_BY_TOKEN:
        worker_pair_by_token(worker, &command->pair_by_token);
        break;
    case COMMAND_PAIR_BY_BADGE:
        worker_pair_by_badge(worker, &command->pair_by_badge);
        break;
    case COMMAND_RENEW:
        run_renew(worker);
        break;
    case COMMAND_SEND_OPEN:
        run_send_open(worker, command->id);
        break;
    case COMMAND_WITHDRAW:
        run_withdraw(worker, command->id);
        break;
    case COMMAND_END_SESSION: // its sign-in is not held any more
        fail_past(worker);
        break;
    case COMMAND_NONE:
    case COMMAND_DECIDE: // too late: the action they were for is over
    case COMMAND_TRUST:
    case COMMAND_LOG_IN:
    case COMMAND_KEEP:
    case COMMAND_UNLOCK:
        break;
    }
    worker->action.user_verified = false;
}
