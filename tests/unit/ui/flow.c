// SPDX-License-Identifier: MIT
// A sign-in and a pairing, from the first screen to the last.
#include "tests/unit/ui/flow_steps.h"
#include "ui/view/flow_view.h"

static void signs_in_after_approval(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_PICKUP_CODE), FLOW_DONE, 0});
    assert_int_equal(flow.answer, NET_APPROVE);
    assert_int_equal(flow.exit, EXIT_CODE_OK);
}

static void approval_is_not_taken_early(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {0, answer(NET_APPROVE), FLOW_ASKING, 0},
         {1499, answer(NET_APPROVE), FLOW_ASKING, 0},
         {1, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE});
}

static void approval_is_not_taken_early_on_the_terminal_either(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {1499, answer(NET_APPROVE), FLOW_ASKING, 0});
    assert_true(flow_is_early(&flow, T0 + 20 + 1499));
    assert_false(flow_is_early(&flow, T0 + 20 + 1500));
    WALK(&flow, {1519, answer(NET_DENY), FLOW_SENDING, FLOW_DO_DECIDE});
}

static void denial_is_taken_at_once(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {0, answer(NET_DENY), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_DENIED), FLOW_REFUSED, 0});
    assert_int_equal(flow.exit, EXIT_CODE_DENIED);
}

static void no_answer_in_time_sends_nothing(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {EXPIRES_S * 1000 - 1, event(FLOW_EVENT_TICK), FLOW_ASKING, 0},
         {1, answer(NET_APPROVE), FLOW_ASKING, 0},
         {0, event(FLOW_EVENT_TICK), FLOW_FAILED, FLOW_DO_CANCEL},
         {0, answer(NET_APPROVE), FLOW_FAILED, 0});
    assert_int_equal(flow.fault.failure, FAILURE_CHALLENGE_EXPIRED);
    assert_int_equal(flow.exit, EXIT_CODE_CHALLENGE);
}

static void leaving_the_question_sends_nothing(void **state)
{
    (void)state;
    static const enum flow_event_kind ways[] = {FLOW_EVENT_BACK, FLOW_EVENT_CLOSE,
                                                FLOW_EVENT_INTERRUPT, FLOW_EVENT_SILENCE};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct flow flow = begin(&window);
        WALK(&flow, TO_ASKING);
        struct flow_event e = event(ways[i]);
        e.now_ms = T0 + 5000;
        unsigned todo = flow_take(&flow, &e);
        assert_true(todo & FLOW_DO_CANCEL);
        assert_false(todo & FLOW_DO_DECIDE);
        assert_int_not_equal(flow.state, FLOW_ASKING);
        assert_int_not_equal(flow.exit, EXIT_CODE_OK);
    }
}

// Only an answer at the question may decide; every other event is tried in every state.
static void nothing_but_an_answer_decides(void **state)
{
    (void)state;
    for (unsigned s = 0; s < FLOW_STATES; s++) {
        for (unsigned kind = 0; kind <= FLOW_EVENT_INTERRUPT; kind++) {
            struct flow flow = begin(&window);
            flow.state = (enum flow_state)s;
            flow.since_ms = T0;
            flow.receipt.may_end = true;

            struct flow_event e = event((enum flow_event_kind)kind);
            e.now_ms = T0 + 2000;
            bool decides = flow_take(&flow, &e) & FLOW_DO_DECIDE;
            assert_int_equal(decides, s == FLOW_ASKING && kind == FLOW_EVENT_ANSWER);
        }
    }
}

static void second_code_is_not_looked_at(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {10, code(PAYLOAD_LOGIN, 2), FLOW_ASKING, 0});
    assert_int_equal(flow.challenge.login.id[0], 1);
}

static void changed_context_is_asked_again_a_few_times(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
#define AGAIN                                                                                  \
    {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},                                 \
        {5, failed(FAILURE_CHALLENGE_CHANGED), FLOW_RESOLVING, FLOW_DO_RESOLVE},               \
        {5, context(), FLOW_ASKING, 0}
    WALK(&flow, TO_ASKING, AGAIN, AGAIN,
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, failed(FAILURE_CHALLENGE_CHANGED), FLOW_FAILED, 0});
}

static void session_can_be_ended_again(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0},
         {10, event(FLOW_EVENT_END_SESSION), FLOW_ENDING, FLOW_DO_END_SESSION},
         {10, receipt(NET_RESULT_ENDED), FLOW_ENDED, 0});
    assert_int_equal(flow.exit, EXIT_CODE_DENIED);
}

static bool is_ended(const struct flow_settings *settings, int64_t offer_ms, int64_t after_ms)
{
    struct flow flow = begin(settings);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0});
    assert_int_equal(flow_deadline(&flow), flow.since_ms + offer_ms);

    struct flow_event tick = event(FLOW_EVENT_TICK);
    struct flow_event press = event(FLOW_EVENT_END_SESSION);
    tick.now_ms = press.now_ms = flow.since_ms + after_ms;
    assert_int_equal(flow_take(&flow, &tick), 0);
    assert_int_equal(flow.receipt.may_end, after_ms < offer_ms);
    return flow_take(&flow, &press) & FLOW_DO_END_SESSION;
}

// Else it would stand there when the network thread has let the sign-in go.
static void session_can_be_ended_as_long_as_it_is_offered(void **state)
{
    (void)state;
    assert_true(is_ended(&window, NET_END_OFFER_MS, NET_END_OFFER_MS - 1));
    assert_false(is_ended(&window, NET_END_OFFER_MS, NET_END_OFFER_MS));
}

// Who comes next is not to end it.
static void session_can_be_ended_at_a_kiosk_by_who_approved(void **state)
{
    (void)state;
    assert_true(is_ended(&kiosk, FLOW_KIOSK_END_MS, FLOW_KIOSK_END_MS - 1));
    assert_false(is_ended(&kiosk, FLOW_KIOSK_END_MS, FLOW_KIOSK_END_MS));
}

static void pairs_on_the_terminal(void **state)
{
    (void)state;
    struct flow_settings settings = {.pairing = true};
    struct flow flow = begin(&settings);
    struct flow_event digits = net(NET_EVENT_PAIRING_CODE);
    strcpy(digits.net.pairing.pairing_code, "048213");

    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(true), FLOW_ENROLLING, FLOW_DO_PAIR}, {5, digits, FLOW_TYPING_CODE, 0},
         {5, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {5, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {5, net(NET_EVENT_KEPT), FLOW_PAIRED, FLOW_DO_QUIT});

    assert_string_equal(flow.pairing_code, "048213");
    assert_true(flow.keep);
    assert_int_equal(flow.exit, EXIT_CODE_OK);
}

// Nothing is sent to a host before somebody has agreed to it (qr-login v1, section 6, step 2).
static void terminal_asks_before_pairing(void **state)
{
    (void)state;
    const struct flow_settings settings = {.pairing = true};
    static const struct {
        struct flow_event event;
        enum flow_state state;
        enum exit_code exit;
    } ways[] = {
        {{.kind = FLOW_EVENT_KEEP, .yes = false}, FLOW_REFUSED, EXIT_CODE_DENIED},
        {{.kind = FLOW_EVENT_SILENCE}, FLOW_FAILED, EXIT_CODE_DENIED},
        {{.kind = FLOW_EVENT_INTERRUPT}, FLOW_INSTRUCTIONS, EXIT_CODE_INTERRUPTED},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct flow flow = begin(&settings);
        WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
             {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING,
              FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE});

        assert_true(flow_asks(&flow));
        struct flow_event e = ways[i].event;
        e.now_ms = T0 + 10;
        assert_false(flow_take(&flow, &e) & FLOW_DO_PAIR);
        assert_int_equal(flow.state, ways[i].state);
        assert_int_equal(flow.exit, ways[i].exit);
    }
}

static void address_that_is_no_name_is_warned_of(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        size_t warnings;
    } cases[] = {{"https://portal.example.com", 0},
                 {"https://192.168.0.7", 1},
                 {"https://127.0.0.1:8443", 1},
                 {"https://[2001:db8::1]", 1}};
    static const enum flow_state places[] = {FLOW_PAIR_ASKING, FLOW_CERTIFICATE, FLOW_LOGIN};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
            struct flow flow = begin(&terminal);
            struct view view;
            flow.state = places[k];
            strcpy(flow.portal_origin, cases[i].origin);
            struct wall_clock clock = wall_clock_here();
            flow_view(&flow, NULL, T0, &clock, &view);
            assert_int_equal(view.warning_count, cases[i].warnings);
        }
    }
}

static void window_asks_before_pairing(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_PAIR), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(false), FLOW_INSTRUCTIONS, 0});
    assert_string_equal(flow.portal_origin, "https://portal.example.com");
}

static void pairing_not_kept_is_given_up(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_PAIR), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(true), FLOW_ENROLLING, FLOW_DO_PAIR},
         {5, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {5, keep(false), FLOW_GIVING_UP, FLOW_DO_KEEP},
         {5, net(NET_EVENT_GIVEN_UP), FLOW_REFUSED, 0});
    assert_false(flow.keep);
    assert_int_equal(flow.exit, EXIT_CODE_DENIED);
}

static void kiosk_returns_by_itself(void **state)
{
    (void)state;
    struct flow flow = begin(&kiosk);
    WALK(&flow, TO_ASKING, {29999, event(FLOW_EVENT_TICK), FLOW_ASKING, 0},
         {0, event(FLOW_EVENT_TOUCH), FLOW_ASKING, 0},
         {1, event(FLOW_EVENT_TICK), FLOW_ASKING, 0},
         {29999, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL});
}

static void kiosk_shows_a_pickup_code_longer(void **state)
{
    (void)state;
    struct flow flow = begin(&kiosk);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_PICKUP_CODE), FLOW_DONE, 0},
         {119999, event(FLOW_EVENT_TICK), FLOW_DONE, 0},
         {1, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL});
}

static struct tm *three_hours_east(const time_t *when, struct tm *out)
{
    time_t shifted = *when + 3 * 3600;
    return gmtime_r(&shifted, out);
}

// The portal writes it in UTC; the person reads the time of the place where the device is.
static void the_last_sign_in_is_told_in_the_zone_of_the_device(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING);
    strcpy(flow.context.last_use, "2026-11-28 20:47 UTC, Chromium, 203.0.113.7");

    struct wall_clock clock = {.now = 1795910400, .zone = three_hours_east}; // 29th, 00:00 UTC
    struct view view;
    flow_view(&flow, NULL, 0, &clock, &view);

    const char *told = "";
    for (size_t i = 0; i < view.row_count; i++) {
        if (strcmp(view.rows[i].label, "Last sign-in") == 0)
            told = view.rows[i].value;
    }
    assert_string_equal(told, "yesterday 23:47, Chromium, 203.0.113.7");
}

// A kiosk says whose it is; a person knows that of his own device.
static void a_kiosk_says_what_it_is_for(void **state)
{
    (void)state;
    const struct view_home home = {"portal.example.com", "Example", "Lifts", "Hall 2"};
    struct wall_clock clock = wall_clock_here();
    struct view view;
    struct flow flow = begin(&kiosk);
    flow_view(&flow, &home, 0, &clock, &view);
    assert_string_equal(view.text, "Example, account Lifts");
    assert_string_equal(view.note, "Hall 2");
    assert_string_equal(view.steps[0], "Open portal.example.com on the computer");

    flow_view(&flow, &(struct view_home){0}, 0, &clock, &view);
    assert_string_equal(view.text, "");
    assert_string_equal(view.note, "");
    assert_string_equal(view.steps[0], "Open your portal on the computer");

    flow = begin(&window);
    flow_view(&flow, &home, 0, &clock, &view);
    assert_string_equal(view.text, "");
    assert_string_equal(view.note, "");
}

// Counted from the decision: what the portal counts began before the receipt came.
static void a_pickup_code_ends(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {4000, receipt(NET_RESULT_PICKUP_CODE), FLOW_DONE, 0});
    strcpy(flow.receipt.pickup_code, "048213");
    assert_int_equal(flow.ends_ms - flow.since_ms, FLOW_PICKUP_MS - 4000);

    struct wall_clock clock = wall_clock_here();
    struct view view;
    flow_view(&flow, NULL, flow.ends_ms - 1, &clock, &view);
    assert_string_equal(view.digits, "048213");
    assert_int_equal(view.seconds_left, 1);

    flow_view(&flow, NULL, flow.ends_ms, &clock, &view);
    assert_string_equal(view.digits, "");
    assert_int_equal(view.buttons[view.focus].action, ACTION_SCAN);
}

static void terminal_loop_begins_again(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_CHALLENGE_DECIDED), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {999, event(FLOW_EVENT_TICK), FLOW_FAILED, 0},
         {1, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE});
}

// It is told once, as long as it is the same, and tried again later each time.
static void camera_that_fails_at_once_is_given_time(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE});
    int64_t now_ms = T0, pause_ms = FLOW_PAUSE_MS;
    for (int i = 0; i < 10; i++) {
        struct flow_event fails = source_failed(FAILURE_CAMERA_BUSY);
        fails.now_ms = now_ms;
        assert_int_equal(flow_take(&flow, &fails), FLOW_DO_STOP_SOURCE);
        assert_int_equal(flow.state, FLOW_AIMING);
        assert_int_equal(flow.hint.waiting, FAILURE_CAMERA_BUSY);
        assert_int_equal(flow_deadline(&flow), now_ms + pause_ms);

        struct flow_event tick = event(FLOW_EVENT_TICK);
        tick.now_ms = now_ms + pause_ms - 1;
        assert_int_equal(flow_take(&flow, &tick), 0);
        tick.now_ms = now_ms = now_ms + pause_ms;
        assert_int_equal(flow_take(&flow, &tick), FLOW_DO_START_SOURCE);
        assert_int_equal(flow_deadline(&flow), FLOW_NEVER);
        pause_ms = pause_ms * 2 < FLOW_RETRY_MAX_MS ? pause_ms * 2 : FLOW_RETRY_MAX_MS;
    }
    struct flow_event works = event(FLOW_EVENT_NO_CODE);
    works.now_ms = now_ms;
    flow_take(&flow, &works);
    assert_int_equal(flow.hint.waiting, FAILURE_NONE);
    assert_int_equal(flow.source_failures, 0);
}

static void no_question_outlives_what_could_not_be_written(void **state)
{
    (void)state;
    static const enum flow_state asks[] = {FLOW_ASKING,      FLOW_OPEN_ANSWER, FLOW_PAIR_ASKING,
                                           FLOW_CERTIFICATE, FLOW_LOGIN,       FLOW_CONFIRMING,
                                           FLOW_UNLOCKING};

    for (size_t i = 0; i < 2 * sizeof(asks) / sizeof(asks[0]); i++) {
        struct flow_settings settings = terminal;
        settings.loop = i % 2 == 1;
        struct flow flow = begin(&settings);
        flow.state = asks[i / 2];
        flow.open.at_hand = asks[i / 2] == FLOW_OPEN_ANSWER;

        struct flow_event e = event(FLOW_EVENT_UNSHOWN);
        e.fault.failure = FAILURE_OUTPUT;
        unsigned todo = flow_take(&flow, &e);
        assert_int_equal(flow.state, FLOW_FAILED);
        assert_int_equal(flow.exit, EXIT_CODE_INTERNAL);
        assert_true(todo & FLOW_DO_QUIT);
        assert_int_equal(todo & ~(unsigned)(FLOW_DO_QUIT | FLOW_DO_CANCEL), 0);
    }
}

// Covered, hidden or without the focus the question is not read: the delay begins anew.
static void question_that_was_away_must_stand_again(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1400, event(FLOW_EVENT_AWAY), FLOW_ASKING, 0},
         {5000, answer(NET_APPROVE), FLOW_ASKING, 0},
         {0, event(FLOW_EVENT_RETURNED), FLOW_ASKING, 0},
         {1499, answer(NET_APPROVE), FLOW_ASKING, 0},
         {0, event(FLOW_EVENT_RETURNED), FLOW_ASKING, 0}, // it was not away
         {1, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE});
}

static void question_that_comes_while_away_stands_from_the_return(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_AWAY), FLOW_INSTRUCTIONS, 0}, TO_ASKING,
         {9000, answer(NET_APPROVE), FLOW_ASKING, 0},
         {0, event(FLOW_EVENT_RETURNED), FLOW_ASKING, 0},
         {1499, answer(NET_APPROVE), FLOW_ASKING, 0},
         {1, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE});
}

static void away_a_denial_counts(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {10, event(FLOW_EVENT_AWAY), FLOW_ASKING, 0},
         {0, answer(NET_DENY), FLOW_SENDING, FLOW_DO_DECIDE});
}

static struct flow_event unshown(void)
{
    struct flow_event e = event(FLOW_EVENT_UNSHOWN);
    e.fault.failure = FAILURE_OUTPUT;
    return e;
}

static void question_that_was_not_shown_sends_nothing(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {0, unshown(), FLOW_FAILED, FLOW_DO_CANCEL | FLOW_DO_QUIT},
         {2000, answer(NET_APPROVE), FLOW_FAILED, 0});
    assert_int_equal(flow.exit, EXIT_CODE_INTERNAL);

    struct flow seen = begin(&window);
    WALK(&seen, TO_ASKING, {0, unshown(), FLOW_FAILED, FLOW_DO_CANCEL},
         {2000, answer(NET_APPROVE), FLOW_FAILED, 0});
}

static void answer_that_was_given_goes_on_unshown(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {0, unshown(), FLOW_SENDING, 0}, {0, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0});
}

static void window_closes_with_the_outcome(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0},
         {10, event(FLOW_EVENT_CLOSE), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_OK);
    flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_CLOSE), FLOW_INSTRUCTIONS, FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_INTERRUPTED);
}

// Of too many pairings, and of a full disk, is told when a pairing is begun, and no code is
// looked for; a sign-in goes on as ever.
static void a_pairing_that_could_not_be_kept_is_not_begun(void **state)
{
    (void)state;
    const struct fault full = {.failure = FAILURE_PAIRING_LIMIT};
    struct flow_settings settings = window;
    settings.unpairable = full;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_PAIR), FLOW_FAILED, 0});
    assert_int_equal(flow.fault.failure, FAILURE_PAIRING_LIMIT);
    WALK(&flow, {0, event(FLOW_EVENT_AGAIN), FLOW_FAILED, 0},
         {0, event(FLOW_EVENT_BY_ADDRESS), FLOW_FAILED, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE});

    for (int by_url = 0; by_url < 2; by_url++) {
        settings =
            (struct flow_settings){.pairing = true, .by_url = by_url == 1, .unpairable = full};
        flow_init(&flow, &settings);
        WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_FAILED, FLOW_DO_QUIT});
        assert_int_equal(flow.exit, failure_exit(FAILURE_PAIRING_LIMIT));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pairing_that_could_not_be_kept_is_not_begun),
        cmocka_unit_test(signs_in_after_approval),
        cmocka_unit_test(approval_is_not_taken_early),
        cmocka_unit_test(approval_is_not_taken_early_on_the_terminal_either),
        cmocka_unit_test(denial_is_taken_at_once),
        cmocka_unit_test(no_answer_in_time_sends_nothing),
        cmocka_unit_test(leaving_the_question_sends_nothing),
        cmocka_unit_test(nothing_but_an_answer_decides),
        cmocka_unit_test(second_code_is_not_looked_at),
        cmocka_unit_test(changed_context_is_asked_again_a_few_times),
        cmocka_unit_test(session_can_be_ended_again),
        cmocka_unit_test(session_can_be_ended_as_long_as_it_is_offered),
        cmocka_unit_test(session_can_be_ended_at_a_kiosk_by_who_approved),
        cmocka_unit_test(pairs_on_the_terminal),
        cmocka_unit_test(terminal_asks_before_pairing),
        cmocka_unit_test(address_that_is_no_name_is_warned_of),
        cmocka_unit_test(window_asks_before_pairing),
        cmocka_unit_test(pairing_not_kept_is_given_up),
        cmocka_unit_test(kiosk_returns_by_itself),
        cmocka_unit_test(kiosk_shows_a_pickup_code_longer),
        cmocka_unit_test(the_last_sign_in_is_told_in_the_zone_of_the_device),
        cmocka_unit_test(a_kiosk_says_what_it_is_for),
        cmocka_unit_test(a_pickup_code_ends),
        cmocka_unit_test(question_that_was_away_must_stand_again),
        cmocka_unit_test(question_that_comes_while_away_stands_from_the_return),
        cmocka_unit_test(away_a_denial_counts),
        cmocka_unit_test(question_that_was_not_shown_sends_nothing),
        cmocka_unit_test(answer_that_was_given_goes_on_unshown),
        cmocka_unit_test(terminal_loop_begins_again),
        cmocka_unit_test(camera_that_fails_at_once_is_given_time),
        cmocka_unit_test(no_question_outlives_what_could_not_be_written),
        cmocka_unit_test(window_closes_with_the_outcome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
