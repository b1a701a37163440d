// SPDX-License-Identifier: MIT
// A new password, or a disabled account, ends what the old password vouched for, and nothing
// else.
#include "bench.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "portal/bitrix24/app_passwords.h"
#include "portal/bitrix24/sign_in_tokens.h"
#include "portal/bitrix24/visit.h"
#include "portal/core/known_browsers.h"
#include "portal/core/signin.h"
#include "portal/core/trust.h"

#define PASSWORD "correct horse"

struct place {
    struct bench bench;
    int64_t anna, boris;
    struct bench_device device, other;
};

static struct place place;

static const struct client client = {BENCH_ADDRESS, "Chromium, Linux"};

static int open_place(void **state)
{
    (void)state;
    bench_open(&place.bench);
    place.anna = bench_user(&place.bench, "anna", false);
    place.boris = bench_user(&place.bench, "boris", false);
    bench_pair(&place.bench, place.anna, &place.device);
    bench_pair(&place.bench, place.boris, &place.other);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    bench_close(&place.bench);
    return 0;
}

static void end_trust(int64_t user)
{
    portal_begin(&place.bench.portal);
    trust_end(&place.bench.portal, user);
    assert_true(portal_end(&place.bench.portal, true));
}

// Everything that an account can have that stands for its password.
static void fill(int64_t user)
{
    struct portal *portal = &place.bench.portal;
    const struct signin signin = {.user = user, .how = SIGNIN_BY_PASSWORD};
    struct app_password wanted = {.user = user, .application = APP_PASSWORD_MOBILE};
    char letters[APP_PASSWORD_LETTERS + 1], token[SIGN_IN_TOKEN + 1];
    struct token made;
    portal_begin(portal);
    sessions_open(portal, &signin, &client, &made);
    pending_open(portal, &signin, &made);
    known_browsers_add(portal, user, "", "Chromium, Linux", &made);
    app_passwords_add(portal, &wanted, letters);
    bitrix24_stored_make(portal, user, &made);
    sign_in_tokens_get(portal, user, "/", "s1", token);
    assert_true(portal_end(portal, true));
}

static int64_t count(const char *table, int64_t user)
{
    char sql[96];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE user = %lld", table,
             (long long)user);
    return bench_number(&place.bench, sql);
}

static void everything_of_the_password_ends_and_of_nobody_else(void **state)
{
    (void)state;
    static const char *const tables[] = {"sessions",      "pending",     "marks",
                                         "app_passwords", "stored_auth", "hit_auth"};

    fill(place.anna);
    fill(place.boris);
    end_trust(place.anna);

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        assert_int_equal(count(tables[i], place.anna), 0);
        assert_true(count(tables[i], place.boris) > 0);
    }

    portal_begin(&place.bench.portal);
    assert_int_equal(trust_devices(&place.bench.portal, place.anna), 1);
    trust_revoke_devices(&place.bench.portal, place.anna);
    assert_int_equal(trust_devices(&place.bench.portal, place.anna), 0);
    assert_int_equal(trust_devices(&place.bench.portal, place.boris), 1);
    assert_true(portal_end(&place.bench.portal, true));
}

static void sign_ins_half_way_are_denied(void **state)
{
    (void)state;
    struct token scanned_cookie, cookie, others_cookie;
    struct portal_challenge scanned, approved, others;
    struct statement_receipt receipt;
    struct claimed claimed;
    uint8_t hash[HASH_SIZE];
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &scanned_cookie, &scanned);
    assert_int_equal(bench_do_resolve(&place.bench, &place.device, &scanned, hash), OUTCOME_OK);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &others_cookie, &others);
    bench_approve(&place.bench, &place.other, &others, &receipt);
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &approved);
    bench_approve(&place.bench, &place.device, &approved, &receipt);

    end_trust(place.anna);
    assert_int_equal(bench_state(&place.bench, &scanned), CHALLENGE_DENIED);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_CHALLENGE_DECIDED);
    assert_int_equal(bench_state(&place.bench, &others), CHALLENGE_APPROVED);
    // The device itself still signs in.
    bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &approved);
    bench_approve(&place.bench, &place.device, &approved, &receipt);
    assert_int_equal(bench_claim(&place.bench, cookie.text, "", receipt.pickup_code, &claimed),
                     OUTCOME_OK);
}

static void pairings_half_way_end(void **state)
{
    (void)state;
    struct session session;
    struct enrolment enrolment;
    uint8_t token[PAIRING_TOKEN_SIZE];
    bench_session(&place.bench, place.anna, &session);
    bench_pairing_code(&place.bench, &session, token);
    end_trust(place.anna);
    portal_begin(&place.bench.portal);
    bool open = enrolments_of_session(&place.bench.portal, &session, &enrolment) &&
                enrolment.state <= ENROLMENT_TAKEN;
    portal_end(&place.bench.portal, true);
    assert_false(open);
}

struct entering {
    pthread_t thread;
    bool again; // of somebody who is signed in
    struct session session;
    struct signin_reply reply;
};

static void *enter(void *userdata)
{
    struct entering *entering = userdata;
    if (entering->again)
        entering->reply.result =
            signin_again(&place.bench.portal, &entering->session, PASSWORD, "", BENCH_ADDRESS);
    else
        signin_password(&place.bench.portal, "anna", PASSWORD, &client, &entering->reply);
    return NULL;
}

// The old password was read, and is being checked, while the new one is set.
static enum signin_result enter_while_it_changes(bool changes, bool again)
{
    char hash[USER_HASH_MAX];
    struct portal *portal = &place.bench.portal;
    struct entering entering = {.again = again};
    assert_true(users_hash_password(PASSWORD, hash));
    portal_begin(portal);
    users_set_password_hash(&portal->store, place.anna, hash);
    assert_true(portal_end(portal, true));
    bench_session(&place.bench, place.anna, &entering.session);

    int64_t tries = bench_number(&place.bench, "SELECT coalesce(sum(made), 0) FROM attempts");
    pthread_mutex_lock(&portal->hashing);
    assert_int_equal(pthread_create(&entering.thread, NULL, enter, &entering), 0);
    while (bench_number(&place.bench, "SELECT coalesce(sum(made), 0) FROM attempts") == tries)
        ; // counted just before it is checked
    if (changes)
        end_trust(place.anna);
    pthread_mutex_unlock(&portal->hashing);
    pthread_join(entering.thread, NULL);
    return entering.reply.result;
}

static void password_that_is_being_checked_signs_nobody_in(void **state)
{
    (void)state;
    assert_int_equal(enter_while_it_changes(false, false), SIGNIN_DONE);
    int64_t before = count("sessions", place.anna);
    assert_true(before > 0);
    assert_int_equal(enter_while_it_changes(true, false), SIGNIN_WRONG);
    assert_int_equal(count("sessions", place.anna), 0);
}

static void password_that_is_being_checked_allows_no_device(void **state)
{
    (void)state;
    assert_int_equal(enter_while_it_changes(false, true), SIGNIN_DONE);
    assert_int_equal(enter_while_it_changes(true, true), SIGNIN_WRONG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_of_the_password_ends_and_of_nobody_else),
        TEST(sign_ins_half_way_are_denied),
        TEST(pairings_half_way_end),
        TEST(password_that_is_being_checked_signs_nobody_in),
        TEST(password_that_is_being_checked_allows_no_device),
    };
    return cmocka_run_group_tests_name("portal trust", tests, NULL, NULL);
}
