// SPDX-License-Identifier: MIT
// Resolve and decision: what a device asks and answers about a login page (qr-login v1, 7).
#include <stdio.h>
#include <time.h>

#include "portal/core/attempts.h"
#include "portal/core/challenges.h"
#include "portal/core/config.h"
#include "portal/core/known_browsers.h"
#include "portal/core/logins.h"
#include "portal/core/store_hash.h"
#include "portal/qr_login/verifier_common.h"

#define RESOLVES_MAX 5 // different resolves of one challenge
#define MS_PER_S     1000

// Step 3 of resolve: the context that was stored with this body.
static bool stored_context(struct portal *portal, const struct incoming *incoming,
                           struct answer *out)
{
    struct rows rows;
    rows_open(&rows, &portal->store,
              "SELECT contexts.reply FROM contexts JOIN challenges ON challenge_id = id "
              "WHERE body_hash = ? AND state < ? AND expires_boot > ?",
              "bii", incoming->body_hash, (size_t)HASH_SIZE, (int64_t)CHALLENGE_CLAIMED,
              portal_boot_ms(portal));
    bool found = rows_next(&rows);
    if (found) {
        rows_text(&rows, 0, out->envelope, sizeof(out->envelope));
        out->has_envelope = true;
        out->status = 200;
    }
    rows_close(&rows);
    return found;
}

// Steps 4 to 6 of resolve. `denies`: a second device denies what another has resolved.
static enum outcome find_challenge(struct portal *portal, const struct incoming *incoming,
                                   const uint8_t *id, bool denies, struct portal_challenge *out)
{
    struct span device = span_of(incoming->device.device_id, DEVICE_ID_SIZE);
    if (!challenges_by_id(portal, id, out)) {
        if (challenges_may_be_elsewhere(portal, id))
            return OUTCOME_BUSY;
        int64_t now = portal_boot_ms(portal);
        if (attempts_exhausted(&portal->store, &ATTEMPTS_UNKNOWN_ID, device, now))
            return OUTCOME_RATE_LIMITED;
        attempts_add(&portal->store, &ATTEMPTS_UNKNOWN_ID, device, now);
        return OUTCOME_UNKNOWN_CHALLENGE;
    }

    if (out->has_device && memcmp(out->device_id, device.p, DEVICE_ID_SIZE) != 0) {
        if (denies && out->state == CHALLENGE_RESOLVED)
            challenges_finish(portal, out, CHALLENGE_DENIED, "two-devices");
        return OUTCOME_CHALLENGE_TAKEN;
    }

    switch (out->state) {
    case CHALLENGE_EXPIRED:
        return OUTCOME_CHALLENGE_EXPIRED;
    case CHALLENGE_APPROVED:
    case CHALLENGE_DENIED:
        return OUTCOME_CHALLENGE_DECIDED;
    case CHALLENGE_CLAIMED:
        return OUTCOME_CHALLENGE_CLAIMED;
    default:
        return OUTCOME_OK;
    }
}

// Steps 7 and 8 of resolve: is the challenge still to be had by this device?
static enum outcome may_bind(struct portal *portal, const struct incoming *incoming,
                             const struct portal_challenge *challenge)
{
    struct store *store = &portal->store;
    if (challenge->state == CHALLENGE_CREATED &&
        !challenge_frame_is_fresh(portal, challenge, &incoming->opened.statement.resolve.frame))
        return OUTCOME_FRAME_STALE;
    if (store_number(store, 0, "SELECT count(*) FROM contexts WHERE challenge_id = ?", "b",
                     challenge->id, sizeof(challenge->id)) >= RESOLVES_MAX)
        return OUTCOME_POLICY_DENIED;
    if (config_switch(store, CONFIG_SAME_NETWORK) &&
        !address_same_network(challenge->address, incoming->caller->contact.address))
        return OUTCOME_POLICY_DENIED;
    return OUTCOME_OK;
}

static uint16_t context_flags(struct portal *portal, const struct incoming *incoming,
                              const struct portal_challenge *challenge)
{
    struct store *store = &portal->store;
    bool codes = config_switch(store, CONFIG_PICKUP_CODE);
    bool known = codes && config_switch(store, CONFIG_KNOWN_BROWSERS) && challenge->has_mark &&
                 known_browsers_known(portal, incoming->user.id, challenge->mark_hash);
    unsigned flags = CONTEXT_MAY_REPORT;

    if (known)
        flags |= CONTEXT_KNOWN_BROWSER;
    if (codes && !known)
        flags |= CONTEXT_PICKUP_CODE;
    if (address_same_network(challenge->address, incoming->caller->contact.address))
        flags |= CONTEXT_SAME_NETWORK;
    if (incoming->device.badge > 0 || config_switch(store, CONFIG_REQUIRE_UV))
        flags |= CONTEXT_UV_REQUIRED;
    if (incoming->user.otp)
        flags |= CONTEXT_TWO_STEP;

    return (uint16_t)flags;
}

// The first resolve: the challenge belongs to this device from now on, and its facts stand.
static void bind_challenge(struct portal *portal, const struct incoming *incoming,
                           struct portal_challenge *challenge)
{
    struct store *store = &portal->store;
    int64_t now = portal_boot_ms(portal);
    int64_t latest = challenge->created_boot + STATEMENT_LIFE_MAX_S * MS_PER_S;
    int64_t reading = now + config_number(store, CONFIG_TIME_READING) * MS_PER_S;

    if (reading > challenge->expires_boot)
        challenge->expires_boot = reading;
    if (challenge->expires_boot > latest)
        challenge->expires_boot = latest;

    // Rounded up, so that the context never ends before it began.
    challenge->expires =
        challenge->created +
        (challenge->expires_boot - challenge->created_boot + MS_PER_S - 1) / MS_PER_S;

    challenge->state = CHALLENGE_RESOLVED;
    challenge->has_device = true;
    memcpy(challenge->device_id, incoming->device.device_id, DEVICE_ID_SIZE);
    challenge->user = incoming->user.id;
    challenge->flags = context_flags(portal, incoming, challenge);
    memcpy(challenge->last_login, incoming->device.last_login, sizeof(challenge->last_login));

    challenges_keep(portal, challenge);
    store_run(store,
              "UPDATE challenges SET state = ?, expires_boot = ?, expires = ?, device_id = ?, "
              "user = ?, flags = ?, last_login = ? WHERE id = ?",
              "iiibiitb", (int64_t)challenge->state, challenge->expires_boot,
              challenge->expires, challenge->device_id, (size_t)DEVICE_ID_SIZE, challenge->user,
              (int64_t)challenge->flags, challenge->last_login, challenge->id,
              sizeof(challenge->id));
}

static void answer_context(struct portal *portal, const struct incoming *incoming,
                           const struct portal_challenge *challenge, struct answer *out)
{
    const struct statement_resolve *resolve = &incoming->opened.statement.resolve;
    struct statement_context context = {
        .server_time = (uint64_t)challenge_now(portal, challenge),
        .serial = portal->serial,
        .created = (uint64_t)challenge->created,
        .expires = (uint64_t)challenge->expires,
        .flags = challenge->flags,
    };

    memcpy(context.portal_id, resolve->portal_id, PORTAL_ID_SIZE);
    memcpy(context.challenge_id, challenge->id, sizeof(challenge->id));
    memcpy(context.challenge_nonce, challenge->nonce, sizeof(challenge->nonce));
    memcpy(context.device_id, resolve->device_id, DEVICE_ID_SIZE);
    memcpy(context.request_nonce, resolve->request_nonce, NONCE_SIZE);

    snprintf(context.origin, sizeof(context.origin), "%s", portal->origin);
    snprintf(context.account_id, sizeof(context.account_id), "%s", incoming->user.account_id);
    snprintf(context.account_name, sizeof(context.account_name), "%s",
             incoming->user.display_name);
    snprintf(context.browser_ip, sizeof(context.browser_ip), "%s", challenge->address);
    snprintf(context.place, sizeof(context.place), "%s",
             address_place(challenge->address, incoming->caller->language));
    snprintf(context.agent, sizeof(context.agent), "%s",
             agent_words(challenge->agent, incoming->caller->language));
    snprintf(context.last_use, sizeof(context.last_use), "%s", challenge->last_login);

    struct statement_body body;
    uint8_t hash[HASH_SIZE];
    if (statement_encode_context(&context, &body) != VERDICT_OK ||
        !store_hash(&portal->store, statement_span(&body), hash)) {
        out->outcome = OUTCOME_FAULT;
        return;
    }

    answer_seal(portal, MESSAGE_CONTEXT, &context, context.portal_id, 200, out);
    if (out->outcome != OUTCOME_OK)
        return;

    store_run(&portal->store,
              "INSERT INTO contexts (body_hash, challenge_id, reply) VALUES (?, ?, ?)", "bbt",
              incoming->body_hash, (size_t)HASH_SIZE, challenge->id, sizeof(challenge->id),
              out->envelope);
    store_run(&portal->store, "UPDATE challenges SET context_hash = ? WHERE id = ?", "bb", hash,
              sizeof(hash), challenge->id, sizeof(challenge->id));
}

static enum outcome resolve(struct portal *portal, struct incoming *incoming,
                            struct answer *out)
{
    struct portal_challenge challenge;
    store_is_fleeting(&portal->store); // a challenge is over where the machine starts anew
    enum outcome outcome = incoming_permitted(portal, incoming);
    if (outcome != OUTCOME_OK)
        return outcome;

    if (stored_context(portal, incoming, out))
        return OUTCOME_OK;

    outcome = find_challenge(portal, incoming, incoming->opened.statement.resolve.challenge_id,
                             true, &challenge);
    if (outcome == OUTCOME_OK)
        outcome = may_bind(portal, incoming, &challenge);
    if (outcome != OUTCOME_OK)
        return outcome;

    if (challenge.state == CHALLENGE_CREATED)
        bind_challenge(portal, incoming, &challenge);

    answer_context(portal, incoming, &challenge, out);
    return out->outcome;
}

// What "last use" will say: when, from which browser, from where, in the words of the context.
static void remember_login(struct portal *portal, const struct incoming *incoming,
                           const struct portal_challenge *challenge)
{
    const struct language *language = incoming->caller->language;
    const char *agent = agent_words(challenge->agent, language);
    const char *place = address_place(challenge->address, language);
    char when[32], text[STATEMENT_LAST_MAX + 1];
    time_t now = (time_t)portal_wall_s(portal);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);

    int n = snprintf(text, sizeof(text), "%s, %s%s%s, %s", when, agent, *place ? ", " : "",
                     place, challenge->address);
    if (n < 0 || (size_t)n >= sizeof(text))
        n = snprintf(text, sizeof(text), "%s, %s%s%s", when, agent, *place ? ", " : "", place);
    if (n < 0 || (size_t)n >= sizeof(text))
        snprintf(text, sizeof(text), "%s", when);
    store_run(&portal->store, "UPDATE devices SET last_login = ? WHERE device_id = ?", "tb",
              text, incoming->device.device_id, (size_t)DEVICE_ID_SIZE);
}

static void approve(struct portal *portal, const struct incoming *incoming,
                    struct portal_challenge *challenge, struct statement_receipt *receipt)
{
    struct store *store = &portal->store;
    struct login login = {.user = incoming->user.id};
    environment_random(&portal->environment, login.login_id, sizeof(login.login_id));
    memcpy(login.challenge_id, challenge->id, sizeof(login.challenge_id));
    memcpy(login.device_id, incoming->device.device_id, sizeof(login.device_id));
    logins_add(store, &login, portal_wall_s(portal));
    remember_login(portal, incoming, challenge);

    if (challenge->flags & CONTEXT_PICKUP_CODE)
        environment_digits(&portal->environment, challenge->code);
    store_run(store,
              "UPDATE challenges SET state = ?, expires_boot = ?, login_id = ?, code = ? "
              "WHERE id = ?",
              "iibtb", (int64_t)CHALLENGE_APPROVED,
              portal_boot_ms(portal) + config_number(store, CONFIG_TIME_CLAIM) * MS_PER_S,
              login.login_id, sizeof(login.login_id), challenge->code, challenge->id,
              sizeof(challenge->id));

    receipt->result = challenge->code[0] ? RECEIPT_PICKUP_CODE : RECEIPT_APPROVED;
    receipt->flags = incoming->user.otp ? RECEIPT_TWO_STEP : 0;
    memcpy(receipt->login_id, login.login_id, sizeof(login.login_id));
    memcpy(receipt->pickup_code, challenge->code, sizeof(receipt->pickup_code));
}

// An administrator wants a new key of this device, and none is on its way.
static bool renewal_is_asked(struct portal *portal, const struct incoming *incoming)
{
    return incoming->device.renewal_asked > 0 &&
           !device_keys_rotating(&portal->store, incoming->device.device_id);
}

// Steps 5 and 6 of decision.
static enum outcome judge_decision(struct portal *portal, const struct incoming *incoming,
                                   struct portal_challenge *challenge)
{
    const struct statement_decision *decision = &incoming->opened.statement.decision;
    enum outcome outcome =
        find_challenge(portal, incoming, decision->challenge_id, false, challenge);
    if (outcome != OUTCOME_OK)
        return outcome;

    if (challenge->state == CHALLENGE_CREATED)
        return OUTCOME_STATEMENT_MISMATCH;
    if (memcmp(decision->context_hash, challenge->context_hash, HASH_SIZE) != 0)
        return OUTCOME_CONTEXT_CHANGED;
    if (strcmp(decision->account_id, incoming->user.account_id) != 0)
        return OUTCOME_STATEMENT_MISMATCH;

    if (decision->decision == DECISION_APPROVE && (challenge->flags & CONTEXT_UV_REQUIRED) &&
        !(decision->flags & DECISION_USER_VERIFIED))
        return OUTCOME_UV_REQUIRED;
    if (decision->decision == DECISION_APPROVE && !(decision->flags & DECISION_USER_PRESENT) &&
        config_switch(&portal->store, CONFIG_PRESENCE))
        return OUTCOME_PRESENCE_REQUIRED;
    return OUTCOME_OK;
}

static void report(struct portal *portal, const struct incoming *incoming,
                   const struct portal_challenge *challenge, struct notice *notice)
{
    store_run(&portal->store,
              "INSERT INTO reports (at, user, address, agent) VALUES (?, ?, ?, ?)", "iitt",
              portal_wall_s(portal), incoming->user.id, challenge->address, challenge->agent);

    *notice = (struct notice){.kind = NOTICE_REPORT, .user = incoming->user.id};
    memcpy(notice->device, incoming->device.label, sizeof(notice->device));
    memcpy(notice->address, challenge->address, sizeof(notice->address));
    memcpy(notice->agent, challenge->agent, sizeof(notice->agent));
}

static enum outcome decide(struct portal *portal, struct incoming *incoming, struct answer *out)
{
    struct portal_challenge challenge;
    if (incoming_repeated(portal, incoming, out))
        return OUTCOME_OK;

    enum outcome outcome = incoming_permitted(portal, incoming);
    if (outcome == OUTCOME_OK)
        outcome = incoming_in_sequence(incoming);
    if (outcome == OUTCOME_OK)
        outcome = judge_decision(portal, incoming, &challenge);
    if (outcome != OUTCOME_OK)
        return outcome;

    struct statement_receipt receipt = {.server_time = (uint64_t)portal_wall_s(portal)};
    memcpy(receipt.portal_id, incoming->opened.statement.decision.portal_id, PORTAL_ID_SIZE);
    memcpy(receipt.device_id, incoming->device.device_id, DEVICE_ID_SIZE);
    memcpy(receipt.statement_hash, incoming->body_hash, HASH_SIZE);

    if (incoming->opened.statement.decision.decision == DECISION_APPROVE) {
        approve(portal, incoming, &challenge, &receipt);
    } else {
        receipt.result = RECEIPT_DENIED;
        out->end = SIGN_IN_QR_DENIED;
        challenges_finish(portal, &challenge, CHALLENGE_DENIED, "refused");
        if (incoming->opened.statement.decision.decision == DECISION_DENY_AND_REPORT) {
            out->end = SIGN_IN_QR_REPORTED;
            report(portal, incoming, &challenge, &out->notice);
        }
    }

    if (renewal_is_asked(portal, incoming))
        receipt.flags |= RECEIPT_RENEW;

    answer_seal(portal, MESSAGE_RECEIPT, &receipt, receipt.portal_id, 200, out);
    if (out->outcome == OUTCOME_OK)
        incoming_accept(portal, incoming, out);
    return out->outcome;
}

void verifier_resolve(struct portal *portal, struct span envelope, const struct caller *caller,
                      struct answer *out)
{
    verifier_run(portal, MESSAGE_RESOLVE, envelope, caller, out, resolve);
}

void verifier_decision(struct portal *portal, struct span envelope, const struct caller *caller,
                       struct answer *out)
{
    verifier_run(portal, MESSAGE_DECISION, envelope, caller, out, decide);
}
