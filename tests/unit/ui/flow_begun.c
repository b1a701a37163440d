// SPDX-License-Identifier: MIT
// A pairing that was begun before and neither kept nor given up.
#include "tests/unit/ui/flow_steps.h"
#include "ui/text/wall_clock.h"
#include "ui/view/flow_view.h"

static struct flow begin_begun(const struct flow_settings *settings)
{
    struct flow flow = begin(settings);
    flow.begun.any = true;
    strcpy(flow.begun.pairing.origin, "https://portal.example.com");
    return flow;
}

static struct flow_event given_up(enum net_giving_up what)
{
    struct flow_event e = net(NET_EVENT_GIVEN_UP);
    e.net.given_up = what;
    return e;
}

static struct flow_event retrying(void)
{
    struct flow_event e = net(NET_EVENT_RETRYING);
    e.net.fault.failure = FAILURE_NET_UNREACHABLE;
    return e;
}

#define RESUMED                                                                                \
    {                                                                                          \
        0, event(FLOW_EVENT_START), FLOW_ENROLLING, FLOW_DO_RESUME_PAIRING                     \
    }

static void every_face_goes_on_with_it(void **state)
{
    (void)state;
    const struct flow_settings pairing = {.pairing = true}, unpaired = {.window = true};
    const struct flow_settings by_url = {.pairing = true, .by_url = true};
    const struct flow_settings *faces[] = {&window, &terminal, &pairing, &unpaired, &by_url};
    for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++) {
        struct flow flow = begin_begun(faces[i]);
        WALK(&flow, RESUMED);
        assert_string_equal(flow.portal_origin, "https://portal.example.com");
        assert_true(flow_may_give_up(&flow));
    }
}

static void the_screen_says_which_portal(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&window);
    const struct wall_clock clock = wall_clock_here();
    struct view view;
    WALK(&flow, RESUMED);
    flow_view(&flow, NULL, T0, &clock, &view);
    assert_non_null(strstr(view.note, "portal.example.com"));
    WALK(&flow, {10, net(NET_EVENT_PAIRING_CODE), FLOW_TYPING_CODE, 0});
    flow_view(&flow, NULL, T0, &clock, &view);
    assert_non_null(strstr(view.note, "portal.example.com"));
}

static void a_kiosk_waits_for_its_administrator(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&kiosk);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {0, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_STOP_SOURCE},
         {0, event(FLOW_EVENT_PAIR), FLOW_ENROLLING, FLOW_DO_RESUME_PAIRING});
}

static void digits_and_question_come_again(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&window);
    struct flow_event digits = net(NET_EVENT_PAIRING_CODE);
    strcpy(digits.net.pairing.pairing_code, "048213");
    WALK(&flow, RESUMED, {10, digits, FLOW_TYPING_CODE, 0},
         {10, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {10, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {10, net(NET_EVENT_KEPT), FLOW_PAIRED, 0});
    assert_string_equal(flow.pairing_code, "048213");
}

static void terminal_then_does_what_it_was_started_for(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&terminal);
    WALK(&flow, RESUMED, {10, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {10, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {10, net(NET_EVENT_KEPT), FLOW_PAIRED, 0},
         {0, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE});
    assert_false(flow.pairing);
}

static void a_command_to_pair_is_done_with_it(void **state)
{
    (void)state;
    const struct flow_settings pairing = {.pairing = true};
    struct flow flow = begin_begun(&pairing);
    WALK(&flow, RESUMED, {10, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {10, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {10, net(NET_EVENT_KEPT), FLOW_PAIRED, FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_OK);
}

static void one_that_has_ended_is_told_and_left_behind(void **state)
{
    (void)state;
    const struct flow_settings pairing = {.pairing = true};
    struct flow flow = begin_begun(&pairing);
    WALK(&flow, RESUMED, {10, failed(FAILURE_PORTAL_TOKEN_EXPIRED), FLOW_FAILED, 0},
         {0, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE});
    assert_true(flow.pairing);
}

static void a_silent_portal_holds_up_no_scan(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&terminal);
    WALK(&flow, RESUMED, {10, retrying(), FLOW_FAILED, FLOW_DO_CANCEL},
         {0, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE});
    flow = begin_begun(&window);
    WALK(&flow, RESUMED, {10, retrying(), FLOW_ENROLLING, 0},
         {10, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL},
         {10, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE});
}

static void with_a_pin_it_is_unlocked_first(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.locked = true;
    struct flow flow = begin_begun(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_UNLOCKING, 0},
         {10, net(NET_EVENT_UNLOCKED), FLOW_ENROLLING, FLOW_DO_RESUME_PAIRING},
         {10, keep(false), FLOW_UNLOCKING, FLOW_DO_CANCEL},
         {10, net(NET_EVENT_UNLOCKED), FLOW_GIVING_UP, FLOW_DO_GIVE_UP_PAIRING});
}

static void a_no_gives_it_up_and_says_what_came_of_it(void **state)
{
    (void)state;
    const enum net_giving_up ends[] = {NET_GIVEN_UP, NET_GIVEN_UP_UNTYPED, NET_GIVEN_UP_UNTOLD};
    const struct wall_clock clock = wall_clock_here();
    static struct view views[3];

    for (size_t i = 0; i < 3; i++) {
        struct flow flow = begin_begun(&window);
        WALK(&flow, RESUMED, {10, net(NET_EVENT_PAIRING_CODE), FLOW_TYPING_CODE, 0},
             {10, keep(true), FLOW_TYPING_CODE, 0},
             {10, keep(false), FLOW_GIVING_UP, FLOW_DO_CANCEL | FLOW_DO_GIVE_UP_PAIRING},
             {10, given_up(ends[i]), FLOW_REFUSED, 0});
        assert_int_equal(flow.exit, EXIT_CODE_DENIED);
        flow_view(&flow, NULL, T0, &clock, &views[i]);
    }

    assert_string_not_equal(views[0].text, views[1].text);
    assert_non_null(strstr(views[2].text, "remove it there"));
}

static void one_that_this_run_began_has_no_such_no(void **state)
{
    (void)state;
    const struct flow_settings pairing = {.pairing = true};
    struct flow flow = begin(&pairing);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {10, keep(true), FLOW_ENROLLING, FLOW_DO_PAIR},
         {10, net(NET_EVENT_PAIRING_CODE), FLOW_TYPING_CODE, 0},
         {10, keep(false), FLOW_TYPING_CODE, 0});
}

// Nobody is there for the question: it stays begun, and nothing else is.
static void silence_leaves_it_begun(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&terminal);
    WALK(&flow, RESUMED, {10, event(FLOW_EVENT_SILENCE), FLOW_ENROLLING, 0},
         {10, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {0, event(FLOW_EVENT_SILENCE), FLOW_FAILED, FLOW_DO_CANCEL | FLOW_DO_QUIT});
}

// Once it was left in this run another code replaces it.
static void another_code_comes_after_it_was_left(void **state)
{
    (void)state;
    struct flow flow = begin_begun(&window);
    WALK(&flow, RESUMED, {10, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL},
         {10, event(FLOW_EVENT_PAIR), FLOW_AIMING, FLOW_DO_START_SOURCE});
    flow = begin_begun(&window);
    flow.open.any = true;
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0}); // an answer is more urgent
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_face_goes_on_with_it),
        cmocka_unit_test(the_screen_says_which_portal),
        cmocka_unit_test(a_kiosk_waits_for_its_administrator),
        cmocka_unit_test(digits_and_question_come_again),
        cmocka_unit_test(terminal_then_does_what_it_was_started_for),
        cmocka_unit_test(a_command_to_pair_is_done_with_it),
        cmocka_unit_test(one_that_has_ended_is_told_and_left_behind),
        cmocka_unit_test(a_silent_portal_holds_up_no_scan),
        cmocka_unit_test(with_a_pin_it_is_unlocked_first),
        cmocka_unit_test(a_no_gives_it_up_and_says_what_came_of_it),
        cmocka_unit_test(one_that_this_run_began_has_no_such_no),
        cmocka_unit_test(silence_leaves_it_begun),
        cmocka_unit_test(another_code_comes_after_it_was_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
