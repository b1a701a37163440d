// SPDX-License-Identifier: MIT
#include "net/worker_pairing.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/dialect.h"
#include "net/pairings/pairing_pin.h"

// Waits for the answer of the wanted kind. False if the person left, or was silent too long.
static bool await_answer(struct net_worker *worker, const struct pairing_ops *ops,
                         enum command_kind wanted, struct command *out)
{
    int64_t until_ms = worker_now_ms(worker) + ops->answer_ms;
    while (worker_await(worker, until_ms, out) != COMMAND_NONE) {
        if (out->kind == wanted)
            return true;
        sodium_memzero(out, sizeof(*out));
    }
    return false;
}

static enum pairing_step end_unanswered(struct net_worker *worker, enum failure why,
                                        struct fault *fault)
{
    fault_set(fault, worker_stop_asked(worker) ? FAILURE_INTERRUPTED : why, "while pairing");
    return PAIRING_STEP_FAILED;
}

static void fetch_captcha(struct net_worker *worker, const struct pairing_ops *ops,
                          struct pairing_try *pairing)
{
    uint8_t *picture = malloc(NET_CAPTCHA_MAX);
    size_t size = picture && ops->captcha ? ops->captcha(pairing, picture) : 0;
    worker_keep_captcha(worker, span_of(picture, size));
    free(picture);
}

static enum pairing_step ask_trust(struct net_worker *worker, const struct pairing_ops *ops,
                                   struct pairing_try *pairing, struct fault *fault)
{
    struct command command;
    if (!await_answer(worker, ops, COMMAND_TRUST, &command))
        return end_unanswered(worker, FAILURE_PERSON_SILENT, fault);
    if (!command.trust)
        return end_unanswered(worker, FAILURE_NET_TLS, fault);
    return ops->trust(pairing, fault);
}

static enum pairing_step ask_login(struct net_worker *worker, const struct pairing_ops *ops,
                                   struct pairing_try *pairing, struct fault *fault)
{
    struct command command;
    enum pairing_step step;
    if (await_answer(worker, ops, COMMAND_LOG_IN, &command))
        step = ops->log_in(pairing, &command.answer, fault);
    else
        step = end_unanswered(worker, FAILURE_PERSON_SILENT, fault);
    sodium_memzero(&command, sizeof(command));
    return step;
}

// Asks the portal until it has decided, and tells of the digits whenever they are others.
static enum pairing_step ask_portal(struct net_worker *worker, const struct pairing_ops *ops,
                                    struct pairing_try *pairing, struct fault *fault)
{
    struct net_event event;
    char shown[sizeof(event.pairing.pairing_code)] = "";
    for (;;) {
        int64_t begun_ms = worker_now_ms(worker);
        enum pairing_step step = ops->advance(pairing, fault);
        if (step != PAIRING_STEP_PORTAL)
            return step;

        ops->tell(pairing, step, &event);
        if (strcmp(shown, event.pairing.pairing_code) != 0) {
            memcpy(shown, event.pairing.pairing_code, sizeof(shown));
            worker_emit(worker, &event);
        }
        int64_t wait_ms = begun_ms + ops->pace_ms(pairing) - worker_now_ms(worker);
        if (!worker_pause(worker, wait_ms))
            return end_unanswered(worker, FAILURE_INTERRUPTED, fault);
    }
}

// Shows whose pairing it is and does as the person says.
static void keep_or_give_up(struct net_worker *worker, const struct pairing_ops *ops,
                            struct pairing_try *pairing)
{
    struct command command;
    struct fault fault;
    bool answered = await_answer(worker, ops, COMMAND_KEEP, &command);
    if (!answered || (!command.keep && !ops->give_up)) {
        if (ops->left)
            ops->left(pairing);
        return;
    }

    struct net_event event = {.kind = command.keep ? NET_EVENT_KEPT : NET_EVENT_GIVEN_UP};
    bool done = true;
    worker_stay(worker, true);
    if (command.keep)
        done = ops->keep(pairing, &fault);
    else
        event.given_up = ops->give_up(pairing);
    if (done)
        worker_emit(worker, &event);
    else
        worker_fail(worker, &fault);
    worker_stay(worker, false);
}

static void show(struct net_worker *worker, const struct pairing_ops *ops,
                 struct pairing_try *pairing, enum pairing_step step)
{
    struct net_event event;
    ops->tell(pairing, step, &event);
    if (step == PAIRING_STEP_LOGIN && event.login.need == NET_LOGIN_CAPTCHA)
        fetch_captcha(worker, ops, pairing);
    worker_emit(worker, &event);
}

// To its end; `pairing` is NULL where it could not begin. `name`, if any, puts what has failed
// in other words.
static void run_with(struct net_worker *worker, const struct pairing_ops *ops,
                     struct pairing_try *pairing, void (*name)(struct fault *fault),
                     struct fault *fault)
{
    enum pairing_step step = pairing ? PAIRING_STEP_PORTAL : PAIRING_STEP_FAILED;

    while (step != PAIRING_STEP_FAILED && step != PAIRING_STEP_PAIRED) {
        if (step != PAIRING_STEP_PORTAL)
            show(worker, ops, pairing, step);
        step = step == PAIRING_STEP_PORTAL        ? ask_portal(worker, ops, pairing, fault)
               : step == PAIRING_STEP_CERTIFICATE ? ask_trust(worker, ops, pairing, fault)
                                                  : ask_login(worker, ops, pairing, fault);
    }

    if (step == PAIRING_STEP_PAIRED) {
        show(worker, ops, pairing, step);
        keep_or_give_up(worker, ops, pairing);
    } else {
        if (name)
            name(fault);
        worker_fail(worker, fault);
    }

    if (pairing)
        ops->free(pairing);
}

static void run(struct net_worker *worker, const struct pairing_ops *ops,
                struct pairing_try *pairing, struct fault *fault)
{
    run_with(worker, ops, pairing, NULL, fault);
}

void worker_pair(struct net_worker *worker, const struct challenge *code, const char *label)
{
    struct fault fault = {0};
    const struct dialect *dialect = dialect_of(pairing_store_dialects(worker->pairings), code);
    const struct pairing_ops *ops = dialect ? dialect->ops->pairing : NULL;
    if (!ops || !ops->begin_by_code || !payload_is_pairing(code->kind)) {
        fault_set(&fault, FAILURE_CHALLENGE_NOT_PAIRING, "%s", payload_kind_name(code->kind));
        worker_fail(worker, &fault);
        return;
    }
    run(worker, ops, ops->begin_by_code(&worker->action, dialect, code, label, &fault), &fault);
}

// The first dialect that pairs so; NULL with USAGE where none does.
static const struct dialect *first_that(struct net_worker *worker,
                                        bool (*pairs_so)(const struct pairing_ops *ops),
                                        const char *none, struct fault *fault)
{
    const struct dialect *const *dialect = pairing_store_dialects(worker->pairings);
    while (*dialect && !((*dialect)->ops->pairing && pairs_so((*dialect)->ops->pairing)))
        dialect++;
    if (!*dialect)
        fault_set(fault, FAILURE_USAGE, "%s", none);
    return *dialect;
}

static bool by_address(const struct pairing_ops *ops)
{
    return ops->begin_by_address != NULL;
}

static bool by_token(const struct pairing_ops *ops)
{
    return ops->begin_by_token != NULL;
}

static bool by_badge(const struct pairing_ops *ops)
{
    return ops->begin_by_badge != NULL;
}

// An address does not say whose it is: it is of the first dialect that pairs by one.
void worker_pair_by_url(struct net_worker *worker, const char *url, const char *key_pin,
                        const char *label)
{
    struct fault fault = {0};
    const struct dialect *dialect =
        first_that(worker, by_address, "no portal is paired by its address", &fault);
    if (!dialect) {
        worker_fail(worker, &fault);
        return;
    }

    const struct pairing_ops *ops = dialect->ops->pairing;
    run(worker, ops,
        ops->begin_by_address(&worker->action, dialect, url, key_pin, label, &fault), &fault);
}

// A token does not say whose it is: it is of the first dialect that has them.
void worker_pair_by_token(struct net_worker *worker, const struct token_pairing *wanted)
{
    struct fault fault = {0};
    const struct dialect *dialect =
        first_that(worker, by_token, "no portal is paired by a device token", &fault);
    if (!dialect) {
        worker_fail(worker, &fault);
        return;
    }

    const struct pairing_ops *ops = dialect->ops->pairing;
    run(worker, ops, ops->begin_by_token(&worker->action, dialect, wanted, &fault), &fault);
}

// The key that is made next is sealed by it.
static bool set_pin(struct net_worker *worker, const struct badge_pairing *wanted,
                    struct fault *fault)
{
    struct span pin = span_of(wanted->pin, wanted->pin_size);
    int64_t now_ms = worker_now_ms(worker), wait_ms;
    pairing_store_set_badge(worker->pairings, wanted->badge);
    return pairing_store_change_pin(worker->pairings, span_of(NULL, 0), pin, now_ms, &wait_ms,
                                    fault) &&
           pairing_store_unlock(worker->pairings, pin, now_ms, &wait_ms, fault);
}

// Badges are of the first dialect that has them.
void worker_pair_by_badge(struct net_worker *worker, const struct badge_pairing *wanted)
{
    struct fault fault = {0};
    const struct dialect *dialect =
        first_that(worker, by_badge, "no portal has badges", &fault);
    if (!dialect) {
        worker_fail(worker, &fault);
        return;
    }

    const struct pairing_ops *ops = dialect->ops->pairing;
    struct pairing_try *pairing =
        set_pin(worker, wanted, &fault)
            ? ops->begin_by_badge(&worker->action, dialect, wanted, &fault)
            : NULL;
    run_with(worker, ops, pairing, ops->name_badge_refusal, &fault);
}

// Of the pairing that a former run left; NULL with PAIRING_NONE if there is none.
static struct pairing_try *take_up(struct net_worker *worker, const struct pairing_ops **ops,
                                   struct fault *fault)
{
    const struct dialect *const *dialect = pairing_store_dialects(worker->pairings);
    fault_set(fault, FAILURE_PAIRING_NONE, "no pairing is under way");
    for (; *dialect && fault->failure == FAILURE_PAIRING_NONE; dialect++) {
        *ops = (*dialect)->ops->pairing;
        struct pairing_try *pairing =
            *ops && (*ops)->take_up ? (*ops)->take_up(&worker->action, *dialect, fault) : NULL;
        if (pairing)
            return pairing;
    }
    return NULL;
}

void worker_resume_pairing(struct net_worker *worker)
{
    struct fault fault = {0};
    const struct pairing_ops *ops = NULL;
    struct pairing_try *pairing = take_up(worker, &ops, &fault);
    run(worker, ops, pairing, &fault);
}

void worker_give_up_pairing(struct net_worker *worker)
{
    struct fault fault = {0};
    struct net_event event = {.kind = NET_EVENT_GIVEN_UP};
    const struct pairing_ops *ops = NULL;
    struct pairing_try *pairing = take_up(worker, &ops, &fault);
    if (!pairing) {
        worker_fail(worker, &fault);
        return;
    }
    worker_stay(worker, true);
    event.given_up = ops->withdraw(pairing);
    worker_stay(worker, false);
    worker_emit(worker, &event);
    ops->free(pairing);
}
