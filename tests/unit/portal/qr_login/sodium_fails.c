// SPDX-License-Identifier: MIT
// Where libsodium fails at the portal, a request ends as a fault of the portal's own: nothing
// that it wrote is kept, nobody is signed in by it, and the same request then succeeds.
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/badges.h"
#include "portal/core/challenge_names.h"
#include "portal/core/device_tokens.h"
#include "portal/core/keys.h"
#include "portal/core/known_browsers.h"
#include "portal/core/signin.h"
#include "portal/core/start.h"
#include "portal/core/users.h"
#include "portal/web/certificate.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"

#define PASSWORD "correct horse battery"

// Of what a deed asks of the portal: how it ended.
static enum outcome ended;

static int64_t count_of(const char *sql)
{
    return bench_number(&place.bench, sql);
}

// Runs in a transaction of its own. True if it was well, and is kept.
static bool transact(bool (*work)(struct portal *portal))
{
    portal_begin(&place.bench.portal);
    bool done = work(&place.bench.portal);
    return portal_end(&place.bench.portal, done) && done;
}

// ---- what devices send -------------------------------------------------------------------

static struct {
    verifier_call *call;
    struct envelope_text envelope;
    struct answer answer;
} sent;

static void prepare(verifier_call *call, enum message message, const void *statement,
                    const struct bench_device *second)
{
    const uint8_t *const keys[] = {place.device.secret_key, second ? second->secret_key : NULL};
    struct statement_body body;
    sent.call = call;
    assert_int_equal(statement_encode(message, statement, &body), VERDICT_OK);
    assert_true(
        envelope_seal(message, statement_span(&body), keys, second ? 2 : 1, &sent.envelope));
}

// A signature that could not be looked at is one that does not hold; all else is a fault.
static bool send_it(void)
{
    const struct caller caller = {.contact.address = BENCH_ADDRESS,
                                  .language = place.bench.language};
    sent.call(&place.bench.portal, envelope_span(&sent.envelope), &caller, &sent.answer);
    ended = sent.answer.outcome;
    assert_true(ended == OUTCOME_OK || ended == OUTCOME_FAULT ||
                ended == OUTCOME_BAD_SIGNATURE);
    assert_int_equal(sent.answer.has_envelope, ended == OUTCOME_OK);
    return ended == OUTCOME_OK;
}

static void look_for_a_page_that_waits(void)
{
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_CREATED);
    assert_int_equal(count_of("SELECT count(*) FROM contexts"), 0);
}

static void look_for_no_decision(void)
{
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_RESOLVED);
    assert_int_equal(count_of("SELECT count(*) FROM statements"), 0);
    assert_int_equal(count_of("SELECT count(*) FROM sessions WHERE how = 'qr'"), 0);
}

static void resolve_and_decide(void)
{
    struct statement_resolve resolve;
    struct statement_decision decision;
    struct envelope_opened opened;
    uint8_t hash[HASH_SIZE];

    bench_resolve(&place.bench, &place.device, &place.challenge, &resolve);
    if (place.challenge.framed) {
        resolve.frame.size = CHALLENGE_FRAME_SIZE;
        assert_true(frame_code(place.bench.portal.keys.frame_key, place.challenge.id,
                               (uint64_t)place.bench.wall, resolve.frame.bytes));
    }
    prepare(verifier_resolve, MESSAGE_RESOLVE, &resolve, NULL);
    assert_true(each_call_fails(send_it, look_for_a_page_that_waits) >= 6);
    bench_open_answer(&place.bench, MESSAGE_CONTEXT, &sent.answer, &opened);
    assert_true(hash_sha256(statement_span(&opened.body), hash));

    bench_decision(&place.bench, &place.device, &place.challenge, hash, &decision);
    prepare(verifier_decision, MESSAGE_DECISION, &decision, NULL);
    assert_true(each_call_fails(send_it, look_for_no_decision) >= 6);
    bench_open_answer(&place.bench, MESSAGE_RECEIPT, &sent.answer, &opened);
    assert_int_equal(opened.statement.receipt.result, RECEIPT_PICKUP_CODE);
    memcpy(place.receipt.pickup_code, opened.statement.receipt.pickup_code,
           sizeof(place.receipt.pickup_code));
}

static void a_decision_is_judged_whole_or_not(void **state)
{
    (void)state;
    resolve_and_decide();
}

static void a_frame_that_cannot_be_made_is_not_the_right_one(void **state)
{
    (void)state;
    bench_config(&place.bench, "policy.frames", "on");
    place_show("");
    assert_true(place.challenge.framed);
    resolve_and_decide();
}

// Zeros are what a failing call leaves behind.
static void a_frame_of_zeros_is_not_the_right_one(void **state)
{
    (void)state;
    const struct statement_frame zeros = {.size = CHALLENGE_FRAME_SIZE};
    bench_config(&place.bench, "policy.frames", "on");
    place_show("");
    portal_begin(&place.bench.portal);
    failing_sodium_always(true);
    assert_false(challenge_frame_is_fresh(&place.bench.portal, &place.challenge, &zeros));
    failing_sodium_always(false);
    assert_false(portal_end(&place.bench.portal, true));
}

static void look_for_one_key(void)
{
    assert_int_equal(count_of("SELECT count(*) FROM session_keys"), 1);
}

static void a_rotation_is_judged_whole_or_not(void **state)
{
    (void)state;
    struct bench_device next;
    struct statement_rotate rotate = {.sequence = ++place.device.sequence};
    bench_new_key(&next);
    memcpy(rotate.portal_id, place.bench.portal.keys.current.portal_id, PORTAL_ID_SIZE);
    memcpy(rotate.device_id, place.device.device_id, DEVICE_ID_SIZE);
    memcpy(rotate.key_id, place.device.key_id, KEY_ID_SIZE);
    memcpy(rotate.new_key, next.public_key, PUBLIC_KEY_SIZE);
    bench_where(&place.bench, MESSAGE_ROTATE, &rotate.where);
    prepare(verifier_rotate, MESSAGE_ROTATE, &rotate, &next);
    assert_true(each_call_fails(send_it, look_for_one_key) >= 10);
    assert_int_equal(count_of("SELECT count(*) FROM session_keys"), 2);
}

// ---- pairing -----------------------------------------------------------------------------

static struct session session;
static char code[512];

static bool show_code(struct portal *portal)
{
    enrolments_begin(portal, &session, code, sizeof(code));
    return true;
}

static bool begin_code(void)
{
    return transact(show_code);
}

static void look_for_no_code(void)
{
    assert_int_equal(count_of("SELECT count(*) FROM enrolments WHERE state = 0"), 0);
}

static bool show_code_again(struct portal *portal)
{
    struct enrolment enrolment;
    bool found = enrolments_of_session(portal, &session, &enrolment);
    enrolments_code(portal, &enrolment, code, sizeof(code));
    return found;
}

static bool code_again(void)
{
    return transact(show_code_again);
}

static void look_for_nobody_new(void)
{
    look_for_one_key();
    assert_int_equal(count_of("SELECT count(*) FROM enrolments WHERE state = 0"), 1);
}

static void a_device_is_taken_in_whole_or_not(void **state)
{
    (void)state;
    struct challenge read;
    struct statement_enrol enrol;
    bench_session(&place.bench, place.user, &session);
    assert_int_equal(each_call_fails(begin_code, look_for_no_code), 2);
    assert_int_equal(each_call_fails(code_again, NULL), 2);
    challenge_parse(span_str(code), &read);
    assert_int_equal(read.kind, PAYLOAD_PAIRING);

    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, read.pairing.token, &enrol);
    prepare(verifier_enrol, MESSAGE_ENROL, &enrol, NULL);
    assert_true(each_call_fails(send_it, look_for_nobody_new) >= 9);
}

static uint8_t token[PAIRING_TOKEN_SIZE];

static bool add_token(struct portal *portal)
{
    return device_tokens_add(portal, place.user, "kiosk", "", 3600, token) > 0;
}

static bool make_token(void)
{
    return transact(add_token);
}

static bool add_badge(struct portal *portal)
{
    uint8_t badge[BADGE_SIZE];
    return badges_add(portal, place.user, "badge", DEVICE_TOKEN_LIFE_MAX_S, badge) > 0;
}

static bool make_badge(void)
{
    return transact(add_badge);
}

static void look_for_no_token(void)
{
    assert_int_equal(count_of("SELECT count(*) FROM device_tokens"), 0);
    assert_int_equal(count_of("SELECT count(*) FROM badges"), 0);
}

static void look_for_a_token_that_is_open(void)
{
    look_for_one_key();
    assert_int_equal(count_of("SELECT count(*) FROM device_tokens WHERE used_at = 0"), 1);
}

static void a_token_has_its_hash_or_is_none(void **state)
{
    (void)state;
    struct statement_enrol enrol;
    assert_int_equal(each_call_fails(make_token, look_for_no_token), 1);
    bench_new_key(&place.device);
    bench_enrol(&place.bench, &place.device, token, &enrol);
    prepare(verifier_enrol, MESSAGE_ENROL, &enrol, NULL);
    assert_true(each_call_fails(send_it, look_for_a_token_that_is_open) >= 9);

    portal_begin(&place.bench.portal);
    store_run(&place.bench.portal.store, "DELETE FROM device_tokens", "");
    assert_true(portal_end(&place.bench.portal, true));
    assert_int_equal(each_call_fails(make_badge, look_for_no_token), 1);
}

// ---- browsers ----------------------------------------------------------------------------

static struct token cookie;
static struct portal_challenge page;

static bool create(struct portal *portal)
{
    const struct challenge_request request = {BENCH_ADDRESS, "Chromium, Linux", ""};
    return challenges_create(portal, &request, &cookie, &page) == OUTCOME_OK;
}

static bool open_page(void)
{
    return transact(create);
}

static bool find_page(struct portal *portal)
{
    const struct challenge_request request = {BENCH_ADDRESS, "Chromium, Linux", ""};
    return challenges_of_browser(portal, cookie.text, &request, &page);
}

static bool come_back(void)
{
    return transact(find_page);
}

// Its window is known by its cookie alone.
static bool come_back_to_another_portal(void)
{
    struct unscanned lost;
    while (unscanned_take(&place.bench.portal.unscanned, &lost))
        continue;
    return come_back();
}

static bool tell_page(void)
{
    json_t *told = challenge_page_state(&place.bench.portal, &page);
    struct text key = {0};
    bool keyed = challenge_page_key(&place.bench.portal, &page, &key);
    bool whole = told && keyed;
    json_decref(told);
    text_free(&key);
    return whole;
}

static void a_page_has_its_names_or_is_none(void **state)
{
    (void)state;
    bench_config(&place.bench, "policy.frames", "on");
    // Two counts, the id, the cookie, its hash and the nonce.
    assert_true(each_call_fails(open_page, NULL) >= 18);
    assert_true(each_call_fails(come_back, NULL) >= 2);
    assert_true(each_call_fails(come_back_to_another_portal, NULL) >= 20);
    assert_int_equal(each_call_fails(tell_page, NULL), 10);
}

static bool claim(struct portal *portal)
{
    const struct claim wanted = {
        place.cookie.text, "", place.receipt.pickup_code, {BENCH_ADDRESS, "Chromium, Linux"}};
    ended = claims_take(portal, &wanted, &place.claimed);
    return ended == OUTCOME_OK;
}

static bool claim_it(void)
{
    return transact(claim);
}

static void look_for_nobody_signed_in(void)
{
    assert_int_equal(bench_state(&place.bench, &place.challenge), CHALLENGE_APPROVED);
    assert_int_equal(count_of("SELECT count(*) FROM sessions WHERE how = 'qr'"), 0);
}

static bool find_session(struct portal *portal)
{
    return sessions_find(portal, place.claimed.token.text, &session);
}

static bool visit(void)
{
    return transact(find_session);
}

static bool end_session(struct portal *portal)
{
    sessions_replace(portal, place.claimed.token.text);
    return true;
}

static bool leave(void)
{
    return transact(end_session);
}

static void look_for_the_session(void)
{
    assert_true(visit());
}

static bool mark_browser(struct portal *portal)
{
    struct token mark;
    known_browsers_add(portal, place.user, place.claimed.token.text, "Chromium", &mark);
    return true;
}

static bool mark_it(void)
{
    return transact(mark_browser);
}

static void look_for_no_mark(void)
{
    assert_int_equal(count_of("SELECT count(*) FROM marks"), 0);
}

static void a_session_has_its_hash_or_is_none(void **state)
{
    (void)state;
    place_approve("");
    assert_int_equal(each_call_fails(claim_it, look_for_nobody_signed_in), 2);
    assert_int_equal(each_call_fails(visit, NULL), 1);
    assert_int_equal(each_call_fails(mark_it, look_for_no_mark), 2);
    assert_int_equal(each_call_fails(leave, look_for_the_session), 1);
    assert_false(visit());
}

// ---- passwords ---------------------------------------------------------------------------

static char password_hash[USER_HASH_MAX];

static bool hash_password(void)
{
    return users_hash_password(PASSWORD, password_hash);
}

static bool check_password(void)
{
    enum password_check check = users_check_password(PASSWORD, password_hash);
    assert_int_not_equal(check, PASSWORD_WRONG);
    return check == PASSWORD_RIGHT;
}

static void a_password_that_cannot_be_hashed_is_neither_right_nor_wrong(void **state)
{
    (void)state;
    assert_int_equal(each_call_fails(hash_password, NULL), 1);
    assert_int_equal(each_call_fails(check_password, NULL), 1);
    assert_int_equal(users_check_password("another", password_hash), PASSWORD_WRONG);
    assert_int_equal(users_check_password(PASSWORD, "none"), PASSWORD_WRONG);
}

static bool sign_in(void)
{
    struct user user;
    enum signin_result result =
        signin_check_password(&place.bench.portal, "anna", PASSWORD, BENCH_ADDRESS, &user);
    assert_true(result == SIGNIN_DONE || result == SIGNIN_FAULT);
    return result == SIGNIN_DONE;
}

static void look_for_no_try(void)
{
    assert_int_equal(count_of("SELECT coalesce(sum(made), 0) FROM attempts"), 0);
}

static void a_password_that_cannot_be_hashed_is_no_try(void **state)
{
    (void)state;
    assert_true(users_hash_password(PASSWORD, password_hash));
    portal_begin(&place.bench.portal);
    users_set_password_hash(&place.bench.portal.store, place.user, password_hash);
    assert_true(portal_end(&place.bench.portal, true));
    look_for_no_try();
    assert_int_equal(each_call_fails(sign_in, look_for_no_try), 1);
}

// ---- the portal's own keys ---------------------------------------------------------------

static struct fault fault;
static struct portal_keys keys;

static bool load_keys(void)
{
    fault = (struct fault){0};
    return keys_load(&keys, place.bench.directory, &place.bench.portal.environment, &fault);
}

static void look_for_a_fault(void)
{
    assert_string_equal(failure_code(fault.failure), "internal.error");
    assert_true(fault.detail[0] != '\0');
}

static bool load_certificate(void)
{
    static struct tls_identity identity;
    fault = (struct fault){0};
    return tls_load(&identity, place.bench.directory, "localhost", place.bench.wall, &fault);
}

static bool restart(void)
{
    struct portal_options options = {.directory = place.bench.directory,
                                     .base_url = BENCH_URL,
                                     .environment = place.bench.portal.environment};
    struct portal started;
    fault = (struct fault){0};
    if (!portal_start(&started, &options, &fault))
        return false;
    portal_stop(&started);
    return true;
}

static void the_keys_of_the_portal_are_whole_or_it_does_not_start(void **state)
{
    (void)state;
    const struct portal_environment *environment = &place.bench.portal.environment;
    assert_true(keys_announce(place.bench.directory, environment, NULL));
    assert_true(keys_switch(place.bench.directory, NULL));
    assert_true(keys_announce(place.bench.directory, environment, NULL));

    assert_int_equal(each_call_fails(load_keys, look_for_a_fault), 3 * 2);
    assert_true(keys.current.present && keys.next.present && keys.old.present);
    keys_destroy(&keys);
    assert_int_equal(each_call_fails(load_certificate, look_for_a_fault), 1);

    struct portal_environment kept = *environment;
    portal_stop(&place.bench.portal);
    place.bench.portal.environment = kept;
    assert_true(each_call_fails(restart, look_for_a_fault) >= 3 * 2 + 4);
    bench_restart_closed(&place.bench);
}

#define TEST(f, open) cmocka_unit_test_setup_teardown(f, open, place_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_decision_is_judged_whole_or_not, place_open_waiting),
        TEST(a_frame_that_cannot_be_made_is_not_the_right_one, place_open_paired),
        TEST(a_frame_of_zeros_is_not_the_right_one, place_open_paired),
        TEST(a_rotation_is_judged_whole_or_not, place_open_paired),
        TEST(a_device_is_taken_in_whole_or_not, place_open_paired),
        TEST(a_token_has_its_hash_or_is_none, place_open_paired),
        TEST(a_page_has_its_names_or_is_none, place_open_paired),
        TEST(a_session_has_its_hash_or_is_none, place_open_paired),
        TEST(a_password_that_cannot_be_hashed_is_neither_right_nor_wrong, place_open_paired),
        TEST(a_password_that_cannot_be_hashed_is_no_try, place_open_paired),
        TEST(the_keys_of_the_portal_are_whole_or_it_does_not_start, place_open_paired),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
