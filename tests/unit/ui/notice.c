// SPDX-License-Identifier: MIT
// What a person who is at another window is told, and that it holds nothing that a lock screen
// must not show.
#include "ui/window/notice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ACCOUNT "anna.ivanova"
#define HOST    "portal.example.com"
#define DIGITS  "493817"

static struct {
    struct flow flow;
    struct notice_watch watch;
    enum notifications_choice choice;
    struct notice notice;
    int64_t now_ms;
} bench;

static int begin(void **state)
{
    (void)state;
    struct flow *flow = &bench.flow;
    memset(&bench, 0, sizeof(bench));
    bench.choice = NOTIFICATIONS_CHOICE_YES;
    flow->settings.window = flow->settings.person = true;
    flow->ends_ms = FLOW_NEVER;
    strcpy(flow->context.origin, "https://" HOST);
    strcpy(flow->context.account_name, ACCOUNT);
    strcpy(flow->portal_origin, "https://" HOST);
    strcpy(flow->account_name, ACCOUNT);
    strcpy(flow->receipt.pickup_code, DIGITS);
    strcpy(flow->pairing_code, DIGITS);
    return 0;
}

static enum notice_step follow(void)
{
    return notice_follow(&bench.watch, &bench.flow, bench.choice, bench.now_ms, &bench.notice);
}

static enum notice_step come_to(enum flow_state state)
{
    bench.flow.state = state;
    bench.flow.since_ms = ++bench.now_ms;
    return follow();
}

static void shows(enum notice_step step, const char *summary)
{
    assert_int_equal(step, NOTICE_SHOW);
    assert_string_equal(bench.notice.summary, summary);
}

static void who_is_before_the_window_is_told_nothing(void **state)
{
    (void)state;
    for (int at = 0; at < FLOW_STATES; at++)
        assert_int_equal(come_to((enum flow_state)at), NOTICE_KEEP);
}

static void a_question_waits_until_the_window_is_in_front(void **state)
{
    (void)state;
    bench.flow.away = true;
    assert_int_equal(come_to(FLOW_AIMING), NOTICE_KEEP);
    assert_int_equal(come_to(FLOW_RESOLVING), NOTICE_KEEP);
    shows(come_to(FLOW_ASKING), "A sign-in waits for your answer");
    assert_string_equal(bench.notice.body, "");
    assert_int_equal(follow(), NOTICE_KEEP); // told once

    bench.flow.away = false;
    assert_int_equal(follow(), NOTICE_WITHDRAW);
    assert_int_equal(follow(), NOTICE_KEEP);

    bench.flow.away = true; // gone again, with the question unanswered
    shows(follow(), "A sign-in waits for your answer");
}

static void what_waited_and_is_over_is_taken_back(void **state)
{
    (void)state;
    bench.flow.away = true;
    come_to(FLOW_ASKING);
    assert_int_equal(come_to(FLOW_INSTRUCTIONS), NOTICE_WITHDRAW);
    assert_int_equal(follow(), NOTICE_KEEP);

    come_to(FLOW_ASKING);
    shows(come_to(FLOW_FAILED), "The sign-in has failed");
    assert_int_equal(come_to(FLOW_INSTRUCTIONS), NOTICE_KEEP); // news stays until it is seen
    bench.flow.away = false;
    assert_int_equal(follow(), NOTICE_WITHDRAW);
}

static void an_outcome_is_told_unless_it_was_seen(void **state)
{
    (void)state;
    come_to(FLOW_SENDING);
    bench.flow.away = true;
    shows(come_to(FLOW_DONE), "Signed in");

    bench.flow.away = false;
    come_to(FLOW_DONE);
    bench.flow.away = true;
    assert_int_equal(follow(), NOTICE_KEEP);
}

static void digits_wait_as_long_as_they_count(void **state)
{
    (void)state;
    bench.flow.receipt.result = NET_RESULT_PICKUP_CODE;
    bench.flow.ends_ms = 1000;
    come_to(FLOW_DONE);
    bench.flow.away = true;
    shows(follow(), "The browser waits for the digits on this device");
    bench.now_ms = 1000;
    assert_int_equal(follow(), NOTICE_WITHDRAW); // seen, and over

    bench.now_ms = 1;
    come_to(FLOW_DONE);
    bench.now_ms = 1000;
    shows(follow(), "The time to type the code is over");
}

static void each_state_says_what_it_is(void **state)
{
    (void)state;
    static const struct {
        enum flow_state state;
        bool pairing;
        enum net_result result;
        const char *summary;
    } rows[] = {
        {FLOW_UNLOCKING, false, 0, "A sign-in waits for your PIN"},
        {FLOW_UNLOCKING, true, 0, "A pairing waits for your PIN"},
        {FLOW_OPEN_ANSWER, false, 0, "An answer that was left open waits for you"},
        {FLOW_PAIR_ASKING, true, 0, "A pairing waits for you"},
        {FLOW_CONFIRMING, true, 0, "A pairing waits for you"},
        {FLOW_DONE, false, NET_RESULT_SENT, "Sent. Look at the browser."},
        {FLOW_ENDED, false, 0, "The browser was signed out"},
        {FLOW_REFUSED, false, 0, "You refused this sign-in"},
        {FLOW_REFUSED, true, 0, "Not paired"},
        {FLOW_FAILED, true, 0, "The pairing has failed"},
        {FLOW_PAIRED, true, 0, "This device is paired"},
    };

    bench.flow.away = true;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bench.flow.pairing = rows[i].pairing;
        bench.flow.receipt.result = rows[i].result;
        shows(come_to(rows[i].state), rows[i].summary);
    }
    bench.flow.receipt = (struct net_receipt){.otp_follows = true};
    shows(come_to(FLOW_DONE), "Now enter the one-time code in the browser");
}

static bool holds(const char *text)
{
    return strstr(bench.notice.summary, text) || strstr(bench.notice.body, text);
}

static void no_state_tells_a_secret(void **state)
{
    (void)state;
    strcpy(bench.flow.fault.detail, "wrong key of " ACCOUNT);
    bench.flow.fault.failure = FAILURE_PORTAL_REFUSED;
    bench.flow.away = true;

    for (int at = 0; at < FLOW_STATES; at++) {
        for (int pairing = 0; pairing < 2; pairing++) {
            bench.flow.pairing = pairing != 0;
            bench.choice = NOTIFICATIONS_CHOICE_YES;
            if (come_to((enum flow_state)at) == NOTICE_SHOW)
                assert_false(holds(ACCOUNT) || holds(HOST) || holds(DIGITS));
            bench.choice = NOTIFICATIONS_CHOICE_NAMES;
            if (come_to((enum flow_state)at) == NOTICE_SHOW)
                assert_false(holds(DIGITS) || holds("wrong key"));
        }
    }
}

static void names_are_told_where_the_person_wants_so(void **state)
{
    (void)state;
    bench.flow.away = true;
    bench.choice = NOTIFICATIONS_CHOICE_NAMES;
    shows(come_to(FLOW_ASKING), HOST " as " ACCOUNT);
    assert_string_equal(bench.notice.body, "A sign-in waits for your answer");

    // Whom a failure is about is not known: the names may be those of the sign-in before.
    shows(come_to(FLOW_FAILED), "The sign-in has failed");
}

static void off_is_off_and_takes_back(void **state)
{
    (void)state;
    bench.flow.away = true;
    come_to(FLOW_ASKING);
    bench.choice = NOTIFICATIONS_CHOICE_NO;
    assert_int_equal(follow(), NOTICE_WITHDRAW);
    for (int at = 0; at < FLOW_STATES; at++)
        assert_int_equal(come_to((enum flow_state)at), NOTICE_KEEP);
}

static void a_kiosk_tells_nothing(void **state)
{
    (void)state;
    bench.flow.away = bench.flow.settings.loop = true;
    for (int at = 0; at < FLOW_STATES; at++)
        assert_int_equal(come_to((enum flow_state)at), NOTICE_KEEP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(who_is_before_the_window_is_told_nothing, begin),
        cmocka_unit_test_setup(a_question_waits_until_the_window_is_in_front, begin),
        cmocka_unit_test_setup(what_waited_and_is_over_is_taken_back, begin),
        cmocka_unit_test_setup(an_outcome_is_told_unless_it_was_seen, begin),
        cmocka_unit_test_setup(digits_wait_as_long_as_they_count, begin),
        cmocka_unit_test_setup(each_state_says_what_it_is, begin),
        cmocka_unit_test_setup(no_state_tells_a_secret, begin),
        cmocka_unit_test_setup(names_are_told_where_the_person_wants_so, begin),
        cmocka_unit_test_setup(off_is_off_and_takes_back, begin),
        cmocka_unit_test_setup(a_kiosk_tells_nothing, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
