// SPDX-License-Identifier: MIT
// Decisions: the order of qr-login v1, section 7, repeats, and what ends a login half way.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/device_journal.h"
#include "portal/core/logins.h"

static struct {
    struct statement_decision decision;
    struct answer answer;
} asked;

// A page that was scanned, and the approval that answers it.
static int open_place(void **state)
{
    place_open_waiting(state);
    assert_int_equal(
        bench_do_resolve(&place.bench, &place.device, &place.challenge, place.hash),
        OUTCOME_OK);
    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &asked.decision);
    return 0;
}

static enum outcome decide(void)
{
    bench_send(&place.bench, MESSAGE_DECISION, &asked.decision, &place.device, &asked.answer);
    return asked.answer.outcome;
}

static void approval_gives_a_code_and_a_login(void **state)
{
    (void)state;
    struct envelope_opened opened;

    assert_int_equal(decide(), OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &asked.answer, &opened);
    const struct statement_receipt *receipt = &opened.statement.receipt;

    assert_int_equal(receipt->result, RECEIPT_PICKUP_CODE);
    assert_int_equal(strlen(receipt->pickup_code), 6);
    assert_int_equal(receipt->flags, 0);
    assert_false(sodium_is_zero(receipt->login_id, LOGIN_ID_SIZE));
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);

    // The next context says when and where the device was used last.
    struct statement_resolve resolve;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &asked.answer);
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &asked.answer, &opened);
    assert_string_equal(
        opened.statement.context.last_use,
        "2026-11-18 11:06 UTC, Chromium, Linux, the portal’s own computer, 127.0.0.1");
}

static void denial_ends_the_page(void **state)
{
    (void)state;
    struct envelope_opened opened;
    asked.decision.decision = DECISION_DENY_AND_REPORT;
    assert_int_equal(decide(), OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &asked.answer, &opened);
    assert_int_equal(opened.statement.receipt.result, RECEIPT_DENIED);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
    struct portal_challenge now;
    portal_begin(&place.bench.portal);
    assert_true(challenges_by_cookie(&place.bench.portal, place.cookie.text, &now));
    portal_end(&place.bench.portal, true);
    assert_string_equal(now.reason, "refused");
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM reports"), 1);
}

static void same_bytes_get_the_same_receipt(void **state)
{
    (void)state;
    struct answer first;
    struct claimed claimed;
    struct envelope_opened opened;

    assert_int_equal(decide(), OUTCOME_OK);
    first = asked.answer;
    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &first, &opened);

    assert_int_equal(bench_claim(&place.bench, place.cookie.text, "",
                                 opened.statement.receipt.pickup_code, &claimed),
                     OUTCOME_OK);
    int64_t sessions = bench_number(&place.bench, "SELECT count(*) FROM sessions");

    // After the claim, after a restart, with QR sign-in off, with the device revoked: the same
    // bytes and no second session.
    bench_pass(&place.bench, 100);
    assert_int_equal(decide(), OUTCOME_OK);
    assert_string_equal(asked.answer.envelope, first.envelope);

    bench_restart(&place.bench);
    bench_config(&place.bench, "allow-qr", "off");
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, place.device.device_id, REVOKED_BY_USER, false);
    portal_end(&place.bench.portal, true);

    assert_int_equal(decide(), OUTCOME_OK);
    assert_string_equal(asked.answer.envelope, first.envelope);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM sessions"), sessions);
}

static void other_answer_to_the_same_page_is_refused(void **state)
{
    (void)state;
    assert_int_equal(decide(), OUTCOME_OK);
    asked.decision.decision = DECISION_DENY;
    asked.decision.sequence = ++place.device.sequence;
    assert_int_equal(decide(), OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);
}

static void sequence_rises_with_accepted_statements_only(void **state)
{
    (void)state;
    uint8_t right = asked.decision.context_hash[0];

    asked.decision.context_hash[0] ^= 1;
    assert_int_equal(decide(), OUTCOME_CONTEXT_CHANGED);
    asked.decision.context_hash[0] = right;
    assert_int_equal(decide(), OUTCOME_OK); // the refused one used up nothing

    struct portal_challenge next;
    struct token cookie;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &next);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &next, place.hash),
                     OUTCOME_OK);

    bench_decision(&place.bench, &place.device, &next, place.hash, &asked.decision);
    asked.decision.sequence = 1;
    assert_int_equal(bench_number(&place.bench, "SELECT max(copy_suspected) FROM devices"), 0);
    assert_int_equal(decide(), OUTCOME_SEQUENCE_REUSED);
    assert_int_equal(bench_number(&place.bench, "SELECT max(copy_suspected) FROM devices"),
                     place.bench.wall); // the owner is told

    asked.decision.sequence = 1000;
    assert_int_equal(decide(), OUTCOME_OK);
}

// A new page, scanned, and its answer with this number.
static enum outcome decide_with(uint64_t sequence)
{
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(
        bench_do_resolve(&place.bench, &place.device, &place.challenge, place.hash),
        OUTCOME_OK);
    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &asked.decision);
    asked.decision.sequence = sequence;
    return decide();
}

static void sequence_has_64_bits(void **state)
{
    (void)state;
    assert_int_equal(decide_with(INT64_MAX), OUTCOME_OK);
    assert_int_equal(decide_with(UINT64_C(1) << 63), OUTCOME_OK);
    assert_int_equal(decide_with(INT64_MAX), OUTCOME_SEQUENCE_REUSED);
    assert_int_equal(decide_with(1), OUTCOME_SEQUENCE_REUSED);

    bench_restart(&place.bench);
    assert_int_equal(decide_with(UINT64_C(1) << 63), OUTCOME_SEQUENCE_REUSED);
    assert_int_equal(decide_with(UINT64_MAX), OUTCOME_OK);
    assert_int_equal(decide_with(UINT64_MAX), OUTCOME_SEQUENCE_REUSED); // there is none above
}

static void nothing_is_taken_from_the_message(void **state)
{
    (void)state;
    struct statement_decision good = asked.decision;

    asked.decision.account_id[2] ^= 1;
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    asked.decision.device_id[0] ^= 1;
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    asked.decision.key_id[0] ^= 1;
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    asked.decision.portal_id[0] ^= 1;
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    strcpy(asked.decision.where.origin, "https://portal.example.org");
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    strcpy(asked.decision.where.target, "POST /app/qr-login/v1/resolve");
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);

    asked.decision = good;
    assert_int_equal(decide(), OUTCOME_OK);
}

static void page_that_was_not_scanned_is_not_answered(void **state)
{
    (void)state;
    struct portal_challenge other;
    struct token cookie;
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &other);
    memcpy(asked.decision.challenge_id, other.id, CHALLENGE_ID_SIZE);
    assert_int_equal(decide(), OUTCOME_STATEMENT_MISMATCH);
    randombytes_buf(asked.decision.challenge_id, CHALLENGE_ID_SIZE);
    assert_int_equal(decide(), OUTCOME_UNKNOWN_CHALLENGE);
}

static void another_device_does_not_answer_and_denies_nothing(void **state)
{
    (void)state;
    struct bench_device other;
    bench_pair(&place.bench, bench_user(&place.bench, "boris", false), &other);
    bench_decision(&place.bench, &other, &place.challenge, place.hash, &asked.decision);
    bench_send(&place.bench, MESSAGE_DECISION, &asked.decision, &other, &asked.answer);
    assert_int_equal(asked.answer.outcome, OUTCOME_CHALLENGE_TAKEN);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
}

static void approval_needs_the_pin_where_it_is_asked_for(void **state)
{
    (void)state;
    bench_config(&place.bench, "policy.user-verification", "on");
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(
        bench_do_resolve(&place.bench, &place.device, &place.challenge, place.hash),
        OUTCOME_OK);
    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &asked.decision);
    assert_int_equal(decide(), OUTCOME_UV_REQUIRED);
    asked.decision.flags |= DECISION_USER_VERIFIED;
    assert_int_equal(decide(), OUTCOME_OK);
}

static void approval_needs_a_person_unless_the_portal_allows(void **state)
{
    (void)state;
    asked.decision.flags = 0;
    assert_int_equal(decide(), OUTCOME_PRESENCE_REQUIRED);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
    bench_config(&place.bench, "policy.user-presence", "off");
    assert_int_equal(decide(), OUTCOME_OK);
    bench_config(&place.bench, "policy.user-presence", "on");
}

static void denial_needs_no_person(void **state)
{
    (void)state;
    asked.decision.flags = 0;
    asked.decision.decision = DECISION_DENY;
    assert_int_equal(decide(), OUTCOME_OK);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
}

static void expired_page_is_not_answered(void **state)
{
    (void)state;
    bench_pass(&place.bench, 120);
    assert_int_equal(decide(), OUTCOME_CHALLENGE_EXPIRED);
}

static void revoked_between_scan_and_answer(void **state)
{
    (void)state;
    struct envelope_opened opened;
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, place.device.device_id, REVOKED_BY_USER, true);
    portal_end(&place.bench.portal, true);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
    assert_int_equal(decide(), OUTCOME_DEVICE_REVOKED);
    bench_open_answer(&place.bench, MESSAGE_REVOKED, &asked.answer, &opened);
    const struct statement_revoked *revoked = &opened.statement.revoked;
    assert_memory_equal(revoked->device_id, place.device.device_id, DEVICE_ID_SIZE);
    assert_memory_equal(revoked->key_id, place.device.key_id, KEY_ID_SIZE);
    assert_int_equal(revoked->reason, REVOKED_BY_USER);
    assert_int_equal(revoked->revoked_at, place.bench.wall);
}

static void switched_off_between_scan_and_answer(void **state)
{
    (void)state;
    struct statement_resolve resolve;

    bench_config(&place.bench, "allow-qr", "off");
    assert_int_equal(decide(), OUTCOME_QR_DISABLED);
    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &place.device, &asked.answer);
    assert_int_equal(asked.answer.outcome, OUTCOME_QR_DISABLED);

    // A signature that does not hold is still what is told first.
    struct bench_device stranger = place.device;
    bench_new_key(&stranger);
    bench_send(&place.bench, MESSAGE_RESOLVE, &resolve, &stranger, &asked.answer);
    assert_int_equal(asked.answer.outcome, OUTCOME_UNKNOWN_DEVICE);

    // What falls short later switches it off as well.
    bench_config(&place.bench, "allow-qr", "on");
    bench_config(&place.bench, "module.pull", "21.299.9");
    assert_int_equal(decide(), OUTCOME_QR_DISABLED);
    bench_config(&place.bench, "module.pull", "21.300.0");
    assert_int_equal(decide(), OUTCOME_OK);
}

static void disabled_account_between_scan_and_answer(void **state)
{
    (void)state;
    portal_begin(&place.bench.portal);
    users_set_enabled(&place.bench.portal.store, place.user, false);
    logins_end_of_user(&place.bench.portal.store, place.user);
    portal_end(&place.bench.portal, true);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_DENIED);
    assert_int_equal(decide(), OUTCOME_ACCOUNT_DISABLED);
}

static void key_past_its_life_is_refused(void **state)
{
    (void)state;
    bench_pass(&place.bench, 7776000);
    assert_int_equal(decide(), OUTCOME_KEY_EXPIRED);
}

// ---- the device's journal --------------------------------------------------------------

static struct {
    struct device_statement rows[8];
    size_t count;
} listed;

static void take_row(void *userdata, const struct device_statement *statement)
{
    (void)userdata;
    assert_true(listed.count < 8);
    listed.rows[listed.count++] = *statement;
}

// A denial to a page of its own, with which the journal has this end.
static void deny_with(uint64_t count, uint8_t head, const uint8_t *other_device)
{
    struct statement_journal journal = {.count = count};
    memset(journal.head, head, sizeof(journal.head));
    memcpy(journal.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(journal.device_id, other_device ? other_device : place.device.device_id,
           DEVICE_ID_SIZE);
    memcpy(journal.key_id, place.device.key_id, KEY_ID_SIZE);

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &place.cookie, &place.challenge);
    assert_int_equal(
        bench_do_resolve(&place.bench, &place.device, &place.challenge, place.hash),
        OUTCOME_OK);
    bench_decision(&place.bench, &place.device, &place.challenge, place.hash, &asked.decision);
    asked.decision.decision = DECISION_DENY;
    place.bench.journal = count > 0 ? &journal : NULL;
    assert_int_equal(decide(), OUTCOME_OK);
    place.bench.journal = NULL;
}

// What goes along with a statement is kept with it, and decides nothing.
static void what_statements_say_of_the_journal_is_kept(void **state)
{
    (void)state;
    static const uint8_t other_device[DEVICE_ID_SIZE] = {9};
    static const struct {
        uint64_t count;
        uint8_t head;
        const uint8_t *of;
        enum device_journal_state state;
    } rows[] = {
        {5, 1, NULL, DEVICE_JOURNAL_GOES_ON},          {0, 0, NULL, DEVICE_JOURNAL_NOT_TOLD},
        {7, 2, NULL, DEVICE_JOURNAL_GOES_ON},          {7, 2, NULL, DEVICE_JOURNAL_STANDS},
        {7, 3, NULL, DEVICE_JOURNAL_CHANGED},          {6, 4, NULL, DEVICE_JOURNAL_WENT_BACK},
        {8, 5, other_device, DEVICE_JOURNAL_NOT_TOLD},
    };
    size_t count = sizeof(rows) / sizeof(rows[0]);
    for (size_t i = 0; i < count; i++)
        deny_with(rows[i].count, rows[i].head, rows[i].of);

    listed.count = 0;
    portal_begin(&place.bench.portal);
    assert_true(
        device_journal_list(&place.bench.portal.store, place.device.device_id, take_row, NULL));
    portal_end(&place.bench.portal, true);
    assert_int_equal(listed.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(listed.rows[i].state, rows[i].state);
        if (rows[i].state != DEVICE_JOURNAL_NOT_TOLD) {
            assert_int_equal(listed.rows[i].count, rows[i].count);
            assert_int_equal(listed.rows[i].head[0], rows[i].head);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(approval_gives_a_code_and_a_login),
        TEST(denial_ends_the_page),
        TEST(same_bytes_get_the_same_receipt),
        TEST(other_answer_to_the_same_page_is_refused),
        TEST(sequence_rises_with_accepted_statements_only),
        TEST(sequence_has_64_bits),
        TEST(nothing_is_taken_from_the_message),
        TEST(page_that_was_not_scanned_is_not_answered),
        TEST(another_device_does_not_answer_and_denies_nothing),
        TEST(approval_needs_the_pin_where_it_is_asked_for),
        TEST(approval_needs_a_person_unless_the_portal_allows),
        TEST(denial_needs_no_person),
        TEST(expired_page_is_not_answered),
        TEST(revoked_between_scan_and_answer),
        TEST(switched_off_between_scan_and_answer),
        TEST(disabled_account_between_scan_and_answer),
        TEST(key_past_its_life_is_refused),
        TEST(what_statements_say_of_the_journal_is_kept),
    };

    return cmocka_run_group_tests_name("portal decision", tests, NULL, NULL);
}
