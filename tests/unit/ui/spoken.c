// SPDX-License-Identifier: MIT
#include "ui/view/spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct spoken spoken;
static char said[4096];
static const struct action nothing = {.kind = ACTION_NONE};

static int begin(void **state)
{
    (void)state;
    spoken = (struct spoken){0};
    return 0;
}

static struct view question(void)
{
    struct view view = {.screen = FLOW_ASKING, .warning_count = 1, .row_count = 1};
    strcpy(view.title, "Sign in to portal.example.com?");
    strcpy(view.warnings[0], "This browser is new.");
    view.rows[0].label = "Account";
    strcpy(view.rows[0].value, "Anna");
    return view;
}

static void a_screen_is_one_line_of_sentences(void **state)
{
    (void)state;
    struct view view = question();
    strcpy(view.note, "Two\nlines");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_string_equal(said, "Sign in to portal.example.com? This browser is new. "
                              "Account: Anna. Two lines.");
}

static void a_list_is_told_with_what_is_set(void **state)
{
    (void)state;
    static struct view view = {.screen = FLOW_STATES, .item_count = 3};
    strcpy(view.title, "Settings");
    strcpy(view.items[0].label, "Colours");
    strcpy(view.items[0].value, "Light");
    strcpy(view.items[1].label, "Sounds");
    view.items[1].mark = VIEW_MARK_OFF;
    strcpy(view.items[2].label, "Change the PIN");
    view.items[2].mark = VIEW_MARK_MORE;
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_string_equal(said, "Settings. Colours: Light. Sounds: off. Change the PIN.");
}

static void what_has_been_told_is_not_told_again(void **state)
{
    (void)state;
    struct view view = question();
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_false(spoken_next(&spoken, &view, nothing, said, sizeof(said)));

    strcpy(view.rows[0].value, "a minute ago"); // what ticks
    strcpy(view.note, "In 28 seconds");
    assert_false(spoken_next(&spoken, &view, nothing, said, sizeof(said)));

    strcpy(view.hint, "Come closer.");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_string_equal(said, "Come closer.");
    strcpy(view.text, "That is not the PIN.");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_string_equal(said, "That is not the PIN.");

    view.screen = FLOW_SENDING;
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
}

static void a_screen_in_another_language_is_told_anew(void **state)
{
    (void)state;
    struct view view = question();
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    strcpy(view.title, "Войти на portal.example.com?");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_non_null(strstr(said, "Account: Anna."));
}

static void digits_for_the_browser_are_never_told(void **state)
{
    (void)state;
    struct view view = {.screen = FLOW_DONE, .digits = "048213"};
    strcpy(view.title, "Type this code in the browser");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    assert_string_equal(said, "Type this code in the browser.");
}

static void say_focus(const struct view *view, struct action focus, const char *expected)
{
    bool says = spoken_next(&spoken, view, focus, said, sizeof(said));
    assert_int_equal(says, *expected != '\0');
    assert_string_equal(said, expected);
}

static void what_the_focus_comes_to_is_told(void **state)
{
    (void)state;
    struct view view = question();
    view_add_button(&view, ACTION_DENY, "Deny");
    view_add_button(&view, ACTION_APPROVE, "Approve");
    assert_true(
        spoken_next(&spoken, &view, (struct action){ACTION_DENY, 0}, said, sizeof(said)));
    assert_null(strstr(said, "Deny"));

    say_focus(&view, (struct action){ACTION_DENY, 0}, "");
    say_focus(&view, (struct action){ACTION_APPROVE, 0}, "Approve.");
    say_focus(&view, (struct action){ACTION_BACK, 0}, "Back.");
    view.administrator = true;
    say_focus(&view, (struct action){ACTION_MENU, 0}, "Administrator.");
}

static void a_switch_is_told_when_it_is_pressed(void **state)
{
    (void)state;
    static struct view view = {.screen = FLOW_STATES, .item_count = 1};
    struct action first = {ACTION_CHOOSE, 0};
    strcpy(view.title, "Settings");
    strcpy(view.items[0].label, "Sounds");
    view.items[0].mark = VIEW_MARK_OFF;
    assert_true(spoken_next(&spoken, &view, first, said, sizeof(said)));
    view.items[0].mark = VIEW_MARK_ON;
    say_focus(&view, first, "Sounds: on.");
}

static void keys_of_a_pin_are_never_told(void **state)
{
    (void)state;
    struct view view = {.screen = FLOW_UNLOCKING, .form = VIEW_KEYPAD};
    strcpy(view.title, "Enter your PIN");
    assert_true(spoken_next(&spoken, &view, nothing, said, sizeof(said)));
    for (size_t digit = 0; digit < 10; digit++)
        say_focus(&view, (struct action){ACTION_DIGIT, digit}, "");
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
    (void)state;
    char narrow[40];
    struct view view = question();
    strcpy(view.text, "Это не помещается сюда целиком.");
    assert_true(spoken_next(&spoken, &view, nothing, narrow, sizeof(narrow)));
    assert_string_equal(narrow, "Sign in to portal.example.com?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_screen_is_one_line_of_sentences, begin),
        cmocka_unit_test_setup(a_list_is_told_with_what_is_set, begin),
        cmocka_unit_test_setup(what_has_been_told_is_not_told_again, begin),
        cmocka_unit_test_setup(a_screen_in_another_language_is_told_anew, begin),
        cmocka_unit_test_setup(digits_for_the_browser_are_never_told, begin),
        cmocka_unit_test_setup(what_the_focus_comes_to_is_told, begin),
        cmocka_unit_test_setup(a_switch_is_told_when_it_is_pressed, begin),
        cmocka_unit_test_setup(keys_of_a_pin_are_never_told, begin),
        cmocka_unit_test_setup(what_does_not_fit_is_left_out_whole, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
