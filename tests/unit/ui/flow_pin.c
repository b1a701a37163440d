// SPDX-License-Identifier: MIT
// The PIN, wherever the flow asks for it.
#include "tests/unit/ui/flow_steps.h"

static const struct flow_settings locked_window = {
    .paired = true, .window = true, .locked = true};

#define TO_THE_PIN                                                                             \
    {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},                            \
    {                                                                                          \
        5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE                               \
    }

static void pin_comes_before_resolving(void **state)
{
    (void)state;
    struct flow flow = begin(&locked_window);
    WALK(&flow, TO_THE_PIN, {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
}

static struct flow_event locked(enum failure why, int64_t wait_ms)
{
    struct flow_event e = net(NET_EVENT_LOCKED);
    e.net.locked.fault.failure = why;
    e.net.locked.wait_ms = wait_ms;
    return e;
}

static void a_wrong_pin_is_asked_again_and_makes_wait(void **state)
{
    (void)state;
    struct flow flow = begin(&locked_window);
    WALK(&flow, TO_THE_PIN,
         {5, net(NET_EVENT_CONTEXT), FLOW_UNLOCKING, 0}, // of nothing that was asked
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0});
    assert_false(flow_takes_pin(&flow, 1000000)); // while one is being tried
    assert_false(flow_asks(&flow));

    WALK(&flow, {5, locked(FAILURE_KEY_WRONG_PIN, 0), FLOW_UNLOCKING, 0});
    assert_int_equal(flow.pin.refused, FAILURE_KEY_WRONG_PIN);
    assert_int_equal(flow.pin.refusals, 1);

    WALK(&flow, {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, locked(FAILURE_KEY_WRONG_PIN, 30000), FLOW_UNLOCKING, 0});
    int64_t until_ms = flow.pin.wait_until_ms;
    assert_false(flow_takes_pin(&flow, until_ms - 1));
    assert_int_equal(flow_deadline(&flow), until_ms);

    WALK(&flow, {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0}); // too early: not tried
    assert_false(flow.pin.checking);
    WALK(&flow, {30000, event(FLOW_EVENT_TICK), FLOW_UNLOCKING, 0},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
}

static void leaving_the_pin_locks_again(void **state)
{
    (void)state;
    struct flow flow = begin(&locked_window);
    WALK(&flow, TO_THE_PIN, {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE},
         {5, net(NET_EVENT_UNLOCKED), FLOW_INSTRUCTIONS, 0});
}

static void nobody_with_a_pin_is_a_locked_key(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.locked = true;
    struct flow flow = begin(&settings);
    unsigned end = FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT;
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_SILENCE), FLOW_FAILED, end});
    assert_int_equal(flow.fault.failure, FAILURE_KEY_LOCKED);
    assert_int_equal(flow.exit, EXIT_CODE_NOT_PAIRED);

    flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, locked(FAILURE_KEY_WAIT, 9000), FLOW_FAILED, end});
    assert_int_equal(flow.fault.failure, FAILURE_KEY_WAIT);
}

static void whatever_signs_asks_for_the_pin_anew(void **state)
{
    (void)state;
    struct flow_settings settings = locked_window;
    struct flow flow = begin(&settings);
#define UNLOCK(next, todo)                                                                     \
    {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0}, {5, net(NET_EVENT_UNLOCKED), next, todo}
    WALK(&flow, TO_THE_PIN, UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE),
         {5, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, failed(FAILURE_CHALLENGE_CHANGED), FLOW_UNLOCKING, 0},
         UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE), {5, context(), FLOW_ASKING, 0},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0},
         {5, event(FLOW_EVENT_END_SESSION), FLOW_UNLOCKING, 0},
         UNLOCK(FLOW_ENDING, FLOW_DO_END_SESSION),
         {5, receipt(NET_RESULT_ENDED), FLOW_ENDED, 0});

    settings.pairing = true;
    flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(true), FLOW_UNLOCKING, 0}, UNLOCK(FLOW_ENROLLING, FLOW_DO_PAIR));
}

static void a_key_that_ends_soon_is_renewed_by_the_pin(void **state)
{
    (void)state;
    struct flow flow = begin(&locked_window);
    struct flow_event soon = receipt(NET_RESULT_PICKUP_CODE);
    soon.net.receipt.key_ends_soon = true;
    WALK(&flow, TO_THE_PIN, UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE),
         {5, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE}, {5, soon, FLOW_DONE, 0},
         {5, event(FLOW_EVENT_RENEW), FLOW_UNLOCKING, 0}, UNLOCK(FLOW_RENEWING, FLOW_DO_RENEW),
         {5, net(NET_EVENT_RENEWED), FLOW_DONE, 0},
         {5, event(FLOW_EVENT_RENEW), FLOW_DONE, 0}, // once
         {5, event(FLOW_EVENT_END_SESSION), FLOW_DONE, 0});
    assert_int_equal(flow.receipt.result, NET_RESULT_PICKUP_CODE); // still to be typed
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pin_comes_before_resolving),
        cmocka_unit_test(a_wrong_pin_is_asked_again_and_makes_wait),
        cmocka_unit_test(leaving_the_pin_locks_again),
        cmocka_unit_test(nobody_with_a_pin_is_a_locked_key),
        cmocka_unit_test(whatever_signs_asks_for_the_pin_anew),
        cmocka_unit_test(a_key_that_ends_soon_is_renewed_by_the_pin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
