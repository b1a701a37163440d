// SPDX-License-Identifier: MIT
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/bitrix24/bitrix24_pairing.h"
#include "net/pairings/atomic_file.h"
#include "net/pairings/pairing_store.h"
#include "net/worker_actions.h"

#define ANSWER_MS INT64_C(600000) // a person who looks for a phone has this long

static void fail(struct net_worker *worker, const struct fault *fault)
{
    if (fault->failure != FAILURE_INTERRUPTED)
        worker_emit_fault(worker, NET_EVENT_FAILED, fault);
}

// Where a pairing by address is: the portal's origin.
static void copy_origin(const struct bitrix24_pairing *pairing, char out[static ORIGIN_MAX + 1])
{
    struct origin origin;
    portal_facts_origin(&pairing->pairing.portal, &origin);
    memcpy(out, origin.text, sizeof(origin.text));
}

static void emit_certificate(struct net_worker *worker, const struct bitrix24_pairing *pairing)
{
    struct net_event event = {.kind = NET_EVENT_CERTIFICATE};
    copy_origin(pairing, event.certificate.origin);
    pin_text(pairing->peer, event.certificate.pin);
    worker_emit(worker, &event);
}

static void fetch_captcha(struct net_worker *worker, struct bitrix24_pairing *pairing)
{
    uint8_t *picture = malloc(NET_CAPTCHA_MAX);
    size_t size = picture ? bitrix24_pairing_captcha(pairing, picture) : 0;
    worker_keep_captcha(worker, span_of(picture, size));
    free(picture);
}

static void emit_login(struct net_worker *worker, struct bitrix24_pairing *pairing)
{
    struct net_event event = {.kind = NET_EVENT_LOGIN};
    if (pairing->need == NET_LOGIN_CAPTCHA)
        fetch_captcha(worker, pairing);
    event.login.need = pairing->need;
    event.login.push_otp = pairing->push_otp;
    event.login.why = pairing->why;
    copy_origin(pairing, event.login.origin);
    worker_emit(worker, &event);
}

// Waits for the answer of the wanted kind. False if the person left.
static bool await_answer(struct net_worker *worker, enum command_kind wanted,
                         struct command *out)
{
    int64_t until_ms = worker_now_ms(worker) + ANSWER_MS;
    while (worker_await(worker, until_ms, out) != COMMAND_NONE) {
        if (out->kind == wanted)
            return true;
        sodium_memzero(out, sizeof(*out));
    }
    return false;
}

// No answer: who has left hears no more of it, everybody else does.
static enum bitrix24_step end_unanswered(struct net_worker *worker, enum failure why,
                                         struct fault *fault)
{
    fault_set(fault, worker_stop_asked(worker) ? FAILURE_INTERRUPTED : why, "while pairing");
    return BITRIX24_STEP_FAILED;
}

static enum bitrix24_step ask_trust(struct net_worker *worker, struct bitrix24_pairing *pairing,
                                    struct fault *fault)
{
    struct command command;
    emit_certificate(worker, pairing);
    if (!await_answer(worker, COMMAND_TRUST, &command))
        return end_unanswered(worker, FAILURE_PERSON_SILENT, fault);
    if (!command.trust)
        return end_unanswered(worker, FAILURE_NET_TLS, fault);
    return bitrix24_pairing_trust(pairing, fault);
}

static enum bitrix24_step ask_login(struct net_worker *worker, struct bitrix24_pairing *pairing,
                                    struct fault *fault)
{
    struct command command;
    enum bitrix24_step step;
    emit_login(worker, pairing);
    if (await_answer(worker, COMMAND_LOG_IN, &command))
        step = bitrix24_pairing_log_in(pairing, &command.answer, fault);
    else
        step = end_unanswered(worker, FAILURE_PERSON_SILENT, fault);
    sodium_memzero(&command, sizeof(command));
    return step;
}

// Unanswered, it is given up: the application password stays in the person's profile.
static void keep_by_url(struct net_worker *worker, struct bitrix24_pairing *pairing)
{
    struct command command;
    struct fault fault;
    struct net_event event = {.kind = NET_EVENT_PAIRED};
    snprintf(event.pairing.portal_name, sizeof(event.pairing.portal_name), "%s",
             pairing->pairing.portal.display_name);
    copy_origin(pairing, event.pairing.origin);
    snprintf(event.pairing.account_name, sizeof(event.pairing.account_name), "%s",
             pairing->pairing.account_name);
    worker_emit(worker, &event);
    if (!await_answer(worker, COMMAND_KEEP, &command) || !command.keep) {
        action_note(&worker->action, "not kept", &pairing->pairing, NULL, NULL);
        return;
    }
    event.kind = NET_EVENT_KEPT;
    worker_stay(worker, true);
    if (bitrix24_pairing_keep(pairing, &fault))
        worker_emit(worker, &event);
    else
        fail(worker, &fault);
    worker_stay(worker, false);
}

void worker_pair_by_url(struct net_worker *worker, const char *url, const char *pin,
                        const char *label)
{
    struct fault fault = {0};
    // Before the portal hears of a pairing that could not be kept.
    struct bitrix24_pairing *pairing =
        pairing_store_has_room(worker->pairings, &fault) &&
                private_folder_probe(pairing_store_folder(worker->pairings), "pairings", &fault)
            ? bitrix24_pairing_new(&worker->action, url, pin, label, &fault)
            : NULL;
    enum bitrix24_step step =
        pairing ? bitrix24_pairing_connect(pairing, &fault) : BITRIX24_STEP_FAILED;
    while (step == BITRIX24_STEP_CERTIFICATE || step == BITRIX24_STEP_LOGIN)
        step = step == BITRIX24_STEP_CERTIFICATE ? ask_trust(worker, pairing, &fault)
                                                 : ask_login(worker, pairing, &fault);
    if (step == BITRIX24_STEP_PAIRED)
        keep_by_url(worker, pairing);
    else
        fail(worker, &fault);
    bitrix24_pairing_free(pairing);
}
