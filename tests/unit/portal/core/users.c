// SPDX-License-Identifier: MIT
// Names of accounts as people write them.
#include "bench.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "portal/core/attempts.h"
#include "portal/core/signin.h"

#define PASSWORD "correct horse"

static struct bench bench;
static int64_t anna;

static const struct client client = {BENCH_ADDRESS, "Chromium, Linux"};

static int open_bench(void **state)
{
    (void)state;
    char hash[USER_HASH_MAX];
    bench_open(&bench);
    anna = bench_user(&bench, "anna", false);
    assert_true(users_hash_password(PASSWORD, hash));
    portal_begin(&bench.portal);
    users_set_password_hash(&bench.portal.store, anna, hash);
    assert_true(portal_end(&bench.portal, true));
    return 0;
}

static int close_bench(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static enum signin_result enter(const char *name, const char *password)
{
    struct signin_reply reply;
    signin_password(&bench.portal, name, password, &client, &reply);
    return reply.result;
}

static void name_counts_in_any_case_and_with_spaces_around(void **state)
{
    (void)state;
    assert_int_equal(enter("anna", PASSWORD), SIGNIN_DONE);
    assert_int_equal(enter("Anna", PASSWORD), SIGNIN_DONE);
    assert_int_equal(enter("ANNA ", PASSWORD), SIGNIN_DONE);
    assert_int_equal(enter("\tanna\r\n", PASSWORD), SIGNIN_DONE);
    assert_int_equal(enter("an na", PASSWORD), SIGNIN_WRONG);
    assert_int_equal(enter("annaa", PASSWORD), SIGNIN_WRONG);
    assert_int_equal(enter("", PASSWORD), SIGNIN_WRONG);
    assert_int_equal(
        enter("annaannaannaannaannaannaannaannaannaannaannaannaannaannaannaannaanna", PASSWORD),
        SIGNIN_WRONG);
}

// Another way of writing it is no way around the limit.
static void tries_are_counted_however_it_is_written(void **state)
{
    (void)state;
    static const char *const ways[] = {"anna", "Anna", "aNNa", " anna", "ANNA\t"};
    for (int i = 0; i < 10; i++)
        assert_int_equal(enter(ways[i % 5], "wrong"), SIGNIN_WRONG);
    for (int i = 0; i < 5; i++)
        assert_int_equal(enter(ways[i], PASSWORD), SIGNIN_LIMITED);
}

static enum signin_result enter_from(const char *address, const char *password)
{
    struct signin_reply reply;
    struct client from = client;
    snprintf(from.address, sizeof(from.address), "%s", address);
    signin_password(&bench.portal, "anna", password, &from, &reply);
    return reply.result;
}

// Who guesses from everywhere runs into the limit of the account. Its owner, who is signed in
// somewhere, does not.
static void guessing_from_everywhere_shuts_no_owner_out(void **state)
{
    (void)state;
    bench_config(&bench, "limit.passwords-account", "6");
    assert_int_equal(enter("anna", PASSWORD),
                     SIGNIN_DONE); // from a network that was strange so far
    for (int i = 0; i < 5; i++) {
        char address[ADDRESS_MAX + 1];
        snprintf(address, sizeof(address), "2001:db8:%d::1", i);
        assert_int_equal(enter_from(address, "wrong"), SIGNIN_WRONG);
    }
    assert_int_equal(enter_from("2001:db8:ffff::1", PASSWORD), SIGNIN_LIMITED);
    assert_int_equal(enter("anna", "wrong"), SIGNIN_WRONG);
    assert_int_equal(enter("anna", PASSWORD), SIGNIN_DONE);

    bench_pass(&bench, 600);
    assert_int_equal(enter_from("2001:db8:ffff::1", PASSWORD), SIGNIN_DONE);
}

static bool add(const char *name, struct fault *fault)
{
    char secret[USER_OTP_TEXT + 1];
    const struct user_new user = {.name = name, .password = PASSWORD};
    portal_begin(&bench.portal);
    bool added =
        users_add(&bench.portal.store, &bench.portal.environment, &user, "hash", secret, fault);
    portal_end(&bench.portal, added);
    return added;
}

static void no_two_names_differ_by_case_only(void **state)
{
    (void)state;
    struct fault fault;
    assert_false(add("Anna", &fault));
    assert_string_equal(fault.detail, "there is already an account anna");
    assert_true(add("Boris", &fault));
    assert_false(add("boris", &fault));
    assert_int_equal(bench_number(&bench, "SELECT count(*) FROM users"), 2);
}

static int64_t found(const char *name)
{
    struct user user = {0};
    portal_begin(&bench.portal);
    bool is = users_by_name(&bench.portal.store, name, &user);
    portal_end(&bench.portal, false);
    return is ? user.id : 0;
}

static void older_store_with_both_keeps_both(void **state)
{
    (void)state;
    struct fault fault;
    int64_t other = bench_user(&bench, "mary", false);
    portal_begin(&bench.portal);
    store_run(&bench.portal.store, "UPDATE users SET name = 'Anna' WHERE id = ?", "i", other);
    assert_true(portal_end(&bench.portal, true));
    assert_int_equal(found("anna"), anna);
    assert_int_equal(found("Anna "), other);
    assert_int_equal(found("ANNA"), 0); // which of them?
    assert_false(add("aNNa", &fault));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(name_counts_in_any_case_and_with_spaces_around),
        TEST(tries_are_counted_however_it_is_written),
        TEST(guessing_from_everywhere_shuts_no_owner_out),
        TEST(no_two_names_differ_by_case_only),
        TEST(older_store_with_both_keeps_both),
    };
    return cmocka_run_group_tests_name("portal users", tests, NULL, NULL);
}
