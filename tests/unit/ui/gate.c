// SPDX-License-Identifier: MIT
// What a kiosk lets through without its administrator PIN, and when it shuts again.
#include "ui/places/gate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HELD     true
#define PASSES   false
#define WITH_PIN true

static const enum action_kind changes[] = {ACTION_MENU, ACTION_PAIR, ACTION_BY_ADDRESS,
                                           ACTION_SET_PIN, ACTION_PORTALS};
enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

static struct flow flow_at(enum flow_state state, bool pairing)
{
    struct flow flow = {.state = state, .pairing = pairing};
    return flow;
}

static bool press(struct gate *gate, enum action_kind action)
{
    return gate_holds(gate, action, FLOW_INSTRUCTIONS, WITH_PIN, 0, 1000);
}

static struct gate opened_for(enum action_kind action)
{
    struct gate gate = {.guards = true};
    assert_true(press(&gate, action));
    assert_true(gate_takes(&gate, 1000));
    gate_check(&gate);
    assert_false(gate_takes(&gate, 1000));
    assert_int_equal(gate_judged(&gate, FAILURE_NONE, 0, 1000), action);
    assert_int_equal(gate.at, GATE_AWAY);
    return gate;
}

static void only_a_kiosk_has_a_gate(void **state)
{
    (void)state;
    struct gate gate = {0};
    for (size_t i = 0; i < CHANGES; i++)
        assert_int_equal(press(&gate, changes[i]), PASSES);
    assert_int_equal(gate.at, GATE_AWAY);
}

static void whoever_comes_by_can_sign_in_and_change_nothing(void **state)
{
    (void)state;
    static const enum action_kind free[] = {
        ACTION_SCAN, ACTION_BACK,   ACTION_APPROVE,     ACTION_DENY,  ACTION_REPORT, ACTION_YES,
        ACTION_NO,   ACTION_SUBMIT, ACTION_END_SESSION, ACTION_PASTE, ACTION_BY_HAND};

    for (size_t i = 0; i < sizeof(free) / sizeof(free[0]); i++) {
        struct gate gate = {.guards = true};
        assert_int_equal(press(&gate, free[i]), PASSES);
        assert_int_equal(gate.at, GATE_AWAY);
    }

    for (size_t i = 0; i < CHANGES; i++) {
        struct gate gate = {.guards = true};
        assert_int_equal(press(&gate, changes[i]), HELD);
        assert_int_equal(gate.at, GATE_ASKS);
        opened_for(changes[i]);
    }
}

static void the_camera_is_the_administrators(void **state)
{
    (void)state;
    struct gate gate = {.guards = true};
    assert_false(gate_lets_camera(&gate));
    gate = opened_for(ACTION_PAIR);
    assert_true(gate_lets_camera(&gate));
    gate_shut(&gate);
    assert_false(gate_lets_camera(&gate));

    gate = (struct gate){.guards = false}; // a phone
    assert_true(gate_lets_camera(&gate));
}

static void without_a_pin_nothing_opens_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHANGES; i++) {
        struct gate gate = {.guards = true};
        struct view view;
        assert_int_equal(gate_holds(&gate, changes[i], FLOW_INSTRUCTIONS, false, 0, 1000),
                         HELD);
        assert_int_equal(gate.at, GATE_REFUSES);
        assert_false(gate_takes(&gate, 1000));
        assert_int_equal(gate_judged(&gate, FAILURE_NONE, 0, 1000), ACTION_NONE);
        assert_false(gate.open);

        gate_view(&gate, 1000, &view);
        assert_int_equal(view.form, VIEW_STATEMENT);
        assert_int_equal(view.field_count, 0);
        assert_non_null(strstr(view.text, "qrconfirm-kiosk pin set --administrator"));
        assert_non_null(strstr(view.text, "qrconfirm-kiosk pair"));
    }
}

static void a_wrong_pin_is_asked_again_and_waits(void **state)
{
    (void)state;
    struct gate gate = {.guards = true};
    struct view view;
    press(&gate, ACTION_PAIR);
    gate_check(&gate);
    assert_int_equal(gate_judged(&gate, FAILURE_KEY_WRONG_PIN, 0, 1000), ACTION_NONE);
    assert_true(gate_takes(&gate, 1000));
    gate_view(&gate, 1000, &view);
    assert_true(view.keys_on);
    assert_non_null(strstr(view.text, failure_text(FAILURE_KEY_WRONG_PIN)));

    gate_check(&gate);
    gate_view(&gate, 1000, &view);
    assert_false(view.keys_on);
    assert_false(view.can_go_back);
    assert_int_equal(gate_judged(&gate, FAILURE_KEY_WRONG_PIN, 30000, 1000), ACTION_NONE);
    assert_false(gate_takes(&gate, 30999));
    gate_view(&gate, 1000, &view);
    assert_false(view.keys_on);
    assert_false(view.buttons[0].enabled);
    assert_non_null(strstr(view.note, "30"));
    assert_true(gate_takes(&gate, 31000));
    assert_false(gate.open);
}

static void a_wait_goes_on_when_it_is_asked_anew(void **state)
{
    (void)state;
    struct gate gate = {.guards = true};
    assert_true(gate_holds(&gate, ACTION_MENU, FLOW_INSTRUCTIONS, WITH_PIN, 5000, 1000));
    assert_false(gate_takes(&gate, 5999));
    assert_true(gate_takes(&gate, 6000));
}

static void what_was_left_is_not_opened_afterwards(void **state)
{
    (void)state;
    struct gate gate = {.guards = true};
    press(&gate, ACTION_PAIR);
    gate_check(&gate);
    struct flow flow = flow_at(FLOW_DONE, false); // an answer given before has arrived
    gate_follow(&gate, &flow, false);
    assert_int_equal(gate.at, GATE_AWAY);
    assert_int_equal(gate_judged(&gate, FAILURE_NONE, 0, 1000), ACTION_NONE);
    assert_false(gate.open);

    press(&gate, ACTION_PAIR);
    gate_leave(&gate);
    assert_int_equal(gate_judged(&gate, FAILURE_NONE, 0, 1000), ACTION_NONE);
    assert_false(gate.open);
}

static void it_stays_open_while_the_administrator_works(void **state)
{
    (void)state;
    struct gate gate = opened_for(ACTION_PAIR);
    for (enum flow_state s = FLOW_INSTRUCTIONS + 1; s < FLOW_STATES; s++) {
        struct flow flow = flow_at(s, true);
        gate_follow(&gate, &flow, false);
        assert_true(gate.open);
        assert_int_equal(press(&gate, ACTION_PAIR), PASSES);
    }
    gate = opened_for(ACTION_MENU);
    struct flow flow = flow_at(FLOW_INSTRUCTIONS, false);
    gate_follow(&gate, &flow, true);
    assert_int_equal(press(&gate, ACTION_PAIR), PASSES);
}

static void it_shuts_on_the_first_screen_and_at_a_sign_in(void **state)
{
    (void)state;
    struct gate gate = opened_for(ACTION_PAIR);
    struct flow flow = flow_at(FLOW_INSTRUCTIONS, true);
    gate_follow(&gate, &flow, false);
    for (size_t i = 0; i < CHANGES; i++)
        assert_int_equal(press(&gate, changes[i]), HELD);
    for (enum flow_state s = FLOW_INSTRUCTIONS; s < FLOW_STATES; s++) {
        gate = opened_for(ACTION_MENU);
        flow = flow_at(s, false);
        gate_follow(&gate, &flow, false);
        assert_int_equal(press(&gate, ACTION_MENU), HELD);
    }
}

static void it_shuts_when_nobody_is_there_in_the_midst_of_a_pairing_too(void **state)
{
    (void)state;
    struct gate gate = opened_for(ACTION_PAIR);
    struct flow flow = flow_at(FLOW_TYPING_CODE, true);
    gate_follow(&gate, &flow, false);
    gate_shut(&gate);
    flow.state = FLOW_FAILED; // whose screen offers to pair once more
    gate_follow(&gate, &flow, false);
    assert_int_equal(press(&gate, ACTION_PAIR), HELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_kiosk_has_a_gate),
        cmocka_unit_test(whoever_comes_by_can_sign_in_and_change_nothing),
        cmocka_unit_test(the_camera_is_the_administrators),
        cmocka_unit_test(without_a_pin_nothing_opens_it),
        cmocka_unit_test(a_wrong_pin_is_asked_again_and_waits),
        cmocka_unit_test(a_wait_goes_on_when_it_is_asked_anew),
        cmocka_unit_test(what_was_left_is_not_opened_afterwards),
        cmocka_unit_test(it_stays_open_while_the_administrator_works),
        cmocka_unit_test(it_shuts_when_nobody_is_there_in_the_midst_of_a_pairing_too),
        cmocka_unit_test(it_shuts_on_the_first_screen_and_at_a_sign_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
