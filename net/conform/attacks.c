// SPDX-License-Identifier: MIT
#include "net/conform/attacks.h"

#include <stdio.h>

#include "net/protocol/reply.h"

#define TEN_YEARS_S UINT64_C(315576000)

// The fields of a decision that a device may be tempted to change, each under its own key.
static void lie(struct statement_decision *statement, size_t which)
{
    uint8_t *const ids[] = {statement->device_id, statement->key_id, statement->portal_id};

    if (which < sizeof(ids) / sizeof(ids[0]))
        ids[which][0] ^= 1;
    else if (which == 3)
        snprintf(statement->account_id, sizeof(statement->account_id), "another");
    else if (which == 4)
        snprintf(statement->where.origin, sizeof(statement->where.origin),
                 "https://another.example");
    else
        snprintf(statement->where.target, sizeof(statement->where.target),
                 "POST /another/qr-login/v1/decision");
}

static void check_lies(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    static const char *const names[] = {"device-is-compared", "key-is-compared",
                                        "portal-is-compared", "account-is-compared",
                                        "origin-is-compared", "target-is-compared"};

    impostor_scan_anew(lab, device, visitor);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct statement_decision statement;
        impostor_decision(lab, device, &visitor->challenge, DECISION_APPROVE, &statement);
        lie(&statement, i);
        impostor_send(lab, device, MESSAGE_DECISION, &statement);
        lab_judge_refused(lab, 4, names[i], "7", PROBLEM_STATEMENT_MISMATCH);
        if (lab->answered)
            impostor_scan_anew(lab, device, visitor);
    }
    lab_unseen(lab, 4, "sign-in-ends-where-the-portal-says", "12",
               "look at the program: no parameter may name a place to go on");
}

static void check_presence(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct statement_decision statement;
    impostor_scan_anew(lab, device, visitor);
    impostor_decision(lab, device, &visitor->challenge, DECISION_APPROVE, &statement);
    statement.flags = 0;
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
    bool verified = device->context.flags & CONTEXT_UV_REQUIRED;
    lab_judge_refused(lab, 5, "approval-needs-a-person", "7",
                      verified ? PROBLEM_UV_REQUIRED : PROBLEM_PRESENCE_REQUIRED);
    if (lab->answered)
        impostor_scan_anew(lab, device, visitor);

    impostor_decision(lab, device, &visitor->challenge, DECISION_DENY, &statement);
    statement.flags = 0;
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
    lab_judge_answered(lab, 5, "denial-needs-nobody", "7");
    visitor_look(lab, visitor);
    lab_judge(lab, 18, "denial-ends-the-code", "7",
              strcmp(visitor->state, "denied") == 0 && strcmp(visitor->reason, "refused") == 0,
              "the page is \"%s\", \"%s\"", visitor->state, visitor->reason);
    impostor_scan(lab, device, visitor);
    lab_judge_refused(lab, 18, "denial-ends-the-code", "7", PROBLEM_CHALLENGE_DECIDED);
    visitor_claim(lab, visitor, "123456");
    lab_judge_refused(lab, 18, "denial-ends-the-code", "4", PROBLEM_CHALLENGE_DECIDED);
}

static void check_context(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct statement_decision statement;
    struct impostor first;

    impostor_scan_anew(lab, device, visitor);
    if (!lab->answered)
        return;
    enum verdict verdict =
        reply_check_context(&device->asked, device->account_id, &device->context);
    lab_judge(lab, 7, "context-answers-what-was-asked", "5", verdict == VERDICT_OK, "%s",
              verdict_word(verdict));
    lab_judge(lab, 14, "context-tells-the-browsers-address", "7", *device->context.browser_ip,
              "browser_ip is empty");
    lab_post(lab, MESSAGE_RESOLVE, envelope_span(&lab->sent));
    lab_judge(lab, 8, "same-question-same-context", "7",
              lab->answered &&
                  memcmp(lab->opened.statement.context.challenge_nonce,
                         device->context.challenge_nonce, CHALLENGE_NONCE_SIZE) == 0 &&
                  memcmp(lab->opened.statement.context.request_nonce,
                         device->context.request_nonce, NONCE_SIZE) == 0,
              "%ld %s, another context", lab->reply.status, lab->code);

    impostor_decision(lab, device, &visitor->challenge, DECISION_APPROVE, &statement);
    statement.context_hash[0] ^= 1;
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
    lab_judge_refused(lab, 7, "what-was-shown-is-signed", "7", PROBLEM_CONTEXT_CHANGED);
    if (lab->answered)
        impostor_scan_anew(lab, device, visitor);

    first = *device;
    impostor_scan(lab, device, visitor);
    lab_judge(lab, 7, "nonce-is-that-of-the-page", "7",
              lab->answered &&
                  memcmp(first.context.challenge_nonce, device->context.challenge_nonce,
                         CHALLENGE_NONCE_SIZE) == 0,
              "a second scan got %ld %s, another nonce", lab->reply.status, lab->code);
    first.sequence = device->sequence;
    impostor_answer(lab, &first, visitor, DECISION_DENY);
    lab_judge_refused(lab, 7, "older-context-counts-no-more", "7", PROBLEM_CONTEXT_CHANGED);
    device->sequence = first.sequence;
}

static void check_replay(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct statement_decision statement;
    impostor_scan_anew(lab, device, visitor);
    impostor_decision(lab, device, &visitor->challenge, DECISION_APPROVE, &statement);
    statement.time = lab_clock(lab) + TEN_YEARS_S;
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
    lab_judge_answered(lab, 16, "clock-ahead-does-not-matter", "5");
    if (!lab->answered)
        return;

    struct envelope_text sent = lab->sent;
    struct statement_body receipt = lab->opened.body;
    enum verdict verdict = reply_check_receipt(&statement, statement_span(&lab->body),
                                               &lab->opened.statement.receipt);
    lab_judge(lab, 8, "receipt-is-of-this-answer", "5", verdict == VERDICT_OK, "%s",
              verdict_word(verdict));
    for (int i = 0; i < 3; i++) {
        lab_post(lab, MESSAGE_DECISION, envelope_span(&sent));
        lab_judge(lab, 8, "same-answer-same-receipt", "7",
                  lab->answered &&
                      span_equal(statement_span(&lab->opened.body), statement_span(&receipt)),
                  "%ld %s, another receipt", lab->reply.status, lab->code);
    }

    impostor_answer(lab, device, visitor, DECISION_DENY);
    lab_judge_refused(lab, 8, "other-answer-is-refused", "7", PROBLEM_CHALLENGE_DECIDED);
}

static void check_order(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct statement_decision statement;
    struct statement_resolve resolve;

    visitor_ask(lab, visitor, true);
    impostor_answer(lab, device, visitor, DECISION_DENY);
    lab_judge_refused(lab, 18, "answer-needs-a-question", "7", PROBLEM_STATEMENT_MISMATCH);

    impostor_resolve(lab, device, &visitor->challenge, &resolve);
    resolve.time = 0;
    impostor_send(lab, device, MESSAGE_RESOLVE, &resolve);
    lab_judge_answered(lab, 16, "clock-of-1970-does-not-matter", "5");
    lab_judge(lab, 16, "metadata-list-pins", "4", lab->portal.pins.count > 0,
              "no pin: a device whose clock is wrong checks the certificate's dates");

    impostor_scan(lab, device, visitor);
    impostor_decision(lab, device, &visitor->challenge, DECISION_DENY, &statement);
    statement.sequence = 1; // used up by the first sign-in
    impostor_send(lab, device, MESSAGE_DECISION, &statement);
    lab_judge_refused(lab, 8, "sequence-rises", "7", PROBLEM_SEQUENCE_REUSED);
}

static void check_other_device(struct lab *lab, struct impostor *device, struct impostor *other,
                               struct visitor *visitor)
{
    if (!other) {
        lab_unseen(lab, 6, "second-device-is-told-nothing", "7",
                   "give a second pairing code, best of another account");
        return;
    }

    impostor_scan_anew(lab, device, visitor);
    impostor_scan(lab, other, visitor);
    lab_judge_refused(lab, 6, "second-device-is-told-nothing", "7", PROBLEM_CHALLENGE_TAKEN);
    lab_judge(lab, 6, "second-device-is-told-nothing", "7",
              !lab_reply_holds(lab, device->context.browser_ip),
              "the refusal names the browser's address");
    visitor_look(lab, visitor);
    lab_judge(lab, 14, "second-device-denies", "7",
              strcmp(visitor->state, "denied") == 0 &&
                  strcmp(visitor->reason, "two-devices") == 0,
              "the page is \"%s\", \"%s\"", visitor->state, visitor->reason);
}

static void check_strangers(struct lab *lab, struct visitor *visitor)
{
    struct impostor stranger = {0};
    struct statement_resolve resolve;
    visitor_ask(lab, visitor, true);
    impostor_make_key(lab, &stranger);
    impostor_resolve(lab, &stranger, &visitor->challenge, &resolve);
    impostor_send(lab, &stranger, MESSAGE_RESOLVE, &resolve);
    lab_judge_refused(lab, 6, "unpaired-key-is-told-nothing", "7", PROBLEM_UNKNOWN_DEVICE);
    visitor_look(lab, visitor);
    lab_judge(lab, 18, "refused-scan-changes-nothing", "7",
              strcmp(visitor->state, "waiting") == 0, "the page is \"%s\"", visitor->state);
}

void attacks_check(struct lab *lab, struct impostor *device, struct impostor *other)
{
    struct visitor visitor;
    if (!visitor_init(lab, &visitor))
        return;

    check_lies(lab, device, &visitor);
    check_presence(lab, device, &visitor);
    check_context(lab, device, &visitor);
    check_replay(lab, device, &visitor);
    check_order(lab, device, &visitor);
    check_other_device(lab, device, other, &visitor);
    check_strangers(lab, &visitor);
    visitor_destroy(&visitor);
}
