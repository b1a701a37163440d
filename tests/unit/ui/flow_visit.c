// SPDX-License-Identifier: MIT
// People with badges at a kiosk: badge, PIN and code, in whichever order, and a first use.
#include "tests/unit/ui/flow_steps.h"

static const struct flow_settings with_badges = {.paired = true,
                                                 .window = true,
                                                 .loop = true,
                                                 .badges = true,
                                                 .locked = true,
                                                 .idle_ms = 30000};

static struct flow begin_visit(bool known)
{
    struct flow flow = begin(&with_badges);
    flow.badge.known = known; // as the program has found out
    return flow;
}

static struct flow_event badge(uint8_t id)
{
    struct flow_event e = code(PAYLOAD_BADGE, 0);
    memset(e.challenge.badge.bytes, id, sizeof(e.challenge.badge.bytes));
    return e;
}

static struct flow_event locked(enum failure why)
{
    struct flow_event e = net(NET_EVENT_LOCKED);
    e.net.locked.fault.failure = why;
    return e;
}

static struct flow_event pin_refused(enum failure why)
{
    struct flow_event e = event(FLOW_EVENT_PIN_REFUSED);
    e.fault.failure = why;
    return e;
}

#define TO_AIMING                                                                              \
    {                                                                                          \
        0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE                           \
    }
#define TO_PIN                                                                                 \
    TO_AIMING,                                                                                 \
    {                                                                                          \
        10, badge(1), FLOW_UNLOCKING, FLOW_DO_PAUSE | FLOW_DO_VISIT                            \
    }
#define TO_UNLOCKED                                                                            \
    TO_PIN, {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},                                    \
    {                                                                                          \
        10, net(NET_EVENT_UNLOCKED), FLOW_AIMING, FLOW_DO_RESUME                               \
    }

// ---- a person who is known ----

static void badge_and_pin_then_the_code(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_UNLOCKED, {10, badge(1), FLOW_AIMING, 0},
         {10, code(PAYLOAD_LOGIN, 7), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE});
    assert_int_equal(flow.challenge.kind, PAYLOAD_LOGIN);
    assert_true(flow.visit.on);
}

static void the_code_first_waits_for_badge_and_pin(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_AIMING, {10, code(PAYLOAD_LOGIN, 7), FLOW_AIMING, 0},
         {10, code(PAYLOAD_LOGIN, 8), FLOW_AIMING, 0});
    assert_true(flow.visit.has_code);
    assert_false(flow.visit.on);
    WALK(&flow, {10, badge(1), FLOW_UNLOCKING, FLOW_DO_PAUSE | FLOW_DO_VISIT},
         {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {10, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
    assert_int_equal(flow.challenge.login.id[0], 8); // that which was shown last
}

static void both_in_one_frame_are_taken(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    struct flow_event first = badge(1), second = code(PAYLOAD_LOGIN, 7);
    first.more = true;
    WALK(&flow, TO_AIMING, {10, first, FLOW_AIMING, 0},
         {0, second, FLOW_UNLOCKING, FLOW_DO_PAUSE | FLOW_DO_VISIT});
    assert_true(flow.visit.has_code);
}

static void two_badges_are_one_too_many(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    struct flow_event first = badge(1);
    first.more = true;
    WALK(&flow, TO_AIMING, {10, first, FLOW_AIMING, 0}, {0, badge(2), FLOW_AIMING, 0});
    assert_int_equal(flow.hint.refused, FAILURE_SCAN_SEVERAL_CODES);
}

// The kiosk's own key answers nobody.
static void no_code_is_asked_about_without_a_badge(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_AIMING, {10, code(PAYLOAD_LOGIN, 7), FLOW_AIMING, 0},
         {29000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0},
         {1000, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, FLOW_DO_STOP_SOURCE});
}

static void another_portals_badge_stays_outside(void **state)
{
    (void)state;
    struct flow flow = begin_visit(false);
    flow.badge.refused = FAILURE_BADGE_OTHER_PORTAL;
    WALK(&flow, TO_AIMING, {10, badge(1), FLOW_AIMING, 0});
    assert_int_equal(flow.hint.refused, FAILURE_BADGE_OTHER_PORTAL);
    assert_false(flow.visit.on);
}

static void a_wrong_pin_is_asked_again_and_the_tenth_ends_it(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_PIN, {10, pin_refused(FAILURE_PIN_FORM), FLOW_UNLOCKING, 0});
    assert_int_equal(flow.pin.refused, FAILURE_PIN_FORM);
    WALK(&flow, {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {10, locked(FAILURE_KEY_WRONG_PIN), FLOW_UNLOCKING, 0},
         {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {10, locked(FAILURE_BADGE_WRONG_PINS), FLOW_FAILED,
          FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE});
    assert_int_equal(flow.fault.failure, FAILURE_BADGE_WRONG_PINS);
}

static void a_pin_counts_for_a_minute_at_most(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_UNLOCKED, {20000, event(FLOW_EVENT_TOUCH), FLOW_AIMING, 0},
         {20000, event(FLOW_EVENT_TOUCH), FLOW_AIMING, 0},
         {19999, event(FLOW_EVENT_TICK), FLOW_AIMING, 0});
    assert_int_equal(flow_deadline(&flow), flow.visit.unlocked_ms + FLOW_VISIT_MS);
    WALK(&flow, {60030, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, FLOW_DO_STOP_SOURCE});
    assert_false(flow.visit.on);
}

// What the PIN was entered for is over: the next code asks for it again.
static void one_pin_is_for_one_code(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_UNLOCKED,
         {10, code(PAYLOAD_LOGIN, 7), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, failed(FAILURE_CHALLENGE_STALE_FRAME), FLOW_AIMING, FLOW_DO_RESUME},
         {10, code(PAYLOAD_LOGIN, 9), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {10, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
    assert_true(flow.visit.on);
}

static void a_visit_ends_at_the_first_screen(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_UNLOCKED,
         {10, code(PAYLOAD_LOGIN, 7), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0});
    assert_true(flow.visit.on); // "sign that browser out" is his
    WALK(&flow, {10, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL});
    assert_false(flow.visit.on);
}

static void a_key_that_was_revoked_is_told_in_the_words_of_a_badge(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_UNLOCKED,
         {10, code(PAYLOAD_LOGIN, 7), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, failed(FAILURE_PORTAL_DEVICE_REVOKED), FLOW_FAILED, FLOW_DO_STOP_SOURCE});
    assert_int_equal(flow.fault.failure, FAILURE_BADGE_ENDED);
    WALK(&flow, {10, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE});
    assert_false(flow.visit.on); // whoever comes next
}

// ---- a first use ----

#define TO_DIGITS                                                                              \
    TO_PIN, {10, event(FLOW_EVENT_PIN), FLOW_PIN_AGAIN, 0},                                    \
        {10, event(FLOW_EVENT_PIN), FLOW_ENROLLING,                                            \
         FLOW_DO_PAIR_BY_BADGE | FLOW_DO_STOP_SOURCE},                                         \
    {                                                                                          \
        10, net(NET_EVENT_PAIRING_CODE), FLOW_TYPING_CODE, 0                                   \
    }

static void who_is_new_chooses_a_pin_and_types_digits(void **state)
{
    (void)state;
    struct flow flow = begin_visit(false);
    WALK(&flow, TO_DIGITS, {10, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {10, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {10, net(NET_EVENT_KEPT), FLOW_PAIRED, 0});
    assert_true(flow.visit.first);
    assert_false(flow.visit.on); // to sign in he shows his badge again
    assert_false(flow.pairing);
}

static void two_pins_that_differ_are_chosen_anew(void **state)
{
    (void)state;
    struct flow flow = begin_visit(false);
    WALK(&flow, TO_PIN, {10, event(FLOW_EVENT_PIN), FLOW_PIN_AGAIN, 0},
         {10, pin_refused(FAILURE_NONE), FLOW_UNLOCKING, 0});
    assert_true(flow.visit.differed);
    WALK(&flow, {10, event(FLOW_EVENT_PIN), FLOW_PIN_AGAIN, 0});
    assert_false(flow.visit.differed);
}

static void who_has_forgotten_his_pin_begins_anew(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    WALK(&flow, TO_PIN, {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {10, event(FLOW_EVENT_FORGOT_PIN), FLOW_UNLOCKING, 0}); // one is being tried
    assert_false(flow.visit.anew);
    WALK(&flow, {10, locked(FAILURE_KEY_WRONG_PIN), FLOW_UNLOCKING, 0},
         {10, event(FLOW_EVENT_FORGOT_PIN), FLOW_UNLOCKING, 0});
    assert_true(flow.visit.first && flow.visit.anew);
    WALK(&flow, {10, event(FLOW_EVENT_PIN), FLOW_PIN_AGAIN, 0});
}

static void a_first_use_that_is_left_is_over(void **state)
{
    (void)state;
    struct flow flow = begin_visit(false);
    WALK(&flow, TO_DIGITS, {119999, event(FLOW_EVENT_TICK), FLOW_TYPING_CODE, 0},
         {1, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL});
    assert_false(flow.visit.on);

    flow = begin_visit(false);
    WALK(&flow, TO_DIGITS, {10, failed(FAILURE_BADGE_REFUSED), FLOW_FAILED, 0});
    assert_false(flow.visit.on);
}

static void a_folder_that_cannot_be_opened_ends_it(void **state)
{
    (void)state;
    struct flow flow = begin_visit(true);
    struct flow_event e = event(FLOW_EVENT_VISIT_FAILED);
    e.fault.failure = FAILURE_STORE_UNREADABLE;
    WALK(&flow, TO_PIN, {10, e, FLOW_FAILED, FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE});
    assert_int_equal(flow.fault.failure, FAILURE_STORE_UNREADABLE);
}

// ---- other devices ----

static void a_device_without_badges_says_what_it_is(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_AIMING, {10, badge(1), FLOW_AIMING, 0});
    assert_true(flow.hint.another_kind);
    assert_int_equal(flow.hint.kind, PAYLOAD_BADGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(badge_and_pin_then_the_code),
        cmocka_unit_test(the_code_first_waits_for_badge_and_pin),
        cmocka_unit_test(both_in_one_frame_are_taken),
        cmocka_unit_test(two_badges_are_one_too_many),
        cmocka_unit_test(no_code_is_asked_about_without_a_badge),
        cmocka_unit_test(another_portals_badge_stays_outside),
        cmocka_unit_test(a_wrong_pin_is_asked_again_and_the_tenth_ends_it),
        cmocka_unit_test(a_pin_counts_for_a_minute_at_most),
        cmocka_unit_test(one_pin_is_for_one_code),
        cmocka_unit_test(a_visit_ends_at_the_first_screen),
        cmocka_unit_test(a_key_that_was_revoked_is_told_in_the_words_of_a_badge),
        cmocka_unit_test(who_is_new_chooses_a_pin_and_types_digits),
        cmocka_unit_test(two_pins_that_differ_are_chosen_anew),
        cmocka_unit_test(who_has_forgotten_his_pin_begins_anew),
        cmocka_unit_test(a_first_use_that_is_left_is_over),
        cmocka_unit_test(a_folder_that_cannot_be_opened_ends_it),
        cmocka_unit_test(a_device_without_badges_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
