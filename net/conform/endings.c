// SPDX-License-Identifier: MIT
#include "net/conform/endings.h"

#include "net/protocol/reply.h"

#define UNKNOWN_IDS 20 // in a minute; the next one is refused

static void approve_anew(struct lab *lab, struct impostor *device, struct visitor *visitor,
                         struct statement_receipt *out)
{
    *out = (struct statement_receipt){0};
    impostor_scan_anew(lab, device, visitor);
    impostor_answer(lab, device, visitor, DECISION_APPROVE);
    if (lab->answered)
        *out = lab->opened.statement.receipt;
}

static void end_login(struct lab *lab, struct impostor *device, const uint8_t *login_id)
{
    struct statement_endsession statement;
    impostor_end(lab, device, login_id, &statement);
    impostor_send(lab, device, MESSAGE_ENDSESSION, &statement);
}

static void judge_ended(struct lab *lab, const char *name, uint8_t result)
{
    lab_judge(lab, 11, name, "7",
              lab->answered && lab->opened.statement.receipt.result == result, "%ld %s%u",
              lab->reply.status, lab->answered ? "with result " : lab->code,
              lab->answered ? lab->opened.statement.receipt.result : 0u);
}

static void check_logins(struct lab *lab, struct impostor *device, struct impostor *other,
                         struct visitor *visitor)
{
    struct statement_receipt receipt;
    uint8_t nobodys[LOGIN_ID_SIZE];

    approve_anew(lab, device, visitor, &receipt);
    lab_random(lab, nobodys, sizeof(nobodys));
    end_login(lab, device, nobodys);
    lab_judge_refused(lab, 11, "login-is-of-this-device", "7", PROBLEM_STATEMENT_MISMATCH);
    if (other) {
        end_login(lab, other, receipt.login_id);
        lab_judge_refused(lab, 11, "login-is-of-this-device", "7", PROBLEM_STATEMENT_MISMATCH);
    }

    end_login(lab, device, receipt.login_id);
    judge_ended(lab, "login-ends-before-the-claim", RECEIPT_ENDED);
    visitor_claim(lab, visitor, receipt.pickup_code);
    lab_judge_refused(lab, 11, "login-ends-before-the-claim", "7", PROBLEM_CHALLENGE_DECIDED);
    end_login(lab, device, receipt.login_id);
    judge_ended(lab, "ended-login-is-over", RECEIPT_ALREADY_OVER);

    approve_anew(lab, device, visitor, &receipt);
    visitor_claim(lab, visitor, receipt.pickup_code);
    end_login(lab, device, receipt.login_id);
    judge_ended(lab, "login-ends-after-the-claim", RECEIPT_ENDED);
    lab_unseen(lab, 11, "sessions-are-listed-and-ended", "11",
               "revoke a device on the portal's page, and look whether its sessions are over");
}

static bool encode_rotate(struct lab *lab, struct impostor *device, const struct impostor *next,
                          struct statement_rotate *out)
{
    *out = (struct statement_rotate){.time = lab_clock(lab), .sequence = ++device->sequence};
    memcpy(out->portal_id, lab->portal.portal_id, sizeof(out->portal_id));
    memcpy(out->device_id, device->device_id, sizeof(out->device_id));
    memcpy(out->key_id, device->key_id, sizeof(out->key_id));
    memcpy(out->new_key, next->public_key, sizeof(out->new_key));
    return statement_where_set(&out->where, lab->portal.base_url, MESSAGE_ROTATE) &&
           statement_encode_rotate(out, &lab->body) == VERDICT_OK;
}

static void scan_with(struct lab *lab, const struct impostor *device,
                      const struct visitor *visitor)
{
    struct statement_resolve resolve;
    impostor_resolve(lab, device, &visitor->challenge, &resolve);
    impostor_send(lab, device, MESSAGE_RESOLVE, &resolve);
}

// Renews the key of a device, which has the new one afterwards.
static void check_rotation(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct impostor next = *device, third = *device;
    struct statement_rotate statement;
    impostor_make_key(lab, &next);
    impostor_make_key(lab, &third);

    if (!encode_rotate(lab, device, &next, &statement))
        return;
    lab_send(lab, MESSAGE_ROTATE, device->secret, NULL);
    lab_judge_refused(lab, 12, "new-key-signs-too", "2.1", PROBLEM_BAD_SIGNATURE);
    if (lab->answered)
        return; // the key is another now, and nobody has it
    lab_send(lab, MESSAGE_ROTATE, device->secret, third.secret);
    lab_judge_refused(lab, 12, "new-key-signs-too", "2.1", PROBLEM_BAD_SIGNATURE);
    if (lab->answered)
        return;

    lab_send(lab, MESSAGE_ROTATE, device->secret, next.secret);
    enum verdict verdict =
        reply_check_rotated(&statement, statement_span(&lab->body), device->account_id,
                            &lab->opened.statement.enrolled);
    lab_judge(lab, 12, "key-is-renewed", "11", lab->answered && verdict == VERDICT_OK, "%ld %s",
              lab->reply.status, lab->answered ? verdict_word(verdict) : lab->code);
    struct envelope_text sent = lab->sent;
    struct statement_body reply = lab->opened.body;
    lab_post(lab, MESSAGE_ROTATE, envelope_span(&sent));
    lab_judge(lab, 12, "lost-reply-is-had-again", "8",
              lab->answered &&
                  span_equal(statement_span(&lab->opened.body), statement_span(&reply)),
              "%ld %s, another reply", lab->reply.status, lab->code);

    if (!encode_rotate(lab, device, &third, &statement))
        return;
    lab_send(lab, MESSAGE_ROTATE, device->secret, third.secret);
    lab_judge_refused(lab, 12, "one-new-key-at-a-time", "11", PROBLEM_KEY_IN_USE);
    visitor_ask(lab, visitor, true);
    scan_with(lab, device, visitor);
    lab_judge_answered(lab, 12, "both-keys-work-until-the-new-one-is-used", "11");
    scan_with(lab, &next, visitor);
    lab_judge_answered(lab, 12, "both-keys-work-until-the-new-one-is-used", "11");
    scan_with(lab, device, visitor);
    lab_judge_refused(lab, 12, "old-key-ends-with-the-first-use", "11", PROBLEM_KEY_EXPIRED);
    next.sequence = device->sequence;
    *device = next;
}

static void check_unknown_ids(struct lab *lab, const struct impostor *device,
                              struct visitor *visitor)
{
    struct visitor nowhere = *visitor;
    for (int i = 0; i < UNKNOWN_IDS; i++) {
        lab_random(lab, nowhere.challenge.id, CHALLENGE_ID_SIZE);
        scan_with(lab, device, &nowhere);
        lab_judge_refused(lab, 3, "unknown-id-is-unknown", "7", PROBLEM_UNKNOWN_CHALLENGE);
    }
    lab_random(lab, nowhere.challenge.id, CHALLENGE_ID_SIZE);
    scan_with(lab, device, &nowhere);
    lab_judge_refused(lab, 3, "guesses-are-limited", "9", PROBLEM_RATE_LIMITED);
}

static void unpair(struct lab *lab, struct impostor *device)
{
    struct statement_unpair statement = {
        .time = lab_clock(lab), .sequence = ++device->sequence, .flags = UNPAIR_END_SESSIONS};
    memcpy(statement.portal_id, lab->portal.portal_id, sizeof(statement.portal_id));
    memcpy(statement.device_id, device->device_id, sizeof(statement.device_id));
    memcpy(statement.key_id, device->key_id, sizeof(statement.key_id));
    if (statement_where_set(&statement.where, lab->portal.base_url, MESSAGE_UNPAIR))
        impostor_send(lab, device, MESSAGE_UNPAIR, &statement);
}

// The word of a revocation, signed inside the refusal.
static bool is_signed(struct lab *lab, const struct impostor *device)
{
    struct problem problem;
    struct envelope_keys keys = {envelope_find_one, lab->portal.portal_key};
    if (!problem_read((unsigned)lab->reply.status, lab->reply.content_type, NULL,
                      http_reply_body(&lab->reply), &problem, NULL) ||
        problem.envelope.size == 0)
        return false;
    return envelope_open(MESSAGE_REVOKED, envelope_span(&problem.envelope), &keys,
                         &lab->opened) == VERDICT_OK &&
           reply_check_revoked(lab->portal.portal_id, device->device_id, device->key_id,
                               &lab->opened.statement.revoked) == VERDICT_OK;
}

static void check_revocation(struct lab *lab, struct impostor *device, struct visitor *visitor)
{
    struct visitor approved;
    struct statement_receipt receipt;
    if (!visitor_init(lab, &approved))
        return;
    approve_anew(lab, device, &approved, &receipt);
    impostor_scan_anew(lab, device, visitor);

    unpair(lab, device);
    lab_judge_answered(lab, 11, "device-may-leave", "5");
    impostor_answer(lab, device, visitor, DECISION_APPROVE);
    lab_judge_refused(lab, 11, "revoked-device-decides-nothing", "11", PROBLEM_DEVICE_REVOKED);
    lab_judge(lab, 11, "revocation-is-signed", "9", is_signed(lab, device),
              "no revoked-v1 that is valid in the refusal");
    visitor_claim(lab, &approved, receipt.pickup_code);
    lab_judge_refused(lab, 11, "revocation-ends-what-was-approved", "7",
                      PROBLEM_CHALLENGE_DECIDED);
    visitor_destroy(&approved);
}

void endings_check(struct lab *lab, struct impostor *device, struct impostor *other)
{
    struct visitor visitor;
    if (!visitor_init(lab, &visitor))
        return;

    check_logins(lab, device, other, &visitor);
    check_rotation(lab, device, &visitor);
    check_unknown_ids(lab, device, &visitor);
    check_revocation(lab, device, &visitor);
    if (other)
        unpair(lab, other);
    visitor_destroy(&visitor);
}
