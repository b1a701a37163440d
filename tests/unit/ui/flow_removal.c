// SPDX-License-Identifier: MIT
// A pairing is removed beside the instructions, and is not taken for anything else.
#include "tests/unit/ui/flow_steps.h"

#define ID "0123456789abcdef"

static struct flow_event removes(bool with_pin)
{
    struct flow_event e = event(FLOW_EVENT_REMOVE);
    strcpy(e.remove.pairing_id, ID);
    e.remove.with_pin = with_pin;
    return e;
}

static struct flow_event gone(bool portal_told)
{
    struct flow_event e = net(NET_EVENT_UNPAIRED);
    e.net.unpaired.portal_told = portal_told;
    return e;
}

static struct flow_event locked(enum failure why)
{
    struct flow_event e = net(NET_EVENT_LOCKED);
    e.net.locked.fault.failure = why;
    return e;
}

static void says(const struct flow *flow, unsigned count, enum failure failure, bool told)
{
    assert_int_equal(flow->removal.count, count);
    assert_int_equal(flow->removal.fault.failure, failure);
    assert_int_equal(flow->removal.portal_told, told);
    assert_false(flow->removal.under_way);
}

static void it_is_removed_and_that_is_told(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE});
    assert_string_equal(flow.removal.pairing_id, ID);
    assert_true(flow.removal.under_way);

    WALK(&flow, {5, gone(true), FLOW_INSTRUCTIONS, 0});
    says(&flow, 1, FAILURE_NONE, true);

    WALK(&flow, {5, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, failed(FAILURE_PAIRING_STORE), FLOW_INSTRUCTIONS, 0});
    says(&flow, 2, FAILURE_PAIRING_STORE, false);

    WALK(&flow, {5, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, gone(false), FLOW_INSTRUCTIONS, 0});
    says(&flow, 3, FAILURE_NONE, false);
}

static void digits_are_tried_before(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, removes(true), FLOW_INSTRUCTIONS, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, net(NET_EVENT_UNLOCKED), FLOW_INSTRUCTIONS, 0}, // once
         {5, gone(true), FLOW_INSTRUCTIONS, 0});
    says(&flow, 1, FAILURE_NONE, true);

    WALK(&flow, {5, removes(true), FLOW_INSTRUCTIONS, 0},
         {5, locked(FAILURE_KEY_WRONG_PIN), FLOW_INSTRUCTIONS, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_INSTRUCTIONS, 0}); // of nothing that was asked
    says(&flow, 2, FAILURE_KEY_WRONG_PIN, false);
}

static void it_begins_beside_the_instructions_only(void **state)
{
    (void)state;
    for (enum flow_state at = 0; at < FLOW_STATES; at++) {
        struct flow flow = begin(&window);
        flow.state = at;
        bool may = at == FLOW_INSTRUCTIONS;
        WALK(&flow, {0, removes(false), at, may ? FLOW_DO_REMOVE : 0});
        assert_int_equal(flow.removal.under_way, may);
    }
}

// It goes on while a code is looked for, up to the first word of something else.
static void a_scan_meanwhile_hears_its_own_answers(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, gone(true), FLOW_AIMING, 0});
    says(&flow, 1, FAILURE_NONE, true);

    flow = begin(&window);
    WALK(&flow, {0, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_NET_TIMEOUT), FLOW_FAILED, FLOW_DO_STOP_SOURCE});
    says(&flow, 0, FAILURE_NONE, false);
    assert_int_equal(flow.fault.failure, FAILURE_NET_TIMEOUT);
}

// The PIN that was typed for the removal signs nothing else, and the PIN of a sign-in removes
// nothing.
static void each_pin_is_for_what_it_was_typed_for(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, removes(true), FLOW_INSTRUCTIONS, 0},
         {5, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE | FLOW_DO_CANCEL},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
    says(&flow, 0, FAILURE_NONE, false);

    flow = begin(&settings);
    WALK(&flow, {0, removes(false), FLOW_INSTRUCTIONS, FLOW_DO_REMOVE},
         {5, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, failed(FAILURE_PAIRING_STORE), FLOW_UNLOCKING, 0}, // of the removal
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
    says(&flow, 1, FAILURE_PAIRING_STORE, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_removed_and_that_is_told),
        cmocka_unit_test(digits_are_tried_before),
        cmocka_unit_test(it_begins_beside_the_instructions_only),
        cmocka_unit_test(a_scan_meanwhile_hears_its_own_answers),
        cmocka_unit_test(each_pin_is_for_what_it_was_typed_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
