// SPDX-License-Identifier: MIT
// The browser takes its session: order, tries, once, two-step login, ends half way.
#include "place.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <liboath/oath.h>
#include <sodium.h>

#include "portal/core/logins.h"
#include "portal/core/signin.h"

#define CLAIMERS 50

static const struct client client = {BENCH_ADDRESS, "Chromium, Linux"};

static int open_with(bool otp)
{
    place_open(otp);
    place_approve("");
    return 0;
}

static int open_place(void **state)
{
    (void)state;
    return open_with(false);
}

static int open_two_step(void **state)
{
    (void)state;
    return open_with(true);
}

static enum outcome claim(const char *code)
{
    return bench_claim(&place.bench, place.cookie.text, "", code, &place.claimed);
}

static int64_t qr_sessions(void)
{
    return bench_number(&place.bench, "SELECT count(*) FROM sessions WHERE how = 'qr'");
}

static const char *wrong_code(void)
{
    return strcmp(place.receipt.pickup_code, "000000") == 0 ? "000001" : "000000";
}

static void right_code_makes_a_session_with_a_fresh_id(void **state)
{
    (void)state;
    struct session session;
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    assert_false(place.claimed.otp);
    assert_string_not_equal(place.claimed.token.text, place.cookie.text);
    portal_begin(&place.bench.portal);
    assert_false(sessions_find(&place.bench.portal, place.cookie.text, &session));
    assert_true(sessions_find(&place.bench.portal, place.claimed.token.text, &session));
    portal_end(&place.bench.portal, false);
    assert_int_equal(session.user.id, place.user);
    assert_int_equal(session.signin.how, SIGNIN_BY_QR);
    assert_false(sessions_password_fresh(&place.bench.portal, &session));
}

static void state_comes_before_the_form_of_the_code(void **state)
{
    (void)state;
    struct token cookie;
    struct portal_challenge other;

    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &other);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", "x", &place.claimed),
                     OUTCOME_NOT_APPROVED);
    assert_int_equal(bench_claim(&place.bench, "", "", "123456", &place.claimed),
                     OUTCOME_UNKNOWN_CHALLENGE);

    for (int i = 0; i < 5; i++) { // not counted
        assert_int_equal(claim(NULL), OUTCOME_MALFORMED);
        assert_int_equal(claim("12345"), OUTCOME_MALFORMED);
        assert_int_equal(claim("12345x"), OUTCOME_MALFORMED);
    }

    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(claim(NULL), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(qr_sessions(), 1);
}

static void third_wrong_code_ends_it(void **state)
{
    (void)state;
    assert_int_equal(claim(wrong_code()), OUTCOME_WRONG_CODE);
    assert_int_equal(place.claimed.tries_left, 2);
    assert_int_equal(claim(wrong_code()), OUTCOME_WRONG_CODE);
    assert_int_equal(claim(wrong_code()), OUTCOME_WRONG_CODE);
    assert_int_equal(place.claimed.tries_left, 0);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(qr_sessions(), 0);
}

static void late_claim_is_expired(void **state)
{
    (void)state;
    bench_pass(&place.bench, 119);
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);
    bench_pass(&place.bench, 1);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_EXPIRED);
    assert_int_equal(qr_sessions(), 0);
}

static void *claim_in_thread(void *outcome)
{
    struct claimed claimed;
    struct claim wanted = {place.cookie.text, "", place.receipt.pickup_code, client};
    portal_begin(&place.bench.portal);
    *(enum outcome *)outcome = claims_take(&place.bench.portal, &wanted, &claimed);
    portal_end(&place.bench.portal, true);
    return NULL;
}

static void many_at_once_make_one_session(void **state)
{
    (void)state;
    pthread_t threads[CLAIMERS];
    enum outcome outcomes[CLAIMERS];
    size_t taken = 0;
    for (size_t i = 0; i < CLAIMERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_in_thread, &outcomes[i]), 0);
    for (size_t i = 0; i < CLAIMERS; i++) {
        pthread_join(threads[i], NULL);
        taken += outcomes[i] == OUTCOME_OK;
        assert_true(outcomes[i] == OUTCOME_OK || outcomes[i] == OUTCOME_CHALLENGE_CLAIMED);
    }
    assert_int_equal(taken, 1);
    assert_int_equal(qr_sessions(), 1);
}

static void end_session(uint8_t result)
{
    struct statement_endsession end = {.sequence = ++place.device.sequence};
    struct answer answer;
    struct envelope_opened opened;
    memcpy(end.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(end.device_id, place.device.device_id, DEVICE_ID_SIZE);
    memcpy(end.key_id, place.device.key_id, KEY_ID_SIZE);
    memcpy(end.login_id, place.receipt.login_id, LOGIN_ID_SIZE);
    bench_where(&place.bench, MESSAGE_ENDSESSION, &end.where);
    bench_send(&place.bench, MESSAGE_ENDSESSION, &end, &place.device, &answer);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &answer, &opened);
    assert_int_equal(opened.statement.receipt.result, result);
}

static void ended_before_the_claim(void **state)
{
    (void)state;
    end_session(RECEIPT_ENDED);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_DECIDED);
    end_session(RECEIPT_ALREADY_OVER);
}

static void ended_after_the_claim(void **state)
{
    (void)state;
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    end_session(RECEIPT_ENDED);
    assert_int_equal(qr_sessions(), 0);
    end_session(RECEIPT_ALREADY_OVER);
}

static void revoke(bool sessions)
{
    portal_begin(&place.bench.portal);
    devices_revoke(&place.bench.portal, place.device.device_id, REVOKED_BY_USER, sessions);
    portal_end(&place.bench.portal, true);
}

static void revoked_before_the_claim(void **state)
{
    (void)state;
    revoke(false);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(qr_sessions(), 0);
}

static void revoked_after_the_claim_ends_sessions_if_wished(void **state)
{
    (void)state;
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    revoke(false);
    assert_int_equal(qr_sessions(), 1);
    revoke(true);
    assert_int_equal(qr_sessions(), 0);
}

static void disabled_account_takes_nothing(void **state)
{
    (void)state;
    portal_begin(&place.bench.portal);
    users_set_enabled(&place.bench.portal.store, place.user, false);
    portal_end(&place.bench.portal, true);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(qr_sessions(), 0);
}

// The authenticator's code now, `steps` steps ahead.
static void otp_now(int64_t steps, char out[static 7])
{
    uint8_t secret[USER_OTP_SIZE];
    struct rows rows;
    portal_begin(&place.bench.portal);
    rows_open(&rows, &place.bench.portal.store, "SELECT otp_secret FROM users WHERE id = ?",
              "i", place.user);
    assert_true(rows_next(&rows));
    assert_true(rows_blob(&rows, 0, secret, sizeof(secret)));
    rows_close(&rows);
    portal_end(&place.bench.portal, false);
    assert_int_equal(oath_totp_generate((const char *)secret, sizeof(secret),
                                        (time_t)(place.bench.wall + 30 * steps), 30, 0, 6, out),
                     OATH_OK);
}

static enum signin_result enter_otp(const char *code, struct signin_reply *reply)
{
    signin_otp(&place.bench.portal, place.claimed.token.text, code, &client, reply);
    return reply->result;
}

static const char *wrong_otp(const char *right)
{
    return strcmp(right, "123456") == 0 ? "654321" : "123456";
}

static void two_step_gives_no_session_before_the_code(void **state)
{
    (void)state;
    struct session session;
    struct signin_reply reply;
    char code[7];
    assert_int_equal(place.receipt.flags, RECEIPT_TWO_STEP);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    assert_true(place.claimed.otp);
    assert_int_equal(qr_sessions(), 0);
    portal_begin(&place.bench.portal);
    assert_false(sessions_find(&place.bench.portal, place.claimed.token.text, &session));
    portal_end(&place.bench.portal, false);

    otp_now(0, code);
    assert_int_equal(enter_otp(wrong_otp(code), &reply), SIGNIN_WRONG);
    assert_int_equal(reply.tries_left, 4);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_DONE);
    assert_string_not_equal(reply.token.text, place.claimed.token.text);
    assert_int_equal(qr_sessions(), 1);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);
}

static void two_step_ends_after_five_wrong_codes(void **state)
{
    (void)state;
    struct signin_reply reply;
    char code[7];
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    otp_now(0, code);
    for (int i = 0; i < 4; i++)
        assert_int_equal(enter_otp(wrong_otp(code), &reply), SIGNIN_WRONG);
    assert_int_equal(enter_otp(wrong_otp(code), &reply), SIGNIN_OVER);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(qr_sessions(), 0);
}

static void two_step_goes_on_after_a_restart(void **state)
{
    (void)state;
    struct signin_reply reply;
    char code[7];
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    otp_now(0, code);
    bench_restart(&place.bench);
    assert_int_equal(enter_otp(wrong_otp(code), &reply), SIGNIN_WRONG);
    place.bench.boot_id = "second"; // the boot clock means something else now
    bench_restart(&place.bench);
    assert_int_equal(enter_otp(code, &reply), bench_is_shared() ? SIGNIN_DONE : SIGNIN_OVER);
}

static void two_step_ends_after_its_time(void **state)
{
    (void)state;
    struct signin_reply reply;
    char code[7];
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    bench_pass(&place.bench, 300);
    otp_now(0, code);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);
}

static void one_time_code_counts_once(void **state)
{
    (void)state;
    struct signin_reply reply;
    char code[7], next[7];
    otp_now(0, code);
    otp_now(1, next);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_DONE);
    place_approve("");
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_WRONG);
    assert_int_equal(enter_otp(next, &reply), SIGNIN_DONE);
}

static void two_step_checks_again(void **state)
{
    (void)state;
    struct signin_reply reply;
    char code[7];
    otp_now(0, code);
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    bench_config(&place.bench, "allow-qr", "off");
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);
    bench_config(&place.bench, "allow-qr", "on");
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER); // discarded

    place_approve("");
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    end_session(RECEIPT_ENDED);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);

    place_approve("");
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    revoke(false);
    assert_int_equal(enter_otp(code, &reply), SIGNIN_OVER);
    assert_int_equal(qr_sessions(), 0);
}

static enum outcome repeat(const char *code, const char *attempt)
{
    struct claim wanted = {place.cookie.text, "", code, client};
    portal_begin(&place.bench.portal);
    enum outcome outcome = claims_repeat(&place.bench.portal, &wanted, attempt, &place.claimed);
    assert_true(portal_end(&place.bench.portal, true));
    return outcome;
}

// Takes the session by an attempt of this name, as the page does.
static void claim_by(const char *attempt)
{
    struct claim wanted = {place.cookie.text, "", place.receipt.pickup_code, client};
    assert_int_equal(claim(place.receipt.pickup_code), OUTCOME_OK);
    portal_begin(&place.bench.portal);
    claims_note_attempt(&place.bench.portal, &wanted, attempt);
    assert_true(portal_end(&place.bench.portal, true));
}

#define ATTEMPT "0123456789abcdef0123456789abcdef"

static void lost_answer_is_given_again_to_the_same_attempt_only(void **state)
{
    (void)state;
    const char *code = place.receipt.pickup_code;
    assert_int_equal(repeat(code, ATTEMPT), OUTCOME_CHALLENGE_CLAIMED); // nothing to repeat yet
    claim_by(ATTEMPT);
    struct token first = place.claimed.token;
    assert_int_equal(repeat(code, "fedcba9876543210fedcba9876543210"),
                     OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(repeat(code, ""), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(repeat(wrong_code(), ATTEMPT), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(repeat(NULL, ATTEMPT), OUTCOME_CHALLENGE_CLAIMED);
    assert_int_equal(qr_sessions(), 1);

    assert_int_equal(repeat(code, ATTEMPT), OUTCOME_OK);
    assert_int_equal(qr_sessions(), 1); // the same one, under another id
    struct session session;
    portal_begin(&place.bench.portal);
    assert_false(sessions_find(&place.bench.portal, first.text, &session));
    assert_true(sessions_find(&place.bench.portal, place.claimed.token.text, &session));
    portal_end(&place.bench.portal, false);
}

static void lost_answer_is_not_given_again_once_it_is_over(void **state)
{
    (void)state;
    const char *code = place.receipt.pickup_code;
    claim_by(ATTEMPT);
    end_session(RECEIPT_ENDED);
    assert_int_equal(repeat(code, ATTEMPT), OUTCOME_CHALLENGE_CLAIMED);
    place_approve("");
    claim_by(ATTEMPT);
    bench_pass(&place.bench, 120);
    assert_int_equal(repeat(code, ATTEMPT), OUTCOME_CHALLENGE_CLAIMED);

    if (bench_is_shared())
        return; // there the machine's start ends nothing
    place_approve("");
    claim_by(ATTEMPT);
    place.bench.boot = 1000; // the machine was started anew
    place.bench.boot_id = "second";
    bench_restart(&place.bench);
    assert_int_equal(repeat(code, ATTEMPT), OUTCOME_CHALLENGE_CLAIMED);
}

static void lost_answer_of_a_two_step_account_is_still_half_way(void **state)
{
    (void)state;
    claim_by(ATTEMPT);
    assert_int_equal(repeat(place.receipt.pickup_code, ATTEMPT), OUTCOME_OK);
    assert_true(place.claimed.otp);
    assert_int_equal(qr_sessions(), 0);
    assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM pending"), 1);
}

static void whole_portal_may_ask_for_no_code(void **state)
{
    (void)state;
    bench_config(&place.bench, "policy.pickup-code", "off");
    place_approve("");
    assert_int_equal(place.receipt.result, RECEIPT_APPROVED);
    assert_int_equal(claim(NULL), OUTCOME_OK);
}

#define TEST(name)     cmocka_unit_test_setup_teardown(name, open_place, place_close)
#define TWO_STEP(name) cmocka_unit_test_setup_teardown(name, open_two_step, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(right_code_makes_a_session_with_a_fresh_id),
        TEST(state_comes_before_the_form_of_the_code),
        TEST(third_wrong_code_ends_it),
        TEST(late_claim_is_expired),
        TEST(many_at_once_make_one_session),
        TEST(ended_before_the_claim),
        TEST(ended_after_the_claim),
        TEST(revoked_before_the_claim),
        TEST(revoked_after_the_claim_ends_sessions_if_wished),
        TEST(disabled_account_takes_nothing),
        TWO_STEP(two_step_gives_no_session_before_the_code),
        TWO_STEP(two_step_ends_after_five_wrong_codes),
        TWO_STEP(two_step_ends_after_its_time),
        TWO_STEP(two_step_goes_on_after_a_restart),
        TWO_STEP(one_time_code_counts_once),
        TWO_STEP(two_step_checks_again),
        TEST(lost_answer_is_given_again_to_the_same_attempt_only),
        TEST(lost_answer_is_not_given_again_once_it_is_over),
        TWO_STEP(lost_answer_of_a_two_step_account_is_still_half_way),
        TEST(whole_portal_may_ask_for_no_code),
    };

    return cmocka_run_group_tests_name("portal claim", tests, NULL, NULL);
}
