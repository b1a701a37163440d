// SPDX-License-Identifier: MIT
#include "ui/places/screen_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ui/places/gate.h"
#include "ui/places/places.h"

#define SCREENS ((int)FLOW_STATES + (int)PLACES + (int)GATE_STATES + 1)

static struct screen_log screen_log;
static char told[SCREEN_LOG_MAX];

static int begin(void **state)
{
    (void)state;
    screen_log = (struct screen_log){0};
    return 0;
}

static bool presents(int screen, unsigned ripe)
{
    struct view view = {.screen = screen, .ripe = ripe};
    strcpy(view.title, "Sign in to portal.example.com?");
    return screen_log_next(&screen_log, &view, false, told);
}

static int place(enum place at)
{
    static struct places_facts facts;
    static const struct options options;
    facts.options = &options;
    struct places places = {.at = at};
    static struct view view;
    struct wall_clock clock = {0};
    places_view(&places, &facts, &clock, &view);
    return view.screen;
}

static int gate(enum gate_at at)
{
    struct gate shown = {.guards = true, .at = at};
    static struct view view;
    gate_view(&shown, 0, &view);
    return view.screen;
}

static void a_screen_is_told_once_by_its_name(void **state)
{
    (void)state;
    assert_true(presents(FLOW_INSTRUCTIONS, 100));
    assert_string_equal(told, "instructions");
    assert_false(presents(FLOW_INSTRUCTIONS, 100));

    assert_true(presents(FLOW_AIMING, 100));
    assert_string_equal(told, "aiming");
    assert_true(presents(FLOW_INSTRUCTIONS, 100)); // it is another one than before
    assert_string_equal(told, "instructions");
}

static void a_question_that_comes_anew_is_told_again(void **state)
{
    (void)state;
    assert_true(presents(FLOW_LOGIN, 100));
    assert_false(presents(FLOW_LOGIN, 100));

    struct view view = {.screen = FLOW_LOGIN, .ripe = 100};
    assert_true(screen_log_next(&screen_log, &view, true, told));
    assert_string_equal(told, "login");
    assert_false(presents(FLOW_LOGIN, 100));
}

static void the_dark_is_told_once_and_so_is_what_comes_after_it(void **state)
{
    (void)state;
    assert_true(screen_log_dark(&screen_log, told)); // from the start
    assert_string_equal(told, "dark");
    assert_false(screen_log_dark(&screen_log, told));
    assert_true(presents(FLOW_INSTRUCTIONS, 100));
    assert_true(screen_log_dark(&screen_log, told));
    assert_true(presents(FLOW_INSTRUCTIONS, 100));
    assert_string_equal(told, "instructions");
}

static void an_answer_that_ripens_is_told_when_it_is_taken(void **state)
{
    (void)state;
    assert_true(presents(FLOW_ASKING, 0));
    assert_string_equal(told, "asking");
    assert_false(presents(FLOW_ASKING, 99));
    assert_true(presents(FLOW_ASKING, 100));
    assert_string_equal(told, "asking: ready");
    assert_false(presents(FLOW_ASKING, 100));

    assert_false(presents(FLOW_ASKING, 0)); // it was covered, and is read again
    assert_true(presents(FLOW_ASKING, 100));
    assert_string_equal(told, "asking: ready");
}

static bool presents_keypad(bool keys_on)
{
    struct view view = {
        .screen = FLOW_UNLOCKING, .form = VIEW_KEYPAD, .ripe = 100, .keys_on = keys_on};
    return screen_log_next(&screen_log, &view, false, told);
}

static void a_keypad_is_told_when_it_takes_digits_again(void **state)
{
    (void)state;
    assert_true(presents_keypad(true));
    assert_string_equal(told, "unlocking");
    assert_false(presents_keypad(false)); // while they are tried
    assert_true(presents_keypad(true));
    assert_string_equal(told, "unlocking: ready");
    assert_false(presents_keypad(true));
}

static void what_is_ripe_as_it_comes_is_told_once(void **state)
{
    (void)state;
    assert_true(presents(FLOW_ASKING, 50));
    assert_true(presents(FLOW_PAIR_ASKING, 100));
    assert_string_equal(told, "pair-asking");
    assert_false(presents(FLOW_PAIR_ASKING, 100));
}

static void places_and_gate_have_names_of_their_own(void **state)
{
    (void)state;
    assert_string_equal(screen_name(place(PLACE_MENU)), "menu");
    assert_string_equal(screen_name(place(PLACE_PIN_AGAIN)), "pin-again");
    assert_string_equal(screen_name(gate(GATE_ASKS)), "gate-asks");
    assert_string_equal(screen_name(gate(GATE_CHECKS)), "gate-asks");
    assert_string_equal(screen_name(gate(GATE_REFUSES)), "gate-refuses");

    static struct view view;
    gate_view_not_ready(&view);
    assert_string_equal(screen_name(view.screen), "not-ready");
}

static void every_screen_has_one_name(void **state)
{
    (void)state;
    for (int at = PLACE_MENU; at < (int)PLACES; at++)
        assert_non_null(screen_name((int)FLOW_STATES + at));

    for (int screen = 0; screen < SCREENS; screen++) {
        const char *name = screen_name(screen);
        assert_true(screen >= (int)FLOW_STATES || name);
        for (int other = 0; name && other < screen; other++)
            assert_true(!screen_name(other) || strcmp(screen_name(other), name) != 0);
        assert_true(!name || strlen(name) + sizeof(": ready") <= SCREEN_LOG_MAX);
    }
}

static void no_other_number_has_a_name(void **state)
{
    (void)state;
    assert_null(screen_name(-1));
    assert_null(screen_name((int)FLOW_STATES + (int)PLACE_NONE));
    assert_null(screen_name(SCREENS));
    assert_false(presents(SCREENS, 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_screen_is_told_once_by_its_name, begin),
        cmocka_unit_test_setup(a_question_that_comes_anew_is_told_again, begin),
        cmocka_unit_test_setup(the_dark_is_told_once_and_so_is_what_comes_after_it, begin),
        cmocka_unit_test_setup(an_answer_that_ripens_is_told_when_it_is_taken, begin),
        cmocka_unit_test_setup(a_keypad_is_told_when_it_takes_digits_again, begin),
        cmocka_unit_test_setup(what_is_ripe_as_it_comes_is_told_once, begin),
        cmocka_unit_test(places_and_gate_have_names_of_their_own),
        cmocka_unit_test(every_screen_has_one_name),
        cmocka_unit_test_setup(no_other_number_has_a_name, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
