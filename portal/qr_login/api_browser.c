// SPDX-License-Identifier: MIT
// The endpoints that the login page calls: challenge and claim (qr-login v1, section 4). The
// cookie alone says which challenge is meant.
#include <stdio.h>
#include <stdlib.h>

#include "base/shortage.h"
#include "net/protocol/json_text.h"
#include "portal/core/challenges.h"
#include "portal/core/claims.h"
#include "portal/core/notices.h"
#include "portal/core/policy.h"
#include "portal/qr_login/api.h"

#define AWAY_LOOK_MS   1000
#define POLL_MS        25000
#define CHALLENGE_LIFE 86400 // seconds that the cookie is kept: as long as the challenge

struct look {
    enum outcome outcome;
    struct portal_challenge challenge; // where the outcome is OK
    struct text key;                   // what a change changes
    int64_t again_ms;                  // time alone changes it then; 0: it does not
};

static void look_at(struct portal *portal, struct look *look)
{
    look->again_ms = challenge_changes_in(portal, &look->challenge);
    if (!challenge_page_key(portal, &look->challenge, &look->key))
        look->outcome = OUTCOME_FAULT;
}

// `browser`: what came with the request; NULL: the page was found before.
static bool find_challenge(struct portal *portal, const char *cookie,
                           const struct challenge_request *browser,
                           struct portal_challenge *out)
{
    return browser ? challenges_of_browser(portal, cookie, browser, out)
                   : challenges_by_cookie(portal, cookie, out);
}

// What the page of this cookie is told now.
static void look(struct portal *portal, const char *cookie,
                 const struct challenge_request *browser, struct look *out)
{
    *out = (struct look){0};
    portal_begin(portal);
    store_is_fleeting(&portal->store);
    if (!policy_qr_enabled(&portal->store))
        out->outcome = OUTCOME_QR_DISABLED;
    else if (!find_challenge(portal, cookie, browser, &out->challenge))
        out->outcome = OUTCOME_UNKNOWN_CHALLENGE;
    else
        look_at(portal, out);
    // Looking may have found that time has run out; waiting pages see that by themselves.
    if (!portal_end_quietly(portal))
        out->outcome = OUTCOME_FAULT;
    if (out->outcome != OUTCOME_OK)
        text_format(&out->key, "problem %s", outcome_code(out->outcome));
}

struct page_stream {
    struct portal *portal;
    char cookie[COOKIE_VALUE_MAX + 1];
};

static void write_event(struct portal *portal, const struct look *now, struct text *event)
{
    enum outcome outcome = now->outcome;
    json_t *state =
        outcome == OUTCOME_OK ? challenge_page_state(portal, &now->challenge) : NULL;
    if (!state) {
        outcome = outcome == OUTCOME_OK ? OUTCOME_FAULT : outcome;
        text_format(event, "event: problem\ndata: {\"code\":\"%s\"}\n\n",
                    outcome_code(outcome));
        return;
    }

    char *text = json_text_dump(state, JSON_COMPACT);
    text_format(event, "data: %s\n\n", text ? text : "{}");
    free(text);
    json_decref(state);
}

static bool page_stream_now(void *userdata, const char *last, struct text *key,
                            struct text *event, struct stream_wait *wait)
{
    struct page_stream *page = userdata;
    struct look now;
    store_was_away(&page->portal->store); // while this thread did something else
    look(page->portal, page->cookie, NULL, &now);
    if (store_was_away(&page->portal->store)) { // nothing is known: the page stays as it is
        text_add_string(key, last);
        text_free(&now.key);
        wait->again_ms = AWAY_LOOK_MS;
        return true;
    }
    bool goes_on = now.outcome == OUTCOME_OK && !challenge_is_final(&now.challenge);

    wait->again_ms = now.again_ms;
    text_add(key, now.key.p, now.key.n);
    if (strcmp(key->p, last) != 0)
        write_event(page->portal, &now, event);

    text_free(&now.key);
    return goes_on;
}

static void reply_stream(struct portal *portal, const char *cookie, struct reply *reply)
{
    struct page_stream *page = shortage_calloc(1, sizeof(*page));
    if (!page) {
        reply_problem(portal, reply, OUTCOME_FAULT);
        return;
    }
    page->portal = portal;
    snprintf(page->cookie, sizeof(page->cookie), "%s", cookie);
    reply->status = 200;
    reply->type = "text/event-stream";
    reply->stream = stream_new(&(struct stream_source){page_stream_now, free, page});
    if (!reply->stream)
        free(page);
}

// Nothing has changed since the page saw this state, and since it began to wait.
static bool waits(const struct request *request, const struct look *now)
{
    const char *seen = request_query(request, "seen");
    const char *first = request->http->note;
    return now->outcome == OUTCOME_OK && seen &&
           strcmp(seen, challenge_state_name(now->challenge.state)) == 0 &&
           (!first || strcmp(now->key.p, first) == 0);
}

struct browser {
    char mark[COOKIE_VALUE_MAX + 1], agent[AGENT_MAX + 1];
};

static struct challenge_request browser_of(const struct portal *portal,
                                           const struct request *request, struct browser *out)
{
    request_cookie(portal, request, COOKIE_MARK, out->mark);
    agent_label(request_header(request, "User-Agent"), out->agent);
    return (struct challenge_request){request->address, out->agent, out->mark};
}

static void serve_state(struct portal *portal, const struct request *request,
                        struct reply *reply)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    struct browser browser;
    struct look now;

    request_cookie(portal, request, COOKIE_CHALLENGE, cookie);
    const struct challenge_request wanted = browser_of(portal, request, &browser);
    look(portal, cookie, &wanted, &now);
    reply->subject = subject_of_challenge(now.challenge.row);

    const char *accept = request_header(request, "Accept");
    if (now.outcome != OUTCOME_OK) {
        reply_problem(portal, reply, now.outcome);
    } else if (accept && strstr(accept, "text/event-stream")) {
        reply_stream(portal, cookie, reply);
    } else if (waits(request, &now) && !request->http->last) {
        reply->wait_ms = now.again_ms > 0 && now.again_ms < POLL_MS ? now.again_ms : POLL_MS;
        text_add(&reply->note, now.key.p, now.key.n);
    } else {
        reply_json(reply, 200, challenge_page_state(portal, &now.challenge));
    }

    text_free(&now.key);
}

// The body of a POST as an object, or NULL. `problem` says why, first things first.
static json_t *posted(struct portal *portal, const struct request *request,
                      enum outcome *outcome)
{
    *outcome = OUTCOME_OK;
    portal_begin(portal);
    store_is_fleeting(&portal->store);
    if (!policy_qr_enabled(&portal->store))
        *outcome = OUTCOME_QR_DISABLED;
    if (!portal_end(portal, false))
        *outcome = OUTCOME_FAULT;

    if (*outcome == OUTCOME_OK &&
        (!request_is_same_origin(portal, request) || !request_is_json(request)))
        *outcome = OUTCOME_MALFORMED;

    if (*outcome != OUTCOME_OK || request->body_too_long)
        return NULL;

    bool starved = false;
    json_t *body = json_text_load(request->body, JSON_REJECT_DUPLICATES, NULL, &starved);
    if (json_is_object(body))
        return body;
    json_decref(body);
    if (starved)
        *outcome = OUTCOME_FAULT;
    return NULL;
}

// The browser's live challenge, unless it asks for another. True if there is one to give. One
// that another browser, or another network, asked for was planted here and is left alone.
static bool present_challenge(struct portal *portal, const char *cookie, bool another,
                              const struct challenge_request *wanted,
                              struct portal_challenge *challenge)
{
    if (!challenges_of_browser(portal, cookie, wanted, challenge) ||
        challenge_is_final(challenge) ||
        !address_same_network(challenge->address, wanted->address) ||
        strcmp(challenge->agent, wanted->agent) != 0)
        return false;
    if (another)
        challenges_finish(portal, challenge, CHALLENGE_EXPIRED, "");
    return !another;
}

static void make_challenge(struct portal *portal, const struct request *request, bool another,
                           struct reply *reply)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    struct browser browser;
    request_cookie(portal, request, COOKIE_CHALLENGE, cookie);
    const struct challenge_request wanted = browser_of(portal, request, &browser);
    struct portal_challenge challenge;
    struct token token;
    enum outcome outcome = OUTCOME_OK;
    portal_begin(portal);
    store_is_fleeting(&portal->store);
    bool present = present_challenge(portal, cookie, another, &wanted, &challenge);
    if (!present)
        outcome = challenges_create(portal, &wanted, &token, &challenge);
    if (!portal_end(portal, true))
        outcome = OUTCOME_FAULT;
    json_t *state = outcome == OUTCOME_OK ? challenge_page_state(portal, &challenge) : NULL;
    if (outcome == OUTCOME_OK && !state)
        outcome = OUTCOME_FAULT;

    if (outcome != OUTCOME_OK) {
        reply_problem(portal, reply, outcome);
    } else {
        if (!present)
            reply_cookie(reply, COOKIE_CHALLENGE, token.text, CHALLENGE_LIFE, true);
        reply_json(reply, present ? 200 : 201, state);
    }
}

static void serve_challenge(struct portal *portal, const struct request *request,
                            struct reply *reply)
{
    enum outcome outcome;
    json_t *body = posted(portal, request, &outcome);
    const json_t *another = json_object_get(body, "new");
    if (outcome == OUTCOME_OK && (!body || (another && !json_is_boolean(another))))
        outcome = OUTCOME_MALFORMED;
    if (outcome == OUTCOME_OK)
        make_challenge(portal, request, json_is_true(another), reply);
    else
        reply_problem(portal, reply, outcome);
    json_decref(body);
}

static void reply_refused_claim(const struct portal *portal, struct reply *reply,
                                enum outcome outcome, int64_t tries_left)
{
    struct problem problem;
    if (outcome != OUTCOME_WRONG_CODE) {
        reply_problem(portal, reply, outcome);
        return;
    }
    problem_init(&problem, PROBLEM_WRONG_CODE);
    problem.tries_left = tries_left; // -1: not counted, not told
    reply_problem_with(portal, reply, &problem);
}

// Inside a transaction.
static enum outcome claim_or_repeat(struct portal *portal, const struct claim *claim,
                                    const char *attempt, const char *session,
                                    struct claimed *out)
{
    if (!policy_qr_enabled(&portal->store))
        return OUTCOME_QR_DISABLED;
    enum outcome outcome = claims_take(portal, claim, out);
    if (outcome == OUTCOME_CHALLENGE_CLAIMED && attempt)
        return claims_repeat(portal, claim, attempt, out);
    if (outcome == OUTCOME_OK && attempt)
        claims_note_attempt(portal, claim, attempt);
    if (outcome == OUTCOME_OK && !out->otp)
        sessions_replace(portal, session);
    return outcome;
}

static void count_claim(struct portal *portal, enum outcome outcome,
                        const struct claimed *claimed)
{
    if (outcome != OUTCOME_OK)
        metrics_sign_in(&portal->metrics, SIGN_IN_QR_REFUSED);
    else if (!claimed->otp && !claimed->again)
        metrics_sign_in(&portal->metrics, SIGN_IN_QR_DONE);
}

static void take_claim(struct portal *portal, const struct request *request, const json_t *body,
                       struct reply *reply)
{
    char cookie[COOKIE_VALUE_MAX + 1], mark[COOKIE_VALUE_MAX + 1];
    char session[COOKIE_VALUE_MAX + 1], code[TYPED_CODE_MAX + 1];
    const char *typed = json_string_value(json_object_get(body, "code"));
    const char *attempt = json_string_value(json_object_get(body, "attempt"));
    struct claim claim = {cookie, mark, typed ? code : NULL, {{0}, {0}}};
    struct claimed claimed = {0};
    typed_code(typed ? typed : "", code);
    request_cookie(portal, request, COOKIE_CHALLENGE, cookie);
    request_cookie(portal, request, COOKIE_MARK, mark);
    request_cookie(portal, request, COOKIE_SESSION, session);
    memcpy(claim.client.address, request->address, sizeof(claim.client.address));
    agent_label(request_header(request, "User-Agent"), claim.client.agent);

    portal_begin(portal);
    enum outcome outcome = claim_or_repeat(portal, &claim, attempt, session, &claimed);
    bool told = notices_are_sent(portal);
    if (!portal_end(portal, true))
        outcome = OUTCOME_FAULT;
    count_claim(portal, outcome, &claimed);
    if (outcome == OUTCOME_OK && told && !claimed.otp)
        notices_signed_in(portal, claimed.token.text, request->language);
    if (outcome != OUTCOME_OK) {
        reply_refused_claim(portal, reply, outcome, claimed.tries_left);
        return;
    }
    reply_cookie(reply, claimed.otp ? COOKIE_PENDING : COOKIE_SESSION, claimed.token.text, 0,
                 false);
    reply_json(reply, 200, json_pack("{s:s}", "next", claimed.otp ? "otp" : "done"));
}

static void serve_claim(struct portal *portal, const struct request *request,
                        struct reply *reply)
{
    enum outcome outcome;
    json_t *body = posted(portal, request, &outcome);
    if (outcome == OUTCOME_OK) // what is wrong with the body counts only after the state
        take_claim(portal, request, body, reply);
    else
        reply_problem(portal, reply, outcome);
    json_decref(body);
}

const struct route ROUTES_BROWSER[] = {
    {HTTP_GET, "/qr-login/v1/challenge", ROUTE_EXACT, serve_state},
    {HTTP_POST, "/qr-login/v1/challenge", ROUTE_EXACT, serve_challenge},
    {HTTP_POST, "/qr-login/v1/claim", ROUTE_EXACT, serve_claim},
    {HTTP_OTHER, NULL, ROUTE_EXACT, NULL},
};
