// SPDX-License-Identifier: MIT
// A pairing that was begun and is given up, against a real qrportal.
#include "tests/unit/net/scratch.h"

#include "net/begun_pairing.h"
#include "tests/unit/net/parts/paired_world.h"

#include <time.h>
#include <unistd.h>

// The device waits for its digits, the program has ended, and is up again.
static void begin_and_restart(void **state, char digits[static 8])
{
    const struct scratch *scratch = *state;
    struct net_event event;
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    net_worker_pair(world.device.worker, &code, "given up");
    device_expect(&world.device, NET_EVENT_PAIRING_CODE, &event);
    snprintf(digits, 8, "%s", event.pairing.pairing_code);
    device_stop(&world.device);
    device_start(&world.device, scratch->path);
}

static void give_up_and_expect(enum net_giving_up what)
{
    struct net_event event;
    net_worker_give_up_pairing(world.device.worker);
    device_expect(&world.device, NET_EVENT_GIVEN_UP, &event);
    assert_int_equal(event.given_up, what);
    assert_false(device_has_begun(&world.device));
    net_worker_give_up_pairing(world.device.worker);
    device_expect_failure(&world.device, FAILURE_PAIRING_NONE);
}

static void a_begun_pairing_that_is_given_up_leaves_no_device(void **state)
{
    char digits[8];
    begin_and_restart(state, digits);
    struct begun_pairing begun;
    assert_true(begun_pairing_find(world.device.pairings, &begun, NULL));
    assert_string_equal(begun.origin, world.sandbox.url);
    browser_confirm_device(world.owner, digits);
    give_up_and_expect(NET_GIVEN_UP);
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));
    assert_int_equal(pairing_store_count(world.device.pairings), 1); // the one before
}

static void giving_up_says_what_the_portal_may_still_do(void **state)
{
    char digits[8];
    begin_and_restart(state, digits);
    give_up_and_expect(NET_GIVEN_UP_UNTYPED);
    begin_and_restart(state, digits);
    browser_post(world.owner, "/devices/confirm", "application/json", "{\"refuse\":true}");
    give_up_and_expect(NET_GIVEN_UP);
}

// Another code is scanned: what the portal made of the one before is withdrawn.
static void a_new_pairing_withdraws_the_begun_one(void **state)
{
    char digits[8];
    struct net_event event;
    begin_and_restart(state, digits);
    browser_confirm_device(world.owner, digits);
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    net_worker_pair(world.device.worker, &code, "anew");
    device_expect(&world.device, NET_EVENT_PAIRING_CODE, &event);
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));
}

// A crash in giving up leaves the enrolment without its key.
static void one_without_its_key_is_over(void **state)
{
    char digits[8], key[sizeof(world.device.data) + 32];
    struct begun_pairing begun;
    struct fault fault = {0};
    begin_and_restart(state, digits);
    assert_true(begun_pairing_find(world.device.pairings, &begun, NULL));
    snprintf(key, sizeof(key), "%s/%s.key", world.device.data, begun.id);
    assert_int_equal(unlink(key), 0);
    assert_false(begun_pairing_find(world.device.pairings, &begun, &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_NONE);
}

static void resume_ahead_of(int64_t seconds)
{
    world.device.wall_ahead_s = seconds;
    net_worker_resume_pairing(world.device.worker);
}

static void one_that_is_older_than_a_day_is_over(void **state)
{
    char digits[8];
    begin_and_restart(state, digits);
    resume_ahead_of(24 * 3600 + 60);
    device_expect_failure(&world.device, FAILURE_PORTAL_TOKEN_EXPIRED);
    assert_false(device_has_begun(&world.device));
}

// A phone without a battery for its clock begins in 1970, and is set once it has a network.
static void a_clock_that_is_set_meanwhile_ends_no_pairing(void **state)
{
    char digits[8];
    struct net_event event;
    world.device.wall_ahead_s = 100 - (long long)time(NULL);
    begin_and_restart(state, digits);
    browser_confirm_device(world.owner, digits);
    resume_ahead_of(0);
    device_expect(&world.device, NET_EVENT_PAIRED, &event);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, paired_world_begin, paired_world_end)
    const struct CMUnitTest tests[] = {
        TEST(a_begun_pairing_that_is_given_up_leaves_no_device),
        TEST(giving_up_says_what_the_portal_may_still_do),
        TEST(a_new_pairing_withdraws_the_begun_one),
        TEST(one_without_its_key_is_over),
        TEST(one_that_is_older_than_a_day_is_over),
        TEST(a_clock_that_is_set_meanwhile_ends_no_pairing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
