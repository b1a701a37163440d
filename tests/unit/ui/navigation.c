// SPDX-License-Identifier: MIT
// Who takes a press, what is shown over what, and when nobody is there any more.
#include "ui/places/navigation.h"
#include "tests/unit/ui/flow_steps.h"

#define NOW T0

static struct options options;
static struct places_facts facts;
static struct flow flow;

static int begin_facts(void **state)
{
    (void)state;
    options = (struct options){.text_percent = 100};
    facts = (struct places_facts){.options = &options, .portal_count = 2};
    return 0;
}

static struct navigation on(const struct flow_settings *settings, enum flow_state state)
{
    flow = begin(settings);
    flow.state = state;
    flow.touched_ms = NOW;
    return (struct navigation){.flow = &flow,
                               .facts = &facts,
                               .gate = {.guards = settings->loop},
                               .has_administrator = true};
}

static struct navigation_step press(struct navigation *navigation, enum action_kind kind)
{
    return navigation_press(navigation, (struct action){.kind = kind}, NOW);
}

static int shown(const struct navigation *navigation)
{
    static struct view view;
    struct wall_clock clock = wall_clock_here();
    navigation_view(navigation, &(struct navigation_scene){.clock = &clock, .now_ms = NOW},
                    &view);
    return view.screen;
}

static int screen_of_gate(enum gate_at at)
{
    return (int)FLOW_STATES + (int)PLACES + (int)at;
}

static int screen_of_place(enum place at)
{
    return (int)FLOW_STATES + (int)at;
}

// ---- one order for presses and for the screen ----

struct row {
    enum flow_state state;
    enum place place;
    enum gate_at gate;
    enum action_kind press;
    enum navigation_do what;
    enum flow_event_kind event; // FEED, SCAN
    enum gate_at gate_after;
    enum place place_after;
};

#define FED(kind)     NAVIGATION_DO_FEED, kind
#define SCANS(kind)   NAVIGATION_DO_SCAN, kind
#define DOES(what)    NAVIGATION_DO_##what, FLOW_EVENT_START
#define AT_FLOW       PLACE_NONE, GATE_AWAY
#define TO_FLOW       GATE_AWAY, PLACE_NONE
#define AT_PLACE(at)  at, GATE_AWAY
#define TO_PLACE(at)  GATE_AWAY, at
#define AT_GATE(at)   PLACE_NONE, at
#define TO_GATE(at)   at, PLACE_NONE
#define UNDER_GATE(p) p, GATE_ASKS

static const struct row of_a_phone[] = {
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_SCAN, SCANS(FLOW_EVENT_SCAN), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_PAIR, SCANS(FLOW_EVENT_PAIR), TO_FLOW},
    {FLOW_FAILED, AT_FLOW, ACTION_AGAIN, SCANS(FLOW_EVENT_AGAIN), TO_FLOW},
    {FLOW_ASKING, AT_FLOW, ACTION_BACK, FED(FLOW_EVENT_BACK), TO_FLOW},
    {FLOW_ASKING, AT_FLOW, ACTION_APPROVE, FED(FLOW_EVENT_ANSWER), TO_FLOW},
    {FLOW_CONFIRMING, AT_FLOW, ACTION_YES, FED(FLOW_EVENT_KEEP), TO_FLOW},
    {FLOW_DONE, AT_FLOW, ACTION_END_SESSION, FED(FLOW_EVENT_END_SESSION), TO_FLOW},
    {FLOW_DONE, AT_FLOW, ACTION_RENEW, FED(FLOW_EVENT_RENEW), TO_FLOW},
    {FLOW_AIMING, AT_FLOW, ACTION_BY_HAND, FED(FLOW_EVENT_BY_HAND), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_BY_ADDRESS, FED(FLOW_EVENT_BY_ADDRESS), TO_FLOW},
    {FLOW_UNLOCKING, AT_FLOW, ACTION_SUBMIT, DOES(SUBMIT), TO_FLOW},
    {FLOW_UNLOCKING, AT_FLOW, ACTION_DIGIT, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_AIMING, AT_FLOW, ACTION_TORCH, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_AIMING, AT_FLOW, ACTION_CAMERA, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_BY_HAND, AT_FLOW, ACTION_PASTE, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_CHOOSE, DOES(NOTHING), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_REMOVE, DOES(NOTHING), TO_FLOW},

    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_MENU, DOES(LOOK), TO_PLACE(PLACE_MENU)},
    {FLOW_PAIRED, AT_FLOW, ACTION_SET_PIN, DOES(LOOK), TO_PLACE(PLACE_PIN_NEW)},
    {FLOW_FAILED, AT_FLOW, ACTION_PORTALS, DOES(LOOK), TO_PLACE(PLACE_PORTALS)},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_MENU), ACTION_BACK, DOES(LOOK), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_PORTALS), ACTION_PAIR, SCANS(FLOW_EVENT_PAIR), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_PORTALS), ACTION_BY_ADDRESS, FED(FLOW_EVENT_BY_ADDRESS),
     TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_REMOVE), ACTION_YES, DOES(REMOVE),
     TO_PLACE(PLACE_REMOVING)},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_PIN_NEW), ACTION_SUBMIT, DOES(TAKE_PIN),
     TO_PLACE(PLACE_PIN_NEW)},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_PIN_NEW), ACTION_DIGIT, DOES(ON_SCREEN),
     TO_PLACE(PLACE_PIN_NEW)},
    {FLOW_INSTRUCTIONS, AT_PLACE(PLACE_SETTINGS), ACTION_CHOOSE, DOES(SET),
     TO_PLACE(PLACE_SETTINGS)},
};

static const struct row of_a_kiosk[] = {
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_SCAN, SCANS(FLOW_EVENT_SCAN), TO_FLOW},
    {FLOW_FAILED, AT_FLOW, ACTION_AGAIN, SCANS(FLOW_EVENT_AGAIN), TO_FLOW}, // a sign-in
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_LANGUAGE, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_AIMING, AT_FLOW, ACTION_TORCH, DOES(ON_SCREEN), TO_FLOW},
    {FLOW_AIMING, AT_FLOW, ACTION_CAMERA, DOES(NOTHING), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_MENU, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_PAIR, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_FLOW, ACTION_BY_ADDRESS, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_PAIRED, AT_FLOW, ACTION_SET_PIN, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_FAILED, AT_FLOW, ACTION_PORTALS, DOES(NOTHING), TO_GATE(GATE_ASKS)},

    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_DIGIT, DOES(ON_SCREEN), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_ERASE, DOES(ON_SCREEN), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_LANGUAGE, DOES(ON_SCREEN),
     TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_SUBMIT, DOES(TRY_PIN), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_BACK, DOES(NOTHING), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_SCAN, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_MENU, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_ASKS), ACTION_PASTE, DOES(NOTHING), TO_GATE(GATE_ASKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_CHECKS), ACTION_SUBMIT, DOES(FORGET_PIN),
     TO_GATE(GATE_CHECKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_CHECKS), ACTION_BACK, DOES(NOTHING), TO_GATE(GATE_CHECKS)},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_REFUSES), ACTION_BACK, DOES(NOTHING), TO_FLOW},
    {FLOW_INSTRUCTIONS, AT_GATE(GATE_REFUSES), ACTION_SUBMIT, DOES(FORGET_PIN),
     TO_GATE(GATE_REFUSES)},
    // The gate lies over the places too.
    {FLOW_INSTRUCTIONS, UNDER_GATE(PLACE_PIN_NEW), ACTION_SUBMIT, DOES(TRY_PIN), GATE_ASKS,
     PLACE_PIN_NEW},
    {FLOW_INSTRUCTIONS, UNDER_GATE(PLACE_REMOVE), ACTION_YES, DOES(NOTHING), GATE_ASKS,
     PLACE_REMOVE},
};

static void walk_rows(const struct flow_settings *settings, const struct row *rows,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        struct navigation navigation = on(settings, row->state);
        navigation.gate.at = row->gate;
        navigation.places.at = row->place;

        struct navigation_step step = press(&navigation, row->press);
        bool fed = step.what == NAVIGATION_DO_FEED || step.what == NAVIGATION_DO_SCAN;
        if (step.what != row->what || (fed && step.event.kind != row->event))
            fail_msg("row %zu: does %d with event %d, expected %d with %d", i, (int)step.what,
                     (int)step.event.kind, (int)row->what, (int)row->event);
        if (navigation.gate.at != row->gate_after || navigation.places.at != row->place_after)
            fail_msg("row %zu: the gate is at %d and the place is %d, expected %d and %d", i,
                     (int)navigation.gate.at, (int)navigation.places.at, (int)row->gate_after,
                     (int)row->place_after);
    }
}

static void a_phone_asks_the_places_and_then_the_flow(void **state)
{
    (void)state;
    walk_rows(&window, of_a_phone, sizeof(of_a_phone) / sizeof(of_a_phone[0]));
}

static void a_kiosk_asks_its_gate_first(void **state)
{
    (void)state;
    walk_rows(&kiosk, of_a_kiosk, sizeof(of_a_kiosk) / sizeof(of_a_kiosk[0]));
}

static void an_answer_is_the_one_that_was_pressed(void **state)
{
    (void)state;
    struct navigation navigation = on(&window, FLOW_ASKING);
    assert_int_equal(press(&navigation, ACTION_APPROVE).event.answer, NET_APPROVE);
    assert_int_equal(press(&navigation, ACTION_DENY).event.answer, NET_DENY);
    assert_int_equal(press(&navigation, ACTION_REPORT).event.answer, NET_DENY_AND_REPORT);
    assert_true(press(&navigation, ACTION_YES).event.yes);
    assert_false(press(&navigation, ACTION_NO).event.yes);
}

static void what_is_shown_is_what_takes_the_press(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);
    navigation.places.at = PLACE_HISTORY;
    assert_int_equal(shown(&navigation), screen_of_place(PLACE_HISTORY));
    navigation.gate.at = GATE_ASKS;
    assert_int_equal(shown(&navigation), screen_of_gate(GATE_ASKS));

    press(&navigation, ACTION_BACK);
    assert_int_equal(shown(&navigation), screen_of_place(PLACE_HISTORY));
    press(&navigation, ACTION_BACK);
    press(&navigation, ACTION_BACK);
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);
}

static void what_has_come_up_is_shown_and_nothing_over_it(void **state)
{
    (void)state;
    for (enum flow_state s = FLOW_INSTRUCTIONS + 1; s < FLOW_STATES; s++) {
        struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
        press(&navigation, ACTION_MENU);
        navigation.places.at = PLACE_MENU;
        flow.state = s;
        navigation_follow(&navigation);
        assert_int_equal(shown(&navigation), s);
        assert_int_equal(navigation.places.at, PLACE_NONE);
        assert_int_equal(navigation.gate.at, GATE_AWAY);
    }
}

static void the_frame_closes_before_the_next_screen(void **state)
{
    (void)state;
    static struct view view;
    struct wall_clock clock = wall_clock_here();
    struct navigation navigation = on(&window, FLOW_RESOLVING);
    struct navigation_scene scene = {.clock = &clock, .now_ms = NOW, .still_aims = true};
    navigation_view(&navigation, &scene, &view);
    assert_int_equal(view.screen, FLOW_AIMING);
    assert_int_equal(flow.state, FLOW_RESOLVING);
}

// ---- places behind the instructions ----

static void places_lie_behind_the_instructions(void **state)
{
    (void)state;
    struct navigation navigation = on(&window, FLOW_PAIRED);
    assert_true(press(&navigation, ACTION_SET_PIN).goes_back);
    flow.state = FLOW_INSTRUCTIONS;
    navigation_follow(&navigation);
    assert_int_equal(navigation.places.at, PLACE_PIN_NEW);
    assert_false(press(&navigation, ACTION_BACK).goes_back);

    navigation = on(&window, FLOW_PAIRED);
    press(&navigation, ACTION_PORTALS);
    flow.state = FLOW_OPEN_ANSWER; // going back led elsewhere
    navigation_follow(&navigation);
    assert_int_equal(navigation.places.at, PLACE_NONE);
}

// ---- the gate ----

static void the_right_pin_lets_go_on_what_was_pressed(void **state)
{
    (void)state;
    static const struct {
        enum action_kind press;
        enum navigation_do what;
        enum flow_event_kind event;
        enum place place;
    } rows[] = {
        {ACTION_MENU, NAVIGATION_DO_LOOK, FLOW_EVENT_START, PLACE_MENU},
        {ACTION_PORTALS, NAVIGATION_DO_LOOK, FLOW_EVENT_START, PLACE_PORTALS},
        {ACTION_PAIR, NAVIGATION_DO_SCAN, FLOW_EVENT_PAIR, PLACE_NONE},
        {ACTION_BY_ADDRESS, NAVIGATION_DO_FEED, FLOW_EVENT_BY_ADDRESS, PLACE_NONE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
        press(&navigation, rows[i].press);
        assert_int_equal(press(&navigation, ACTION_SUBMIT).what, NAVIGATION_DO_TRY_PIN);
        navigation_try(&navigation);

        struct navigation_step step = navigation_judged(&navigation, FAILURE_NONE, 0, NOW);
        assert_int_equal(step.what, rows[i].what);
        assert_int_equal(step.event.kind, rows[i].event);
        assert_int_equal(navigation.places.at, rows[i].place);
        assert_int_equal(navigation.gate.at, GATE_AWAY);
    }
}

static void a_wrong_pin_lets_nothing_go_on(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    press(&navigation, ACTION_PAIR);
    navigation_try(&navigation);
    struct navigation_step step =
        navigation_judged(&navigation, FAILURE_KEY_WRONG_PIN, 30000, NOW);
    assert_int_equal(step.what, NAVIGATION_DO_NOTHING);
    assert_int_equal(press(&navigation, ACTION_SUBMIT).what, NAVIGATION_DO_FORGET_PIN);
    assert_int_equal(shown(&navigation), screen_of_gate(GATE_ASKS));
}

static void a_pin_that_was_judged_too_late_presses_nothing(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    press(&navigation, ACTION_PAIR);
    navigation_try(&navigation);
    flow.state = FLOW_DONE; // an answer given before has arrived
    navigation_follow(&navigation);
    assert_int_equal(navigation_judged(&navigation, FAILURE_NONE, 0, NOW).what,
                     NAVIGATION_DO_NOTHING);
    assert_int_equal(press(&navigation, ACTION_PAIR).what, NAVIGATION_DO_NOTHING);
    assert_int_equal(navigation.gate.at, GATE_ASKS);
}

static void a_failed_pairing_is_repeated_by_who_knows_the_pin(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_FAILED);
    flow.pairing = true;
    assert_int_equal(press(&navigation, ACTION_AGAIN).what, NAVIGATION_DO_NOTHING);
    assert_int_equal(navigation.gate.at, GATE_ASKS);
}

static void a_kiosk_waits_for_its_shell(void **state)
{
    (void)state;
    struct flow_settings unpaired = kiosk;
    unpaired.paired = false;
    struct navigation navigation = on(&unpaired, FLOW_INSTRUCTIONS);
    assert_true(navigation_waits_for_shell(&navigation));
    navigation_looked(&navigation, false, 0);
    assert_int_equal(shown(&navigation), screen_of_gate(GATE_STATES)); // not ready
    navigation_looked(&navigation, true, 0);
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);
    flow.settings.paired = true;
    assert_false(navigation_waits_for_shell(&navigation));

    navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    navigation_looked(&navigation, false, 0);
    assert_false(navigation_waits_for_shell(&navigation));
    press(&navigation, ACTION_MENU);
    assert_int_equal(shown(&navigation), screen_of_gate(GATE_REFUSES));
    assert_true(navigation_waits_for_shell(&navigation));
    navigation_looked(&navigation, true, 0); // one was set meanwhile
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);

    unpaired.loop = false; // no kiosk
    navigation = on(&unpaired, FLOW_INSTRUCTIONS);
    assert_false(navigation_waits_for_shell(&navigation));
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);
}

// ---- nobody is there ----

static void nobody_at_a_kiosk_leaves_gate_and_places(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    navigation.gate.open = true;
    navigation.places.at = PLACE_SETTINGS;
    assert_int_equal(navigation_idle_end(&navigation), NOW + kiosk.idle_ms);
    assert_false(navigation_is_left(&navigation));

    navigation_leave(&navigation, NOW + kiosk.idle_ms);
    assert_int_equal(shown(&navigation), FLOW_INSTRUCTIONS);
    assert_false(navigation.gate.open);
    assert_true(navigation_is_left(&navigation));
    assert_int_equal(navigation_idle_end(&navigation), FLOW_NEVER);

    flow.touched_ms = NOW + kiosk.idle_ms + 5; // somebody comes
    assert_false(navigation_is_left(&navigation));
    assert_int_equal(navigation_idle_end(&navigation), flow.touched_ms + kiosk.idle_ms);
}

static void a_kiosk_is_left_only_at_its_first_screen(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_DONE);
    navigation_leave(&navigation, NOW + kiosk.idle_ms);
    assert_false(navigation_is_left(&navigation)); // its code may still be typed
    flow.state = FLOW_INSTRUCTIONS;
    assert_true(navigation_is_left(&navigation));
}

static void a_pin_that_is_worked_with_is_waited_for(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    press(&navigation, ACTION_MENU);
    navigation_try(&navigation);
    assert_int_equal(navigation_idle_end(&navigation), FLOW_NEVER);

    navigation = on(&kiosk, FLOW_INSTRUCTIONS);
    navigation.places.at = PLACE_PIN_WORKING;
    assert_int_equal(navigation_idle_end(&navigation), FLOW_NEVER);
    places_pin(&navigation.places, true);
    assert_int_equal(navigation_idle_end(&navigation), NOW + kiosk.idle_ms);
}

static void a_phone_is_never_taken_to_be_left(void **state)
{
    (void)state;
    struct navigation navigation = on(&window, FLOW_INSTRUCTIONS);
    navigation.places.at = PLACE_SETTINGS;
    assert_int_equal(navigation_idle_end(&navigation), FLOW_NEVER);
    navigation.places.at = PLACE_NONE;
    flow.touched_ms = 0;
    assert_false(navigation_is_left(&navigation));
}

static void what_comes_by_itself_is_no_touch(void **state)
{
    (void)state;
    struct navigation navigation = on(&kiosk, FLOW_ENROLLING);
    flow.pairing = navigation.gate.open = true;
    struct flow_event paired = net(NET_EVENT_PAIRED);
    paired.now_ms = NOW + 20000;
    flow_take(&flow, &paired);
    assert_int_equal(flow.state, FLOW_CONFIRMING);
    assert_int_equal(navigation_idle_end(&navigation), NOW + kiosk.idle_ms);
}

// ---- a pairing that is removed ----

static void the_places_follow_a_removal_to_its_end(void **state)
{
    (void)state;
    struct navigation navigation = on(&window, FLOW_INSTRUCTIONS);
    navigation.places.at = PLACE_REMOVE;
    assert_int_equal(press(&navigation, ACTION_YES).what, NAVIGATION_DO_REMOVE);
    flow.removal.under_way = true;
    assert_false(navigation_take_removal(&navigation));
    assert_int_equal(navigation.places.at, PLACE_REMOVING);

    flow.removal = (struct flow_removal){.count = 1, .portal_told = true};
    assert_true(navigation_take_removal(&navigation));
    assert_int_equal(navigation.places.at, PLACE_REMOVED);
    assert_true(navigation.places.portal_told);
    assert_false(navigation_take_removal(&navigation)); // once

    navigation.places.at = PLACE_REMOVING;
    flow.removal.count = 2;
    flow.removal.fault.failure = FAILURE_KEY_WRONG_PIN;
    assert_true(navigation_take_removal(&navigation));
    assert_int_equal(navigation.places.at, PLACE_PORTAL);

    navigation.places.at = PLACE_MENU; // it was left meanwhile
    flow.removal.count = 3;
    assert_true(navigation_take_removal(&navigation));
    assert_int_equal(navigation.places.at, PLACE_MENU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_phone_asks_the_places_and_then_the_flow, begin_facts),
        cmocka_unit_test_setup(a_kiosk_asks_its_gate_first, begin_facts),
        cmocka_unit_test_setup(an_answer_is_the_one_that_was_pressed, begin_facts),
        cmocka_unit_test_setup(what_is_shown_is_what_takes_the_press, begin_facts),
        cmocka_unit_test_setup(what_has_come_up_is_shown_and_nothing_over_it, begin_facts),
        cmocka_unit_test_setup(the_frame_closes_before_the_next_screen, begin_facts),
        cmocka_unit_test_setup(places_lie_behind_the_instructions, begin_facts),
        cmocka_unit_test_setup(the_right_pin_lets_go_on_what_was_pressed, begin_facts),
        cmocka_unit_test_setup(a_wrong_pin_lets_nothing_go_on, begin_facts),
        cmocka_unit_test_setup(a_pin_that_was_judged_too_late_presses_nothing, begin_facts),
        cmocka_unit_test_setup(a_failed_pairing_is_repeated_by_who_knows_the_pin, begin_facts),
        cmocka_unit_test_setup(a_kiosk_waits_for_its_shell, begin_facts),
        cmocka_unit_test_setup(nobody_at_a_kiosk_leaves_gate_and_places, begin_facts),
        cmocka_unit_test_setup(a_kiosk_is_left_only_at_its_first_screen, begin_facts),
        cmocka_unit_test_setup(a_pin_that_is_worked_with_is_waited_for, begin_facts),
        cmocka_unit_test_setup(a_phone_is_never_taken_to_be_left, begin_facts),
        cmocka_unit_test_setup(what_comes_by_itself_is_no_touch, begin_facts),
        cmocka_unit_test_setup(the_places_follow_a_removal_to_its_end, begin_facts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
