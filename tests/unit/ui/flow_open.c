// SPDX-License-Identifier: MIT
// An answer that a former run left open, and receipts that come late.
#include "tests/unit/ui/flow_steps.h"
#include "ui/text/wall_clock.h"
#include "ui/view/flow_view.h"

static struct flow begin_open(const struct flow_settings *settings, enum net_decision decision)
{
    struct flow flow = begin(settings);
    flow.open.any = true;
    flow.open.answer.decision = decision;
    strcpy(flow.open.answer.origin, "https://portal.example.com");
    strcpy(flow.open.answer.account_name, "Anna");
    return flow;
}

static struct flow_event withdrawn(enum net_withdrawal what)
{
    struct flow_event e = net(NET_EVENT_WITHDRAWN);
    e.net.withdrawal.what = what;
    e.net.withdrawal.receipt.result = NET_RESULT_PICKUP_CODE;
    strcpy(e.net.withdrawal.receipt.pickup_code, "048213");
    return e;
}

static struct flow_event late(enum net_result result)
{
    struct flow_event e = net(NET_EVENT_LATE_RECEIPT);
    e.net.receipt.result = result;
    strcpy(e.net.receipt.pickup_code, "048213");
    strcpy(e.net.receipt.origin, "https://portal.example.com");
    return e;
}

// The program looks again after each outcome; a test says what it finds.
static void take(struct flow *flow, struct flow_event e, int64_t now_ms, enum flow_state state,
                 unsigned todo)
{
    e.now_ms = now_ms;
    assert_int_equal(flow_take(flow, &e), todo);
    assert_string_equal(flow_state_name(flow->state), flow_state_name(state));
}

static void every_face_asks_first(void **state)
{
    (void)state;
    const struct flow_settings pairing = {.pairing = true}, by_url = {.by_url = true};
    const struct flow_settings loop = {.paired = true, .loop = true};
    const struct flow_settings *faces[] = {&window, &terminal, &pairing, &by_url, &loop};
    for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++) {
        struct flow flow = begin_open(faces[i], NET_APPROVE);
        WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0});
        assert_true(flow_asks(&flow));
    }
}

static void terminal_sends_it_and_goes_on(void **state)
{
    (void)state;
    struct flow flow = begin_open(&terminal, NET_APPROVE);
    struct flow_event came = receipt(NET_RESULT_PICKUP_CODE);
    strcpy(came.net.receipt.pickup_code, "048213");

    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {1500, keep(true), FLOW_SENDING, FLOW_DO_SEND_OPEN}, {10, came, FLOW_DONE, 0});
    assert_string_equal(flow.receipt.pickup_code, "048213");
    assert_string_equal(flow.context.account_name, "Anna");
    assert_int_equal(flow.ends_ms, T0 + 1510 + FLOW_PICKUP_MS);
    assert_int_equal(flow_deadline(&flow), T0 + 1510);

    flow.open.any = false;
    take(&flow, event(FLOW_EVENT_TICK), T0 + 1510, FLOW_AIMING, FLOW_DO_START_SOURCE);
    assert_int_equal(flow.exit, EXIT_CODE_INTERRUPTED);
}

static void an_approval_is_not_sent_early(void **state)
{
    (void)state;
    struct flow flow = begin_open(&window, NET_APPROVE);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {1499, keep(true), FLOW_OPEN_ANSWER, 0},
         {0, keep(false), FLOW_WITHDRAWING, FLOW_DO_WITHDRAW});
    flow = begin_open(&window, NET_DENY);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {0, keep(true), FLOW_SENDING, FLOW_DO_SEND_OPEN});
}

static void withdrawing_asks_for_the_pin(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.locked = true;
    struct flow flow = begin_open(&settings, NET_APPROVE);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {0, keep(false), FLOW_UNLOCKING, 0},
         {10, net(NET_EVENT_UNLOCKED), FLOW_WITHDRAWING, FLOW_DO_WITHDRAW},
         {10, withdrawn(NET_WITHDRAWN), FLOW_WITHDRAWN, 0});
    assert_int_equal(flow.exit, EXIT_CODE_DENIED);
    // Two portals: the next one is asked about.
    take(&flow, event(FLOW_EVENT_TICK), T0 + 20, FLOW_OPEN_ANSWER, 0);
}

static void what_was_taken_is_shown_with_its_code(void **state)
{
    (void)state;
    struct flow flow = begin_open(&window, NET_APPROVE);
    const struct wall_clock clock = wall_clock_here();
    struct view view;
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {0, keep(false), FLOW_WITHDRAWING, FLOW_DO_WITHDRAW},
         {10, withdrawn(NET_WITHDRAWAL_TAKEN), FLOW_DONE, 0});
    flow_view(&flow, NULL, T0 + 20, &clock, &view);
    assert_string_equal(view.digits, "048213");
    assert_true(view.note[0] != '\0');

    // Of the next sign-in nothing of it is said.
    flow.open.any = false;
    take(&flow, event(FLOW_EVENT_BACK), T0 + 30, FLOW_INSTRUCTIONS, FLOW_DO_CANCEL);
    take(&flow, event(FLOW_EVENT_SCAN), T0 + 40, FLOW_AIMING, FLOW_DO_START_SOURCE);
    take(&flow, code(PAYLOAD_LOGIN, 1), T0 + 50, FLOW_RESOLVING,
         FLOW_DO_PAUSE | FLOW_DO_RESOLVE);
    take(&flow, context(), T0 + 60, FLOW_ASKING, FLOW_DO_STOP_SOURCE);
    take(&flow, answer(NET_APPROVE), T0 + 1560, FLOW_SENDING, FLOW_DO_DECIDE);
    take(&flow, receipt(NET_RESULT_APPROVED), T0 + 1570, FLOW_DONE, 0);
    flow_view(&flow, NULL, T0 + 1580, &clock, &view);
    assert_string_equal(view.note, "");
}

// Nobody is there: nothing is sent, nothing is withdrawn, and nothing else is begun.
static void silence_leaves_it_open(void **state)
{
    (void)state;
    struct flow flow = begin_open(&terminal, NET_APPROVE);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {0, event(FLOW_EVENT_SILENCE), FLOW_FAILED, FLOW_DO_CANCEL | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_DENIED);
}

static void a_window_asks_again_before_a_scan(void **state)
{
    (void)state;
    struct flow flow = begin_open(&window, NET_APPROVE);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_OPEN_ANSWER, 0},
         {0, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_OPEN_ANSWER, 0},
         {0, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_BY_HAND), FLOW_OPEN_ANSWER, 0});
}

// ---- at a kiosk, whose next person is another one ----------------------------------------

static struct flow begin_open_with_pin(void)
{
    struct flow_settings settings = kiosk;
    settings.locked = true;
    return begin_open(&settings, NET_APPROVE);
}

static void expect_nothing_shown(const struct flow *flow)
{
    const struct wall_clock clock = wall_clock_here();
    struct view view;
    flow_view(flow, NULL, T0, &clock, &view);
    assert_null(memmem(&view, sizeof(view), "Anna", 4));
    assert_null(memmem(&view, sizeof(view), "portal.example", 14));
    assert_null(memmem(&view, sizeof(view), "answer", 6));
}

// The program looks for the next one as soon as one is withdrawn.
static void withdraw(struct flow *flow, enum net_withdrawal what, bool another,
                     enum flow_state state, unsigned todo)
{
    expect_nothing_shown(flow);
    flow->open.any = another;
    take(flow, withdrawn(what), T0, state, FLOW_DO_CANCEL | todo);
    assert_string_equal(flow->receipt.pickup_code, "");
    expect_nothing_shown(flow);
}

static void a_kiosk_withdraws_it_without_a_word(void **state)
{
    (void)state;
    for (enum net_withdrawal what = NET_WITHDRAWN; what <= NET_WITHDRAWAL_TAKEN; what++) {
        struct flow flow = begin_open(&kiosk, NET_APPROVE);
        take(&flow, event(FLOW_EVENT_START), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
        take(&flow, keep(true), T0 + 5000, FLOW_WITHDRAWING, 0);
        withdraw(&flow, what, false, FLOW_INSTRUCTIONS, 0);
        assert_null(memmem(&flow, sizeof(flow), "Anna", 4));
        take(&flow, event(FLOW_EVENT_END_SESSION), T0, FLOW_INSTRUCTIONS, 0);
    }
}

static void a_kiosk_goes_on_to_what_was_asked_for(void **state)
{
    (void)state;
    struct flow flow = begin_open(&kiosk, NET_APPROVE);
    take(&flow, event(FLOW_EVENT_SCAN), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    withdraw(&flow, NET_WITHDRAWN, true, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    withdraw(&flow, NET_WITHDRAWAL_TAKEN, false, FLOW_AIMING, FLOW_DO_START_SOURCE);
    assert_null(memmem(&flow, sizeof(flow), "Anna", 4));

    flow = begin_open(&kiosk, NET_DENY);
    take(&flow, event(FLOW_EVENT_BY_HAND), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    withdraw(&flow, NET_WITHDRAWAL_OVER, false, FLOW_BY_HAND, 0);
}

// The keys open for whoever has the PIN: nothing is asked at the start, when nobody is there.
static void a_kiosk_with_a_pin_withdraws_it_once_its_keys_are_open(void **state)
{
    (void)state;
    struct flow flow = begin_open_with_pin();
    struct flow_event wrong = net(NET_EVENT_LOCKED);
    wrong.net.locked.fault.failure = FAILURE_KEY_WRONG_PIN;

    take(&flow, event(FLOW_EVENT_START), T0, FLOW_INSTRUCTIONS, 0);
    flow = begin_open_with_pin();
    take(&flow, event(FLOW_EVENT_SCAN), T0, FLOW_UNLOCKING, 0);
    expect_nothing_shown(&flow);
    take(&flow, event(FLOW_EVENT_PIN), T0 + 1, FLOW_UNLOCKING, 0);
    take(&flow, wrong, T0 + 2, FLOW_UNLOCKING, 0);
    expect_nothing_shown(&flow);
    struct flow left = flow;
    take(&left, event(FLOW_EVENT_TICK), T0 + 30002, FLOW_INSTRUCTIONS, FLOW_DO_CANCEL);

    take(&flow, event(FLOW_EVENT_PIN), T0 + 3, FLOW_UNLOCKING, 0);
    take(&flow, net(NET_EVENT_UNLOCKED), T0 + 4, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    withdraw(&flow, NET_WITHDRAWN, false, FLOW_AIMING, FLOW_DO_START_SOURCE);
}

// It stays, and is tried again before the next scan.
static void a_withdrawal_that_fails_at_a_kiosk_tells_nothing_of_it(void **state)
{
    (void)state;
    struct flow flow = begin_open(&kiosk, NET_APPROVE);
    take(&flow, event(FLOW_EVENT_START), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    take(&flow, failed(FAILURE_SIGNER_LOST), T0, FLOW_INSTRUCTIONS, 0);

    flow = begin_open(&kiosk, NET_APPROVE);
    take(&flow, event(FLOW_EVENT_SCAN), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    take(&flow, failed(FAILURE_SIGNER_LOST), T0, FLOW_FAILED, 0);
    expect_nothing_shown(&flow);
    take(&flow, event(FLOW_EVENT_AGAIN), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    take(&flow, failed(FAILURE_SIGNER_LOST), T0, FLOW_FAILED, 0);
    take(&flow, event(FLOW_EVENT_BACK), T0, FLOW_INSTRUCTIONS, 0);
    expect_nothing_shown(&flow);
}

static void one_that_ended_meanwhile_is_told_to_nobody(void **state)
{
    (void)state;
    struct flow flow = begin_open(&kiosk, NET_APPROVE);
    take(&flow, event(FLOW_EVENT_SCAN), T0, FLOW_WITHDRAWING, FLOW_DO_WITHDRAW);
    flow.open.any = false; // the program has looked again
    take(&flow, failed(FAILURE_ANSWER_NONE), T0, FLOW_AIMING,
         FLOW_DO_CANCEL | FLOW_DO_START_SOURCE);
    expect_nothing_shown(&flow);
}

static void nobody_with_a_badge_is_asked_for_the_kiosks_own_pin(void **state)
{
    (void)state;
    struct flow_settings badges = kiosk;
    badges.badges = badges.locked = true;
    struct flow flow = begin_open(&badges, NET_APPROVE);
    take(&flow, event(FLOW_EVENT_START), T0, FLOW_INSTRUCTIONS, 0);
    flow.open.any = true; // the program has looked again
    take(&flow, event(FLOW_EVENT_SCAN), T0, FLOW_AIMING, FLOW_DO_START_SOURCE);
}

static void ending_the_program_while_sending_is_remembered(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, event(FLOW_EVENT_INTERRUPT), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL | FLOW_DO_QUIT});
    assert_true(flow.left_open);
    assert_int_equal(flow.exit, EXIT_CODE_INTERRUPTED);
    flow = begin(&window);
    WALK(&flow, TO_ASKING,
         {10, event(FLOW_EVENT_INTERRUPT), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL | FLOW_DO_QUIT});
    assert_false(flow.left_open);
}

static void late_receipt_is_shown_at_once_where_nothing_goes_on(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, late(NET_RESULT_PICKUP_CODE), FLOW_DONE, FLOW_DO_STOP_SOURCE});
    assert_int_equal(flow.ends_ms, T0 + 10 + FLOW_PICKUP_MS);
    assert_string_equal(flow.context.origin, "https://portal.example.com");
}

static void late_receipt_waits_for_the_sign_in_at_hand(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, late(NET_RESULT_PICKUP_CODE), FLOW_SENDING, 0},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0});
    assert_string_equal(flow.receipt.pickup_code, "");
    take(&flow, event(FLOW_EVENT_BACK), T0 + 2000, FLOW_DONE, FLOW_DO_CANCEL);
    assert_string_equal(flow.receipt.pickup_code, "048213");
    assert_int_equal(flow.ends_ms, T0 + 1530 + FLOW_PICKUP_MS);
    take(&flow, event(FLOW_EVENT_BACK), T0 + 2000, FLOW_INSTRUCTIONS, FLOW_DO_CANCEL);
}

// Whoever is there by then is another person.
static void late_receipt_is_not_shown_at_a_kiosk(void **state)
{
    (void)state;
    struct flow flow = begin(&kiosk);
    WALK(&flow, {10, late(NET_RESULT_PICKUP_CODE), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, late(NET_RESULT_PICKUP_CODE), FLOW_AIMING, 0});

    flow = begin(&kiosk);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {10, late(NET_RESULT_PICKUP_CODE), FLOW_SENDING, 0},
         {10, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0},
         {10, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL});
    assert_string_equal(flow.receipt.pickup_code, "");
}

// The terminal prints it, whatever goes on.
static void late_receipt_is_counted_on_the_terminal(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, late(NET_RESULT_PICKUP_CODE), FLOW_AIMING, 0});
    assert_int_equal(flow.late.count, 1);
    assert_string_equal(flow.late.receipt.pickup_code, "048213");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_face_asks_first),
        cmocka_unit_test(terminal_sends_it_and_goes_on),
        cmocka_unit_test(an_approval_is_not_sent_early),
        cmocka_unit_test(withdrawing_asks_for_the_pin),
        cmocka_unit_test(what_was_taken_is_shown_with_its_code),
        cmocka_unit_test(silence_leaves_it_open),
        cmocka_unit_test(a_window_asks_again_before_a_scan),
        cmocka_unit_test(a_kiosk_withdraws_it_without_a_word),
        cmocka_unit_test(a_kiosk_goes_on_to_what_was_asked_for),
        cmocka_unit_test(a_kiosk_with_a_pin_withdraws_it_once_its_keys_are_open),
        cmocka_unit_test(a_withdrawal_that_fails_at_a_kiosk_tells_nothing_of_it),
        cmocka_unit_test(one_that_ended_meanwhile_is_told_to_nobody),
        cmocka_unit_test(nobody_with_a_badge_is_asked_for_the_kiosks_own_pin),
        cmocka_unit_test(ending_the_program_while_sending_is_remembered),
        cmocka_unit_test(late_receipt_is_shown_at_once_where_nothing_goes_on),
        cmocka_unit_test(late_receipt_waits_for_the_sign_in_at_hand),
        cmocka_unit_test(late_receipt_is_not_shown_at_a_kiosk),
        cmocka_unit_test(late_receipt_is_counted_on_the_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
