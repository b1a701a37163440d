// SPDX-License-Identifier: MIT
// A device with a PIN against a real qrportal: what it opens, for how long, and what the portal
// is told.
#include "tests/unit/net/scratch.h"

#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "tests/unit/net/parts/paired_world.h"
#include "tests/unit/pairings/kept_keys.h"

#define PIN "246802"

static void unlock(const char *pin)
{
    struct net_event event;
    net_worker_unlock(world.device.worker, span_str(pin));
    device_expect(&world.device, NET_EVENT_UNLOCKED, &event);
}

static int set_up(void **state)
{
    int64_t wait_ms;
    scratch_make(state);
    const struct scratch *scratch = *state;
    world_begin(&world, scratch->path);
    assert_true(pairing_store_change_pin(world.device.pairings, span_str(""), span_str(PIN), 0,
                                         &wait_ms, NULL));
    unlock(PIN);
    world_pair(&world);
    return 0;
}

static void without_the_pin_nothing_is_asked(void **state)
{
    (void)state;
    paired_world_scan();
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);
    char *page_state = browser_state(world.visitor);
    assert_string_equal(page_state, "waiting");
    free(page_state);
}

static void a_wrong_pin_opens_nothing(void **state)
{
    (void)state;
    struct net_event event;
    net_worker_unlock(world.device.worker, span_str("246803"));
    device_expect(&world.device, NET_EVENT_LOCKED, &event);
    assert_int_equal(event.locked.fault.failure, FAILURE_KEY_WRONG_PIN);
    assert_int_equal(event.locked.wait_ms, 0);
    paired_world_scan();
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);
}

static void the_portal_is_told_that_the_user_was_verified(void **state)
{
    (void)state;
    struct net_event event;
    sandbox_set(&world.sandbox, "policy.user-verification", "on");
    unlock(PIN);
    world_sign_in(&world, &event);
    sandbox_set(&world.sandbox, "policy.user-verification", "off");
    net_worker_cancel(world.device.worker);
}

static void the_answer_locks_the_keys_again(void **state)
{
    (void)state;
    struct net_event event;
    unlock(PIN);
    world_sign_in(&world, &event);
    struct pairing pairing = world_pairing(&world);
    struct fault fault = {0};
    assert_null(kept_keys(world.device.pairings, pairing.id, &fault));
    assert_int_equal(fault.failure, FAILURE_KEY_LOCKED);

    // Signing the browser out is another statement: it asks for the PIN again.
    net_worker_end_session(world.device.worker);
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);
    net_worker_unlock(world.device.worker, span_str("111111"));
    device_expect(&world.device, NET_EVENT_LOCKED, &event);
    unlock(PIN);
    net_worker_end_session(world.device.worker);
    device_expect(&world.device, NET_EVENT_RECEIPT, &event);
    assert_int_equal(event.receipt.result, NET_RESULT_ENDED);
}

// A PIN that is quicker than the leaving is told as opened, and locked all the same.
static void expect_locked_after_leaving(void)
{
    struct net_event event;
    device_expect_any(&world.device, &event);
    if (event.kind == NET_EVENT_UNLOCKED)
        device_expect_any(&world.device, &event);

    assert_int_equal(event.kind, NET_EVENT_FAILED);
    assert_int_equal(event.fault.failure, FAILURE_KEY_LOCKED);
}

static void leaving_locks_the_keys_again(void **state)
{
    (void)state;
    unlock(PIN);
    net_worker_cancel(world.device.worker);
    paired_world_scan();
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);

    // Left while the PIN is being tried: it opens nothing either.
    net_worker_unlock(world.device.worker, span_str(PIN));
    net_worker_cancel(world.device.worker);
    paired_world_scan();
    expect_locked_after_leaving();
}

static void a_question_that_is_left_locks_too(void **state)
{
    (void)state;
    struct net_event event;
    unlock(PIN);
    paired_world_scan();
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    paired_world_scan(); // another one, without the PIN
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);
}

// With a PIN a key cannot be renewed behind the person's back; the person is told.
static void a_key_is_renewed_by_the_pin(void **state)
{
    (void)state;
    struct net_event event;
    unlock(PIN);
    world_sign_in(&world, &event);
    assert_false(event.receipt.key_ends_soon);
    sandbox_set(&world.sandbox, "time.session-key", "3600");
    unlock(PIN);
    world_pair(&world);
    unlock(PIN);
    world_sign_in(&world, &event);
    assert_true(event.receipt.key_ends_soon);
    struct pairing before = world_pairing(&world);
    assert_int_equal(before.key_count, 1);

    net_worker_renew(world.device.worker);
    device_expect_failure(&world.device, FAILURE_KEY_LOCKED);
    unlock(PIN);
    net_worker_renew(world.device.worker);
    device_expect(&world.device, NET_EVENT_RENEWED, &event);
    assert_int_equal(event.renewed.keys, 1);
    struct pairing after = world_pairing(&world);
    assert_memory_not_equal(before.key[0].id, after.key[0].id, KEY_ID_SIZE);
    unlock(PIN);
    world_sign_in(&world, &event);
    sandbox_set(&world.sandbox, "time.session-key", "7776000");
}

static void leaving_without_the_pin_erases_the_key(void **state)
{
    struct net_event event;
    char name[64];
    struct pairing pairing = world_pairing(&world);
    snprintf(name, sizeof(name), "device-data/%s.key", pairing.id);
    net_worker_unpair(world.device.worker, pairing.id);
    device_expect(&world.device, NET_EVENT_UNPAIRED, &event);
    assert_false(event.unpaired.portal_told);
    assert_int_not_equal(access(scratch_join(state, name), F_OK), 0);

    unlock(PIN);
    world_pair(&world);
    pairing = world_pairing(&world);
    unlock(PIN);
    device_slow_down(&world.device); // it has three seconds for it
    net_worker_unpair(world.device.worker, pairing.id);
    device_expect(&world.device, NET_EVENT_UNPAIRED, &event);
    assert_true(event.unpaired.portal_told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_the_pin_nothing_is_asked),
        cmocka_unit_test(a_wrong_pin_opens_nothing),
        cmocka_unit_test(the_portal_is_told_that_the_user_was_verified),
        cmocka_unit_test(the_answer_locks_the_keys_again),
        cmocka_unit_test(leaving_locks_the_keys_again),
        cmocka_unit_test(a_question_that_is_left_locks_too),
        cmocka_unit_test(a_key_is_renewed_by_the_pin),
        cmocka_unit_test(leaving_without_the_pin_erases_the_key),
    };
    return cmocka_run_group_tests(tests, set_up, paired_world_end);
}
