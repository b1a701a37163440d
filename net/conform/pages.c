// SPDX-License-Identifier: MIT
#include "net/conform/pages.h"

#include <stdio.h>

#define IDS      16u // codes that are compared
#define ONES_OFF 136 // of 2048 bits: six times the standard deviation

// Digits that are not these.
static void other_digits(const char *digits, char out[static STATEMENT_CODE_SIZE + 1])
{
    memcpy(out, digits, STATEMENT_CODE_SIZE + 1);
    out[STATEMENT_CODE_SIZE - 1] = out[STATEMENT_CODE_SIZE - 1] == '0' ? '1' : '0';
}

static void check_code(struct lab *lab, struct visitor *visitor)
{
    struct origin origin = lab_origin(lab);
    visitor_ask(lab, visitor, false);
    lab_judge(lab, 10, "code-is-well-formed", "3", visitor->has_code,
              "status %ld, and no code of qr-login v1", lab->reply.status);
    if (!visitor->has_code)
        return;

    const struct login_challenge *code = &visitor->challenge;
    bool mine = memcmp(code->tag, lab->portal.portal_id, CHALLENGE_TAG_SIZE) == 0 &&
                (!code->has_origin || strcmp(code->origin.text, origin.text) == 0);
    lab_judge(lab, 10, "code-names-this-portal", "3", mine, "another tag or origin");
    lab_judge(lab, 6, "code-lives-120-s", "7",
              visitor->expires_in > 0 && visitor->expires_in <= 120, "expires_in is %lld",
              (long long)visitor->expires_in);
}

static void check_origin(struct lab *lab, struct visitor *visitor)
{
    static const char *const origins[] = {NULL, "null", "https://evil.example"};
    for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
        lab_call(lab, visitor->http, PATH_CHALLENGE, "{}", origins[i], NULL);
        lab_judge_refused(lab, 1, "posts-need-the-origin", "4", PROBLEM_MALFORMED);
        lab_call(lab, visitor->http, PATH_CLAIM, "{}", origins[i], NULL);
        lab_judge_refused(lab, 1, "posts-need-the-origin", "4", PROBLEM_MALFORMED);
    }
}

// Whoever has no cookie of the page but knows its id.
static void check_strangers(struct lab *lab, const struct visitor *victim, const char *digits)
{
    char path[96], body[128], id[CHALLENGE_ID_SIZE * 2 + 1] = "";
    struct origin origin = lab_origin(lab);
    for (size_t i = 0; i < CHALLENGE_ID_SIZE; i++)
        snprintf(id + 2 * i, 3, "%02x", victim->challenge.id[i]);
    snprintf(path, sizeof(path), PATH_CHALLENGE "?id=%s", id);
    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"id\":\"%s\"}", digits, id);

    static const char *const cookies[] = {
        NULL, "__Host-qrl=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "__Host-qrl="};
    for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
        lab_call(lab, lab->http, path, NULL, NULL, cookies[i]);
        lab_judge_refused(lab, 1, "page-needs-its-cookie", "4", PROBLEM_UNKNOWN_CHALLENGE);
        lab_call(lab, lab->http, PATH_CLAIM, body, origin.text, cookies[i]);
        lab_judge_refused(lab, 1, "claim-needs-the-cookie", "4", PROBLEM_UNKNOWN_CHALLENGE);
    }

    struct visitor other;
    if (!visitor_init(lab, &other))
        return;
    visitor_ask(lab, &other, false);
    lab_call(lab, other.http, PATH_CLAIM, body, origin.text, NULL);
    lab_judge_refused(lab, 1, "another-browser-claims-nothing", "4", PROBLEM_NOT_APPROVED);
    lab_judge_refused(lab, 14, "digits-in-another-browser-give-nothing", "7",
                      PROBLEM_NOT_APPROVED);
    visitor_destroy(&other);
}

static void check_planted_cookie(struct lab *lab)
{
    char planted[HTTP_FIELD_MAX];
    struct visitor victim;
    struct origin origin = lab_origin(lab);
    if (!visitor_init(lab, &victim))
        return;

    snprintf(planted, sizeof(planted), "%s=%s",
             origin_is_plain_http(&origin) ? "qrl-test" : "__Host-qrl",
             "cGxhbnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZHBsYW4");
    lab_call(lab, victim.http, PATH_CHALLENGE, "{}", origin.text, planted);
    lab_judge(lab, 15, "cookie-is-never-adopted", "4", lab->reply.status == 201,
              "%ld where a cookie was brought that nobody gave", lab->reply.status);
    lab_call(lab, lab->http, PATH_CHALLENGE, NULL, NULL, planted);
    lab_judge_refused(lab, 15, "cookie-is-never-adopted", "4", PROBLEM_UNKNOWN_CHALLENGE);
    visitor_destroy(&victim);
}

static bool says_nothing(const struct lab *lab, const struct impostor *device)
{
    return strlen(device->account_name) < 3 || !lab_reply_holds(lab, device->account_name);
}

static void judge_page(struct lab *lab, const struct impostor *device, struct visitor *visitor,
                       unsigned point, const char *name, const char *state)
{
    visitor_look(lab, visitor);
    lab_judge(lab, point, name, "7", strcmp(visitor->state, state) == 0,
              "the page is \"%s\", not \"%s\"", visitor->state, state);
    lab_judge(lab, 6, "page-names-nobody", "4", says_nothing(lab, device),
              "the account stands in the page state \"%s\"", visitor->state);
}

// Claims that must get nothing, at a page that is approved.
static void check_digits(struct lab *lab, struct visitor *visitor,
                         const struct statement_receipt *receipt)
{
    char wrong[STATEMENT_CODE_SIZE + 1];
    if (receipt->result != RECEIPT_PICKUP_CODE) {
        lab_unseen(lab, 14, "digits-are-compared", "7",
                   "this portal asks for no pickup code: let it ask, and try again");
        return;
    }

    other_digits(receipt->pickup_code, wrong);
    visitor_claim(lab, visitor, NULL);
    lab_judge_refused(lab, 14, "approval-alone-gives-nothing", "7", PROBLEM_MALFORMED);
    visitor_claim(lab, visitor, wrong);
    lab_judge_refused(lab, 14, "digits-are-compared", "4", PROBLEM_WRONG_CODE);
}

// The claim of the page's own browser. `sent` is the answer that approved it.
static void check_claim(struct lab *lab, const struct impostor *device, struct visitor *visitor,
                        const struct statement_receipt *receipt,
                        const struct envelope_text *sent)
{
    visitor_claim(lab, visitor, receipt->pickup_code);
    bool otp = lab_reply_holds(lab, "\"otp\"");
    lab_judge(lab, 1, "first-browser-still-gets-in", "4", lab->reply.status == 200,
              "%ld %s at its claim", lab->reply.status, lab->code);
    if (device->context.flags & CONTEXT_TWO_STEP)
        lab_judge(lab, 15, "two-step-code-is-asked", "7", otp,
                  "the claim does not say \"otp\" for an account with a second step");
    else
        lab_unseen(lab, 15, "two-step-code-is-asked", "7",
                   "pair with an account that has a second step");

    visitor_claim(lab, visitor, receipt->pickup_code);
    lab_judge_refused(lab, 2, "claimed-once", "4", PROBLEM_CHALLENGE_CLAIMED);
    lab_post(lab, MESSAGE_DECISION, envelope_span(sent));
    lab_judge(lab, 2, "answer-again-makes-no-second-login", "7",
              lab->answered && memcmp(lab->opened.statement.receipt.login_id, receipt->login_id,
                                      LOGIN_ID_SIZE) == 0,
              "the same answer, sent after the claim, got %ld %s", lab->reply.status,
              lab->answered ? "and another login" : lab->code);
    visitor_claim(lab, visitor, receipt->pickup_code);
    lab_judge_refused(lab, 2, "claimed-once", "4", PROBLEM_CHALLENGE_CLAIMED);
}

// One sign-in from code to session, and all that must not work on the way.
static void check_sign_in(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    judge_page(lab, device, visitor, 18, "page-waits", "waiting");
    impostor_scan(lab, device, visitor);
    lab_judge_answered(lab, 7, "context-is-signed", "5");
    judge_page(lab, device, visitor, 5, "scan-alone-approves-nothing", "scanned");
    visitor_claim(lab, visitor, "123456");
    lab_judge_refused(lab, 18, "claim-waits-for-the-approval", "4", PROBLEM_NOT_APPROVED);

    impostor_answer(lab, device, visitor, DECISION_APPROVE);
    lab_judge_answered(lab, 18, "approval-gets-a-receipt", "7");
    struct statement_receipt receipt = lab->opened.statement.receipt;
    struct envelope_text sent = lab->sent;
    if (!lab->answered)
        return;

    judge_page(lab, device, visitor, 18, "page-hears-of-the-approval", "approved");
    check_strangers(lab, visitor, *receipt.pickup_code ? receipt.pickup_code : "123456");
    check_digits(lab, visitor, &receipt);
    check_claim(lab, device, visitor, &receipt, &sent);
    impostor_scan(lab, device, visitor);
    lab_judge_refused(lab, 18, "claimed-code-is-dead", "7", PROBLEM_CHALLENGE_CLAIMED);
}

static void check_three_tries(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    char right[STATEMENT_CODE_SIZE + 1], wrong[STATEMENT_CODE_SIZE + 1];
    impostor_scan_anew(lab, device, visitor);
    impostor_answer(lab, device, visitor, DECISION_APPROVE);
    if (!lab->answered || lab->opened.statement.receipt.result != RECEIPT_PICKUP_CODE)
        return;

    memcpy(right, lab->opened.statement.receipt.pickup_code, sizeof(right));
    other_digits(right, wrong);
    for (int i = 0; i < 3; i++) {
        visitor_claim(lab, visitor, wrong);
        lab_judge_refused(lab, 3, "pickup-code-has-three-tries", "7", PROBLEM_WRONG_CODE);
    }
    visitor_claim(lab, visitor, right);
    lab_judge_refused(lab, 3, "pickup-code-has-three-tries", "7", PROBLEM_CHALLENGE_DECIDED);
}

static int ones_in(const uint8_t *bytes, size_t size)
{
    int ones = 0;
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++)
            ones += bytes[i] >> bit & 1;
    }
    return ones;
}

// As far as sixteen of them show it: a counter, a clock or a short id shows, a weak generator
// does not.
static void check_ids(struct lab *lab, struct visitor *visitor)
{
    uint8_t ids[IDS][CHALLENGE_ID_SIZE] = {{0}};
    int ones = 0, constant = 0;
    for (size_t i = 0; i < IDS; i++) {
        visitor_ask(lab, visitor, true);
        memcpy(ids[i], visitor->challenge.id, CHALLENGE_ID_SIZE);
        ones += ones_in(ids[i], CHALLENGE_ID_SIZE);
    }

    for (size_t at = 0; at < CHALLENGE_ID_SIZE; at++) {
        size_t same = 1;
        while (same < IDS && ids[same][at] == ids[0][at])
            same++;
        constant += same == IDS;
    }

    int off = ones - (int)(IDS * CHALLENGE_ID_SIZE * 8 / 2);
    lab_judge(lab, 3, "ids-are-not-guessable", "3",
              constant == 0 && off <= ONES_OFF && off >= -ONES_OFF,
              "of 16 codes, %d of 16 bytes never change, and %d of 2048 bits are set", constant,
              ones);
    lab_unseen(lab, 3, "ids-come-from-a-good-generator", "3",
               "look at the program: 16 bytes of the system's generator");
}

static void check_replaced(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct visitor before;
    visitor_ask(lab, visitor, true);
    before = *visitor;
    visitor_ask(lab, visitor, true);
    impostor_scan(lab, device, &before);
    lab_judge_refused(lab, 18, "replaced-code-is-dead", "4", PROBLEM_CHALLENGE_EXPIRED);
}

void pages_check(struct lab *lab, struct impostor *device)
{
    struct visitor visitor;
    if (!visitor_init(lab, &visitor))
        return;

    check_code(lab, &visitor);
    check_origin(lab, &visitor);
    if (visitor.has_code) {
        check_sign_in(lab, device, &visitor);
        check_three_tries(lab, device, &visitor);
        check_ids(lab, &visitor);
        check_replaced(lab, device, &visitor);
    }
    check_planted_cookie(lab);
    lab_unseen(lab, 2, "claims-at-once-make-one-session", "7",
               "send one claim fifty times at once: the cookie is the browser's alone");
    lab_unseen(lab, 6, "code-ends-in-time", "7",
               "leave a page for 120 s, restart the portal, set its clock back");
    visitor_destroy(&visitor);
}
