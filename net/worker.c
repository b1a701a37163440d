// SPDX-License-Identifier: MIT
#include "net/worker.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/retry.h"
#include "net/worker_actions.h"

// ---- what the main thread calls ----------------------------------------------------------

void net_worker_unlock(struct net_worker *worker, struct span pin)
{
    struct command command = {.kind = COMMAND_UNLOCK};
    command.pin.size = pin.n < PIN_DIGITS_MAX ? pin.n : PIN_DIGITS_MAX;
    memcpy(command.pin.digits, pin.p, command.pin.size);
    if (pin.n > PIN_DIGITS_MAX) // no PIN: not to be cut to one
        command.pin.size = 0;
    worker_push(worker, &command);
    sodium_memzero(&command, sizeof(command));
}

void net_worker_speak(struct net_worker *worker, const char *language)
{
    pthread_mutex_lock(&worker->lock);
    snprintf(worker->language, sizeof(worker->language), "%s", language);
    pthread_mutex_unlock(&worker->lock);
}

void net_worker_introduce(struct net_worker *worker, const char *program,
                          const char *configuration)
{
    struct net_introduction *introduction = &worker->introduction;
    pthread_mutex_lock(&worker->lock);
    snprintf(introduction->program, sizeof(introduction->program), "%s", program);
    snprintf(introduction->configuration, sizeof(introduction->configuration), "%s",
             configuration);
    pthread_mutex_unlock(&worker->lock);
}

void net_worker_connect(struct net_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->connects = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->lock);
}

void net_worker_resolve(struct net_worker *worker, const struct challenge *challenge)
{
    worker_push(worker, &(struct command){.kind = COMMAND_RESOLVE, .challenge = *challenge});
}

static void answer(struct net_worker *worker, enum net_decision decision, bool present)
{
    struct command command = {.kind = COMMAND_DECIDE};
    command.given.decision = decision;
    command.given.present = present;
    worker_push(worker, &command);
}

void net_worker_decide(struct net_worker *worker, enum net_decision decision)
{
    answer(worker, decision, true);
}

void net_worker_decide_absent(struct net_worker *worker, enum net_decision decision)
{
    answer(worker, decision, false);
}

void net_worker_end_session(struct net_worker *worker)
{
    worker_push(worker, &(struct command){.kind = COMMAND_END_SESSION});
}

static void push_about(struct net_worker *worker, enum command_kind kind, const char *id)
{
    struct command command = {.kind = kind};
    snprintf(command.id, sizeof(command.id), "%s", id);
    worker_push(worker, &command);
}

void net_worker_send_open(struct net_worker *worker, const char *pairing_id)
{
    push_about(worker, COMMAND_SEND_OPEN, pairing_id);
}

void net_worker_withdraw(struct net_worker *worker, const char *pairing_id)
{
    push_about(worker, COMMAND_WITHDRAW, pairing_id);
}

void net_worker_pair(struct net_worker *worker, const struct challenge *code, const char *label)
{
    struct command command = {.kind = COMMAND_PAIR};
    command.pair.code = *code;
    snprintf(command.pair.label, sizeof(command.pair.label), "%s", label);
    worker_push(worker, &command);
}

void net_worker_resume_pairing(struct net_worker *worker)
{
    worker_push(worker, &(struct command){.kind = COMMAND_RESUME_PAIRING});
}

void net_worker_give_up_pairing(struct net_worker *worker)
{
    worker_push(worker, &(struct command){.kind = COMMAND_GIVE_UP_PAIRING});
}

void net_worker_keep_pairing(struct net_worker *worker, bool keep)
{
    worker_push(worker, &(struct command){.kind = COMMAND_KEEP, .keep = keep});
}

void net_worker_unpair(struct net_worker *worker, const char *id)
{
    push_about(worker, COMMAND_UNPAIR, id);
}

void net_worker_pair_by_url(struct net_worker *worker, const char *url, const char *pin,
                            const char *label)
{
    struct command command = {.kind = COMMAND_PAIR_BY_URL};
    // What is too long is no address and no pin, not to be cut to one.
    bool fits = strlen(url) < sizeof(command.pair_by_url.url) &&
                (!pin || strlen(pin) < sizeof(command.pair_by_url.pin));
    if (fits) {
        snprintf(command.pair_by_url.url, sizeof(command.pair_by_url.url), "%s", url);
        snprintf(command.pair_by_url.pin, sizeof(command.pair_by_url.pin), "%s",
                 pin ? pin : "");
    }
    snprintf(command.pair_by_url.label, sizeof(command.pair_by_url.label), "%s", label);
    worker_push(worker, &command);
}

void net_worker_pair_by_token(struct net_worker *worker, const struct token_pairing *wanted)
{
    struct command command = {.kind = COMMAND_PAIR_BY_TOKEN, .pair_by_token = *wanted};
    worker_push(worker, &command);
    sodium_memzero(&command, sizeof(command));
}

void net_worker_pair_by_badge(struct net_worker *worker, const struct badge_pairing *wanted)
{
    struct command command = {.kind = COMMAND_PAIR_BY_BADGE, .pair_by_badge = *wanted};
    worker_push(worker, &command);
    sodium_memzero(&command, sizeof(command));
}

void net_worker_trust(struct net_worker *worker, bool yes)
{
    worker_push(worker, &(struct command){.kind = COMMAND_TRUST, .trust = yes});
}

void net_worker_log_in(struct net_worker *worker, const struct net_login_answer *answer)
{
    struct command command = {.kind = COMMAND_LOG_IN, .answer = *answer};
    worker_push(worker, &command);
    sodium_memzero(&command, sizeof(command));
}

size_t net_worker_captcha(struct net_worker *worker, uint8_t out[static NET_CAPTCHA_MAX])
{
    pthread_mutex_lock(&worker->lock);
    size_t size = worker->captcha_size;
    if (size > 0)
        memcpy(out, worker->captcha, size);
    pthread_mutex_unlock(&worker->lock);
    return size;
}

void net_worker_renew(struct net_worker *worker)
{
    worker_push(worker, &(struct command){.kind = COMMAND_RENEW});
}

void net_worker_cancel(struct net_worker *worker)
{
    worker_leave(worker);
}

// ---- the thread --------------------------------------------------------------------------

static void retrying(void *userdata, const struct fault *why)
{
    struct net_worker *worker = userdata;
    if (worker->busy && !worker->yielding) // both are written by this thread only
        worker_emit_fault(worker, NET_EVENT_RETRYING, why);
}

// Of an answer that was left, or of another sign-in's end that waited.
static void late(void *userdata, const struct pairing *pairing,
                 const struct net_receipt *receipt)
{
    struct net_receipt told = *receipt;
    struct origin origin;
    told.may_end = false; // that sign-in is not at hand any more
    portal_facts_origin(&pairing->portal, &origin);
    snprintf(told.origin, sizeof(told.origin), "%s", origin.text);
    snprintf(told.account_name, sizeof(told.account_name), "%s", pairing->account_name);
    worker_emit_late(userdata, &told);
}

static void *work(void *userdata)
{
    struct net_worker *worker = userdata;
    struct command command;
    worker->resend_until_ms = worker_now_ms(worker) + RETRY_WINDOW_MS;
    worker->connect_from_ms = INT64_MIN;
    for (;;) {
        worker_idle(worker);
        worker_resend(worker);
        worker_connect(worker);
        if (!worker_next(worker, &command))
            return NULL;
        worker_run(worker, &command);
        sodium_memzero(&command, sizeof(command));
    }
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

    const struct http_limits with_cookies = {
        .connect_ms = HTTP_CONNECT_MS, .call_ms = HTTP_CALL_MS, .cookies = true};
    worker->http = http_client_new(environment, NULL, fault);
    if (!worker->http)
        goto free_worker;
    worker->http_session = http_client_new(environment, &with_cookies, fault);
    if (!worker->http_session)
        goto free_http;

    worker->action = (struct net_action){
        .environment = environment,
        .pairings = pairings,
        .http = worker->http,
        .http_session = worker->http_session,
        .stop = {.asked = worker_stop_asked, .userdata = worker},
        .pause = worker_pause,
        .retrying = retrying,
        .late = late,
        .userdata = worker,
        .told = &worker->told,
    };

    if (!worker_queue_init(worker)) {
        fault_set(fault, FAILURE_INTERNAL, "no lock for the network thread");
        goto free_http_session;
    }
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
        fault_set(fault, FAILURE_INTERNAL, "no network thread");
        goto destroy_sync;
    }
    pthread_setname_np(worker->thread, "network");
    return worker;

destroy_sync:
    worker_queue_destroy(worker);
free_http_session:
    http_client_free(worker->http_session);
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
    worker_wake_calls(worker);
    pthread_join(worker->thread, NULL);
    worker_queue_destroy(worker);
    http_client_free(worker->http_session);
    http_client_free(worker->http);
    free(worker);
}
