// SPDX-License-Identifier: MIT
// After whatever failure, in whatever was being done: the words and the buttons say the same.
#include "ui/text/way_out.h"

#include <ctype.h>
#include <string.h>

#include "tests/unit/ui/flow_steps.h"
#include "ui/places/gate.h"
#include "ui/view/flow_view.h"

enum doing {
    SIGN_IN,
    SIGN_IN_UNPAIRED,
    SIGN_IN_BITRIX24,
    PAIR_BY_CODE,
    PAIR_BY_ADDRESS,
    KIOSK,
    DOINGS
};

static struct view view;

static struct flow after(enum doing doing, enum failure failure)
{
    struct flow_settings settings = {.window = true,
                                     .paired = doing != SIGN_IN_UNPAIRED,
                                     .loop = doing == KIOSK,
                                     .shows_text = doing != SIGN_IN_BITRIX24};
    struct flow flow;

    flow_init(&flow, &settings);
    flow.state = FLOW_FAILED;
    flow.fault.failure = failure;
    flow.pairing = doing == PAIR_BY_CODE || doing == PAIR_BY_ADDRESS;
    flow.challenge.kind = doing == SIGN_IN_BITRIX24 ? PAYLOAD_BITRIX24
                          : doing == PAIR_BY_CODE   ? PAYLOAD_PAIRING
                                                    : PAYLOAD_LOGIN;
    flow.challenge.by_address = doing == SIGN_IN_BITRIX24;
    flow.again = doing == PAIR_BY_ADDRESS ? FLOW_DO_PAIR_BY_URL
                 : doing == PAIR_BY_CODE  ? FLOW_DO_PAIR
                                          : FLOW_DO_RESOLVE;
    strcpy(flow.portal_origin, "https://portal.example.com");
    strcpy(flow.challenge.login.origin.text, "https://portal.example.com");
    return flow;
}

static void look(enum doing doing, enum failure failure)
{
    struct flow flow = after(doing, failure);
    struct wall_clock clock = wall_clock_here();
    flow_view(&flow, NULL, T0, &clock, &view);
}

// What alarms, and what does not: a code that is over is no danger.
static void red_is_for_danger_alone(void **state)
{
    (void)state;
    static const struct {
        enum failure failure;
        enum view_tone tone;
    } rows[] = {
        {FAILURE_CHALLENGE_EXPIRED, VIEW_TROUBLE},
        {FAILURE_NET_UNREACHABLE, VIEW_TROUBLE},
        {FAILURE_PAIRING_NONE, VIEW_TROUBLE},
        {FAILURE_CAMERA_NONE, VIEW_NO_CAMERA},
        {FAILURE_CAMERA_BUSY, VIEW_NO_CAMERA},
        {FAILURE_NET_TLS, VIEW_STOP},
        {FAILURE_NET_PIN, VIEW_STOP},
        {FAILURE_PORTAL_SEQUENCE_REUSED, VIEW_STOP},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        look(SIGN_IN, rows[i].failure);
        assert_int_equal(view.tone, rows[i].tone);
    }
    look(SIGN_IN, FAILURE_CHALLENGE_EXPIRED);
    assert_string_equal(view.note, "portal.example.com");
}

static bool offers(enum action_kind action)
{
    for (size_t i = 0; i < view.button_count; i++) {
        if (view.buttons[i].action == action)
            return true;
    }
    return false;
}

// Without regard to case, in what is to be done next.
static bool says(const char *words)
{
    size_t size = strlen(words);
    for (const char *at = view.text; *at; at++) {
        if (strncasecmp(at, words, size) == 0)
            return true;
    }
    return false;
}

#define HOLDS(condition)                                                                       \
    do {                                                                                       \
        if (!(condition))                                                                      \
            fail_msg("%s, doing %d: \"%s\" does not go with its buttons: %s",                  \
                     failure_code(failure), (int)doing, view.text, #condition);                \
    } while (0)

static void every_failure_has_a_way_out(void **state)
{
    (void)state;
    for (enum failure failure = FAILURE_NONE; failure < FAILURE_COUNT; failure++) {
        if (way_out_of(failure) == WAY_OUT_UNSAID)
            fail_msg("ui/text/way_out.c says nothing of %s", failure_code(failure));
        assert_true(*way_out_name(way_out_of(failure)));
    }
}

static void buttons_do_what_the_words_say(void **state)
{
    (void)state;
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        for (enum doing doing = SIGN_IN; doing < DOINGS; doing++) {
            look(doing, failure);
            bool pairs = offers(ACTION_PAIR) || offers(ACTION_BY_ADDRESS) ||
                         (doing == PAIR_BY_ADDRESS && offers(ACTION_AGAIN));
            bool scans = offers(ACTION_SCAN) || offers(ACTION_PAIR);

            HOLDS(!says("pair this device again") || pairs);
            HOLDS(!says("pair this device with") || pairs);
            HOLDS(!says("try again") || offers(ACTION_AGAIN));
            HOLDS(!says("scan") || scans);
            HOLDS(!says("set a pin") || offers(ACTION_SET_PIN));
            HOLDS(!offers(ACTION_AGAIN) || says("try again") || says("pair this device again"));
            HOLDS(!offers(ACTION_SCAN) || says("scan"));
            HOLDS(!offers(ACTION_PAIR) || says("pair") || says("scan"));
            HOLDS(view.button_count > 0 && view.focus == view.button_count - 1);
        }
    }
}

// "Ask your administrator", "update this program": nothing is offered that ends there again.
static void what_this_device_cannot_mend_is_only_left(void **state)
{
    (void)state;
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        for (enum doing doing = SIGN_IN; doing < DOINGS; doing++) {
            look(doing, failure);
            if (way_out_of(failure) != WAY_OUT_NONE)
                continue;
            HOLDS(view.buttons[view.focus].action == ACTION_BACK);
            HOLDS(view.button_count == 1 || view.buttons[0].action == ACTION_BY_HAND);
        }
    }
}

static void a_kiosk_asks_for_its_pin_before_it_is_changed(void **state)
{
    (void)state;
    for (enum failure failure = FAILURE_NONE + 1; failure < FAILURE_COUNT; failure++) {
        look(KIOSK, failure);
        for (size_t i = 0; i < view.button_count; i++) {
            struct gate gate = {.guards = true};
            enum action_kind action = view.buttons[i].action;
            bool harmless = action == ACTION_SCAN || action == ACTION_AGAIN ||
                            action == ACTION_BACK || action == ACTION_BY_HAND;

            if (!harmless && !gate_holds(&gate, action, FLOW_FAILED, true, 0, T0))
                fail_msg("%s: a kiosk lets \"%s\" through", failure_code(failure),
                         view.buttons[i].label);
        }
    }
}

static void a_text_is_entered_only_where_a_portal_shows_one(void **state)
{
    (void)state;
    look(SIGN_IN, FAILURE_CAMERA_BUSY);
    assert_true(offers(ACTION_BY_HAND));
    look(PAIR_BY_CODE, FAILURE_CAMERA_BUSY);
    assert_true(offers(ACTION_BY_HAND));
    look(SIGN_IN_BITRIX24, FAILURE_CAMERA_BUSY);
    assert_false(offers(ACTION_BY_HAND));

    struct flow flow = after(SIGN_IN_BITRIX24, FAILURE_NONE);
    struct wall_clock clock = wall_clock_here();
    flow.state = FLOW_AIMING;
    flow_view(&flow, NULL, T0, &clock, &view);
    assert_false(offers(ACTION_BY_HAND));
    flow.settings.shows_text = true;
    flow_view(&flow, NULL, T0, &clock, &view);
    assert_true(offers(ACTION_BY_HAND));
}

static void the_host_that_did_not_answer_is_named(void **state)
{
    (void)state;
    look(PAIR_BY_ADDRESS, FAILURE_NET_UNREACHABLE);
    assert_string_equal(view.note, "portal.example.com");
    assert_int_equal(view.buttons[view.focus].action, ACTION_AGAIN);
    assert_true(offers(ACTION_BY_ADDRESS));
    look(SIGN_IN, FAILURE_NET_TIMEOUT);
    assert_string_equal(view.note, "portal.example.com");
}

static void what_failed_is_done_again(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, source_failed(FAILURE_CAMERA_BUSY), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {5, event(FLOW_EVENT_AGAIN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_NET_UNREACHABLE), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {5, event(FLOW_EVENT_AGAIN), FLOW_RESOLVING, FLOW_DO_RESOLVE},
         {5, event(FLOW_EVENT_AGAIN), FLOW_RESOLVING, 0});
}

static void a_pairing_by_address_is_begun_again(void **state)
{
    (void)state;
    struct flow_settings by_url = {.window = true, .pairing = true, .by_url = true};
    struct flow flow = begin(&by_url);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_ENROLLING, FLOW_DO_PAIR_BY_URL},
         {5, failed(FAILURE_NET_UNREACHABLE), FLOW_FAILED, 0},
         {5, event(FLOW_EVENT_AGAIN), FLOW_ENROLLING, FLOW_DO_PAIR_BY_URL},
         {5, failed(FAILURE_NET_UNREACHABLE), FLOW_FAILED, 0},
         {5, event(FLOW_EVENT_BY_ADDRESS), FLOW_BY_ADDRESS, 0});
}

// A code for which the portal has shown digits is used up.
static void a_used_pairing_code_is_scanned_anew(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    struct flow_event digits = net(NET_EVENT_PAIRING_CODE);
    WALK(&flow, {0, event(FLOW_EVENT_PAIR), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(true), FLOW_ENROLLING, FLOW_DO_PAIR}, {5, digits, FLOW_TYPING_CODE, 0},
         {5, failed(FAILURE_NET_UNREACHABLE), FLOW_FAILED, 0},
         {5, event(FLOW_EVENT_AGAIN), FLOW_AIMING, FLOW_DO_START_SOURCE});
    assert_true(flow.pairing);
}

static void what_is_done_again_asks_for_the_pin_again(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    flow.settings.locked = true;
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE},
         {5, failed(FAILURE_NET_TIMEOUT), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {5, event(FLOW_EVENT_AGAIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(red_is_for_danger_alone),
        cmocka_unit_test(every_failure_has_a_way_out),
        cmocka_unit_test(buttons_do_what_the_words_say),
        cmocka_unit_test(what_this_device_cannot_mend_is_only_left),
        cmocka_unit_test(a_kiosk_asks_for_its_pin_before_it_is_changed),
        cmocka_unit_test(a_text_is_entered_only_where_a_portal_shows_one),
        cmocka_unit_test(the_host_that_did_not_answer_is_named),
        cmocka_unit_test(what_failed_is_done_again),
        cmocka_unit_test(a_pairing_by_address_is_begun_again),
        cmocka_unit_test(a_used_pairing_code_is_scanned_anew),
        cmocka_unit_test(what_is_done_again_asks_for_the_pin_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
