// SPDX-License-Identifier: MIT
// What is said of the browser that asks: calmly where nothing is unusual, as a warning where
// something is.
#include "ui/flow/flow.h"
#include "ui/view/flow_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct flow flow;
static struct view view;

// The usual case: the same browser as last time, nobody has marked it.
static int begin(void **state)
{
    (void)state;
    flow_init(&flow, &(struct flow_settings){.paired = true, .window = true});
    flow.state = FLOW_ASKING;
    flow.ends_ms = 90000;

    struct net_context *c = &flow.context;
    strcpy(c->origin, "https://portal.example.com");
    strcpy(c->account_name, "Anna");
    strcpy(c->browser, "Chromium, Linux");
    strcpy(c->place, "Kazan");
    strcpy(c->address, "203.0.113.7");
    strcpy(c->last_use, "2026-11-28 11:47 UTC, Chromium, Linux, Kazan, 203.0.113.7");
    c->tells_browser = c->same_network = c->pickup_code_follows = true;
    return 0;
}

static void look(void)
{
    struct wall_clock clock = wall_clock_here();
    flow_view(&flow, NULL, 2000, &clock, &view);
}

static void is_calm(void)
{
    look();
    assert_int_equal(view.warning_count, 0);
    assert_int_equal(view.tone, VIEW_CALM);
}

static void warns(const char *of)
{
    look();
    assert_int_equal(view.tone, VIEW_LOOK);
    for (size_t i = 0; i < view.warning_count; i++) {
        if (strstr(view.warnings[i], of))
            return;
    }
    fail_msg("no warning of %s", of);
}

static void an_unmarked_browser_is_told_calmly(void **state)
{
    (void)state;
    is_calm();
    assert_string_equal(view.text, "This browser is not marked as yours.");
}

static void a_marked_browser_needs_no_word(void **state)
{
    (void)state;
    flow.context.known_browser = true;
    flow.context.pickup_code_follows = false;
    is_calm();
    assert_string_equal(view.text, "");
}

static void a_first_sign_in_has_nothing_to_compare(void **state)
{
    (void)state;
    flow.context.last_use[0] = '\0';
    is_calm();
    assert_string_equal(view.text, "This browser is not marked as yours.");
}

static void another_browser_is_warned_of_unless_marked(void **state)
{
    (void)state;
    strcpy(flow.context.browser, "Firefox, Windows");
    warns("another browser");
    assert_int_equal(view.warning_count, 1);
    flow.context.known_browser = true;
    is_calm();
}

static void another_network_is_warned_of(void **state)
{
    (void)state;
    flow.context.same_network = false;
    warns("another network");
    assert_int_equal(view.warning_count, 1);
}

static void another_place_is_warned_of(void **state)
{
    (void)state;
    strcpy(flow.context.place, "Omsk");
    is_calm(); // at the same address
    strcpy(flow.context.address, "198.51.100.4");
    warns("another place");
    strcpy(flow.context.place, "Kaz");
    strcpy(flow.context.address, "3.0.113.7");
    warns("another place"); // the former ones only hold these
    strcpy(flow.context.place, "Kazan");
    is_calm(); // an address may change
    flow.context.place[0] = '\0';
    is_calm(); // nothing is told of places
}

static void an_unmarked_browser_without_digits_is_warned_of(void **state)
{
    (void)state;
    flow.context.pickup_code_follows = false;
    warns("no digits");
}

static void all_of_it_at_once_fits(void **state)
{
    (void)state;
    struct net_context *c = &flow.context;
    c->same_network = c->pickup_code_follows = false;
    strcpy(c->browser, "Firefox, Windows");
    strcpy(c->place, "Omsk");
    strcpy(c->address, "198.51.100.4");
    look();
    assert_int_equal(view.warning_count, VIEW_WARNINGS_MAX);
}

static void what_is_not_told_is_said_to_be_so(void **state)
{
    (void)state;
    flow.context.tells_browser = false;
    warns("does not tell");
    assert_int_equal(view.warning_count, 1);
    assert_string_equal(view.text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_unmarked_browser_is_told_calmly, begin),
        cmocka_unit_test_setup(a_marked_browser_needs_no_word, begin),
        cmocka_unit_test_setup(a_first_sign_in_has_nothing_to_compare, begin),
        cmocka_unit_test_setup(another_browser_is_warned_of_unless_marked, begin),
        cmocka_unit_test_setup(another_network_is_warned_of, begin),
        cmocka_unit_test_setup(another_place_is_warned_of, begin),
        cmocka_unit_test_setup(an_unmarked_browser_without_digits_is_warned_of, begin),
        cmocka_unit_test_setup(all_of_it_at_once_fits, begin),
        cmocka_unit_test_setup(what_is_not_told_is_said_to_be_so, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
