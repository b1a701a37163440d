// SPDX-License-Identifier: MIT
// A device that nobody stands before is paired by its token with a real qrportal, over HTTP.
#include "tests/unit/net/scratch.h"

#include "tests/unit/net/parts/fleet.h"
#include "tests/unit/net/parts/world.h"

#define TWO_MINUTES_MS 120000 // as long as a portal that does not answer is asked

static struct world world; // large, and cmocka's own state is the folder
static struct fleet_row row;
static struct token_pairing wanted;

static int set_up(void **state)
{
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    fleet_make(&world.sandbox, &row);
    fleet_read(&row, &wanted);
    return 0;
}

static int tear_down(void **state)
{
    world_end(&world);
    return scratch_remove(state);
}

static void expect_paired(struct net_event *event)
{
    device_expect(&world.device, NET_EVENT_PAIRED, event);
    assert_string_equal(event->pairing.account_name, "Анна");
    assert_string_equal(event->pairing.origin, world.sandbox.url);
    assert_int_equal(strlen(event->pairing.id), 16);
}

static void pair(void)
{
    struct net_event event;
    net_worker_pair_by_token(world.device.worker, &wanted);
    expect_paired(&event);
    net_worker_keep_pairing(world.device.worker, true);
    device_expect(&world.device, NET_EVENT_KEPT, &event);
}

static void pair_and_expect_failure(enum failure failure)
{
    net_worker_pair_by_token(world.device.worker, &wanted);
    device_expect_failure(&world.device, failure);
    assert_int_equal(pairing_store_count(world.device.pairings), 0);
}

// Nothing of a pairing that came to nothing is left: neither the enrolment nor its key.
static void expect_nothing_left(void **state)
{
    assert_int_not_equal(access(scratch_join(state, "device-data/pending.enrol"), F_OK), 0);
    struct fault fault = {0};
    assert_true(pairing_store_refresh(world.device.pairings, &fault));
    assert_int_equal(pairing_store_count(world.device.pairings), 0);
}

static void restart(void **state)
{
    const struct scratch *scratch = *state;
    world_restart_device(&world, scratch->path);
}

static void a_token_pairs_a_device_that_signs_in(void **state)
{
    (void)state;
    struct net_event event;
    pair();
    assert_true(fleet_is(&world.sandbox, &row, "used"));
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, row.label));
    world_sign_in(&world, &event);
}

// The portal has made the device, and the power is gone.
static void accept_and_restart(void **state)
{
    struct net_event event;
    net_worker_pair_by_token(world.device.worker, &wanted);
    expect_paired(&event);
    restart(state);
    assert_int_equal(pairing_store_count(world.device.pairings), 0);
}

// The same bytes get the same device.
static void one_that_was_not_kept_goes_on_with_the_same_token(void **state)
{
    struct net_event event;
    accept_and_restart(state);
    pair();
    browser_get(world.owner, "/devices");
    assert_null(strstr(world.owner->page, "data-revoked=\"yes\""));
    world_sign_in(&world, &event);

    net_worker_pair_by_token(world.device.worker, &wanted); // begins anew: it is kept already
    device_expect_failure(&world.device, FAILURE_PROVISION_TOKEN_USED);
}

// It ends, so that whoever started it hears of it, and goes on when it is started again.
static void a_silent_portal_is_asked_for_two_minutes(void **state)
{
    struct net_event event;
    accept_and_restart(state);
    atomic_store(&world.cutter.deaf, true);
    net_worker_pair_by_token(world.device.worker, &wanted);
    device_expect_retrying(&world.device);
    atomic_store(&world.device.boot_ahead_ms, TWO_MINUTES_MS);
    device_expect(&world.device, NET_EVENT_FAILED, &event);
    assert_int_equal(failure_exit(event.fault.failure), EXIT_CODE_NETWORK);

    atomic_store(&world.cutter.deaf, false);
    pair();
}

static void a_token_that_another_has_used_pairs_nobody(void **state)
{
    static struct device other;
    struct net_event event;
    char folder[PATH_MAX];
    snprintf(folder, sizeof(folder), "%.3000s", scratch_join(state, "other"));
    device_start(&other, folder);
    net_worker_pair_by_token(other.worker, &wanted);
    device_expect(&other, NET_EVENT_PAIRED, &event);
    device_stop(&other);

    pair_and_expect_failure(FAILURE_PROVISION_TOKEN_USED);
    expect_nothing_left(state);
}

static void a_token_that_was_withdrawn_pairs_nobody(void **state)
{
    fleet_revoke(&world.sandbox, &row);
    pair_and_expect_failure(FAILURE_PROVISION_TOKEN_WITHDRAWN);
    wanted.code.token[0] ^= 1;
    pair_and_expect_failure(FAILURE_PROVISION_TOKEN_UNKNOWN);
    expect_nothing_left(state);
}

// The portal lists the device for a moment, and no longer once the device has left.
static void a_pairing_of_another_account_is_ended(void **state)
{
    snprintf(wanted.account_id, sizeof(wanted.account_id), "%s", "somebody-else");
    pair_and_expect_failure(FAILURE_PROVISION_OTHER_ACCOUNT);
    expect_nothing_left(state);
    browser_get(world.owner, "/devices");
    assert_non_null(strstr(world.owner->page, "data-revoked=\"yes\""));
}

// Somebody has copied a code from the page: a person would have to type digits.
static void a_pairing_code_is_no_device_token(void **state)
{
    char *text = browser_add_device(world.owner);
    struct challenge code = device_read(text, PAYLOAD_PAIRING);
    free(text);
    memcpy(wanted.code.token, code.pairing.token, sizeof(wanted.code.token));
    pair_and_expect_failure(FAILURE_PROVISION_ASKS_PERSON);
    expect_nothing_left(state);
}

static void the_token_stays_with_the_device_where_the_portal_is_another(void **state)
{
    wanted.pins[0][0] ^= 1;
    pair_and_expect_failure(FAILURE_PROVISION_OTHER_PINS);
    wanted.pins[0][0] ^= 1;
    wanted.code.fingerprint[0] ^= 1;
    pair_and_expect_failure(FAILURE_PAIRING_FINGERPRINT);
    wanted.code.fingerprint[0] ^= 1;

    assert_true(fleet_is(&world.sandbox, &row, "open"));
    expect_nothing_left(state);
    pair();
}

// Nobody who comes by goes on with it, or ends it.
static void one_under_way_is_no_pairing_of_a_person(void **state)
{
    accept_and_restart(state);
    assert_false(device_has_begun(&world.device));
    net_worker_resume_pairing(world.device.worker);
    device_expect_failure(&world.device, FAILURE_PAIRING_NONE);
    net_worker_give_up_pairing(world.device.worker);
    device_expect_failure(&world.device, FAILURE_PAIRING_NONE);
    pair();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_token_pairs_a_device_that_signs_in),
        TEST(one_that_was_not_kept_goes_on_with_the_same_token),
        TEST(a_silent_portal_is_asked_for_two_minutes),
        TEST(a_token_that_another_has_used_pairs_nobody),
        TEST(a_token_that_was_withdrawn_pairs_nobody),
        TEST(a_pairing_of_another_account_is_ended),
        TEST(a_pairing_code_is_no_device_token),
        TEST(the_token_stays_with_the_device_where_the_portal_is_another),
        TEST(one_under_way_is_no_pairing_of_a_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
