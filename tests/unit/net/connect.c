// SPDX-License-Identifier: MIT
// The connection of a sign-in is there before its code is.
#include "tests/unit/net/scratch.h"

#include "base/clock.h"
#include "net/action.h"
#include "net/dialect.h"
#include "net/pairings/pairing_pin.h"
#include "tests/unit/net/parts/paired_world.h"

static bool never(void *userdata)
{
    (void)userdata;
    return false;
}

static int made(void)
{
    return atomic_load(&world.cutter.made);
}

static void await_made(int count)
{
    for (int i = 0; i < 3000 && made() < count; i++)
        usleep(10000);
    assert_int_equal(made(), count);
}

// What the network thread would do, which is paused.
static struct net_action begin_action(struct http_client *client)
{
    device_pause(&world.device);
    cutter_cut(&world.cutter);
    return (struct net_action){.environment = &world.device.environment,
                               .pairings = world.device.pairings,
                               .http = client,
                               .stop = {.asked = never}};
}

static void a_sign_in_takes_the_connection_that_stands(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct net_context context;
    int64_t expires_ms;
    struct pairing pairing = world_pairing(&world);
    struct http_client *client = http_client_new(&world.device.environment, NULL, &fault);
    assert_non_null(client);
    struct challenge code = world_code(&world);
    struct net_action action = begin_action(client);
    int before = made();

    pairing.dialect->ops->connect(&action, &pairing);
    assert_int_equal(made(), before + 1);

    struct sign_in *sign_in = dialect_begin(pairing.dialect, &action, &code, &fault);
    assert_non_null(sign_in);
    assert_true(pairing.dialect->ops->resolve(sign_in, &context, &expires_ms, &fault));
    assert_int_equal(made(), before + 1);

    dialect_end(pairing.dialect, sign_in);
    http_client_free(client);
    device_go_on(&world.device);
}

// Whoever aims and looks away and aims again makes no load.
static void it_is_opened_once_in_a_while(void **state)
{
    (void)state;
    struct net_event event;
    struct challenge code = world_code(&world);
    cutter_cut(&world.cutter);
    int before = made();
    net_worker_connect(world.device.worker);
    await_made(before + 1);

    // It has the time to make another one, if it would.
    cutter_cut(&world.cutter);
    net_worker_connect(world.device.worker);
    usleep(300000);
    cutter_cut(&world.cutter);
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    assert_int_equal(made(), before + 2);
    net_worker_cancel(world.device.worker);

    cutter_cut(&world.cutter);
    atomic_fetch_add(&world.device.boot_ahead_ms, NET_CONNECT_AGAIN_MS);
    net_worker_connect(world.device.worker);
    await_made(before + 3);
}

static void what_is_asked_does_not_wait_for_it(void **state)
{
    (void)state;
    struct net_event event;
    cutter_cut(&world.cutter);
    atomic_store(&world.cutter.stalled, true);
    int before = made();
    net_worker_connect(world.device.worker);
    await_made(before + 1);

    atomic_store(&world.cutter.stalled, false);
    int64_t asked_us = clock_us(CLOCK_MONOTONIC);
    paired_world_see(&event);
    assert_true(clock_us(CLOCK_MONOTONIC) - asked_us < HTTP_CONNECT_MS * INT64_C(1000));
    net_worker_cancel(world.device.worker);
}

static void a_portal_that_is_away_is_told_by_the_scan_alone(void **state)
{
    (void)state;
    struct challenge code = world_code(&world);
    atomic_store(&world.cutter.deaf, true);
    cutter_cut(&world.cutter);
    int before = made();
    net_worker_connect(world.device.worker);
    await_made(before + 1);

    net_worker_resolve(world.device.worker, &code);
    device_expect_retrying(&world.device);
    net_worker_cancel(world.device.worker);
    atomic_store(&world.cutter.deaf, false);
}

// The digits count for the action that comes next, and this is none.
static void it_locks_nothing(void **state)
{
    (void)state;
    struct net_event event;
    struct challenge code = world_code(&world);
    int64_t wait_ms;
    assert_true(pairing_store_change_pin(world.device.pairings, span_str(""),
                                         span_str("246802"), 0, &wait_ms, NULL));

    net_worker_unlock(world.device.worker, span_str("246802"));
    device_expect(&world.device, NET_EVENT_UNLOCKED, &event);
    int before = made();
    cutter_cut(&world.cutter);
    net_worker_connect(world.device.worker);
    await_made(before + 1);
    net_worker_resolve(world.device.worker, &code);
    device_expect(&world.device, NET_EVENT_CONTEXT, &event);
    net_worker_cancel(world.device.worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sign_in_takes_the_connection_that_stands,
                                        paired_world_begin, paired_world_end),
        cmocka_unit_test_setup_teardown(it_is_opened_once_in_a_while, paired_world_begin,
                                        paired_world_end),
        cmocka_unit_test_setup_teardown(what_is_asked_does_not_wait_for_it, paired_world_begin,
                                        paired_world_end),
        cmocka_unit_test_setup_teardown(a_portal_that_is_away_is_told_by_the_scan_alone,
                                        paired_world_begin, paired_world_end),
        cmocka_unit_test_setup_teardown(it_locks_nothing, paired_world_begin, paired_world_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
