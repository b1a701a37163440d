// SPDX-License-Identifier: MIT
#include "ui/flow.h"
#include "ui/view.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define T0        ((int64_t)1000000)
#define EXPIRES_S 60

static struct flow_event event(enum flow_event_kind kind)
{
    return (struct flow_event){.kind = kind};
}

static struct flow_event code(enum payload_kind kind, uint8_t id)
{
    struct flow_event e = event(FLOW_EVENT_PAYLOAD);
    e.challenge.kind = kind;
    if (kind == PAYLOAD_LOGIN)
        memset(e.challenge.login.id, id, sizeof(e.challenge.login.id));
    if (kind == PAYLOAD_PAIRING) {
        memset(e.challenge.pairing.token, id, sizeof(e.challenge.pairing.token));
        strcpy(e.challenge.pairing.origin.text, "https://portal.example.com");
    }
    return e;
}

static struct flow_event net(enum net_event_kind kind)
{
    struct flow_event e = event(FLOW_EVENT_NET);
    e.net.kind = kind;
    return e;
}

static struct flow_event context(void)
{
    struct flow_event e = net(NET_EVENT_CONTEXT);
    e.net.context.expires_in_s = EXPIRES_S;
    return e;
}

static struct flow_event receipt(enum net_result result)
{
    struct flow_event e = net(NET_EVENT_RECEIPT);
    e.net.receipt.result = result;
    e.net.receipt.may_end = true;
    return e;
}

static struct flow_event failed(enum failure failure)
{
    struct flow_event e = net(NET_EVENT_FAILED);
    e.net.fault.failure = failure;
    return e;
}

static struct flow_event answer(enum net_decision decision)
{
    struct flow_event e = event(FLOW_EVENT_ANSWER);
    e.answer = decision;
    return e;
}

static struct flow_event keep(bool yes)
{
    struct flow_event e = event(FLOW_EVENT_KEEP);
    e.yes = yes;
    return e;
}

static struct flow_event source_failed(enum failure failure)
{
    struct flow_event e = event(FLOW_EVENT_SOURCE_FAILED);
    e.fault.failure = failure;
    return e;
}

struct step {
    int64_t after_ms; // since the step before
    struct flow_event event;
    enum flow_state state;
    unsigned todo;
};

static void walk(struct flow *flow, const struct step *steps, size_t count)
{
    int64_t now_ms = T0;
    for (size_t i = 0; i < count; i++) {
        now_ms += steps[i].after_ms;
        struct flow_event e = steps[i].event;
        e.now_ms = now_ms;
        unsigned todo = flow_take(flow, &e);
        if (flow->state != steps[i].state || todo != steps[i].todo)
            fail_msg("step %zu: state %s, todo %#x; expected %s, %#x", i,
                     flow_state_name(flow->state), todo, flow_state_name(steps[i].state),
                     steps[i].todo);
    }
}
#define WALK(flow, ...)                                                                        \
    do {                                                                                       \
        const struct step steps[] = {__VA_ARGS__};                                             \
        walk(flow, steps, sizeof(steps) / sizeof(steps[0]));                                   \
    } while (0)

static const struct flow_settings window = {.paired = true, .window = true};
static const struct flow_settings terminal = {.paired = true};
static const struct flow_settings kiosk = {
    .paired = true, .window = true, .loop = true, .idle_ms = 30000};

static struct flow begin(const struct flow_settings *settings)
{
    struct flow flow;
    flow_init(&flow, settings);
    return flow;
}

#define TO_ASKING                                                                              \
    {0, event(FLOW_EVENT_START), FLOW_INSTRUCTIONS, 0},                                        \
        {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},                        \
        {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},         \
    {                                                                                          \
        10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE                                        \
    }

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

static void foreign_code_keeps_the_camera_running(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_WIFI, 0), FLOW_AIMING, 0});
    assert_true(flow.hint.another_kind);
    assert_int_equal(flow.hint.kind, PAYLOAD_WIFI);
}

static void refused_code_is_resolved_once(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_CHALLENGE_OTHER_PORTAL), FLOW_AIMING, FLOW_DO_RESUME},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {5, code(PAYLOAD_LOGIN, 2), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
    assert_int_equal(flow.hint.refused, FAILURE_CHALLENGE_OTHER_PORTAL);
}

static void refused_code_of_an_ended_recording_fails(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, event(FLOW_EVENT_SOURCE_ENDED), FLOW_RESOLVING, 0},
         {5, failed(FAILURE_CHALLENGE_EXPIRED), FLOW_FAILED,
          FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_CHALLENGE);
}

static void end_of_recording_says_the_best_reason(void **state)
{
    (void)state;
    static const struct {
        bool seen;
        enum payload_kind kind;
        enum failure failure;
    } cases[] = {
        {false, PAYLOAD_TEXT, FAILURE_SCAN_NO_CODE},
        {true, PAYLOAD_WIFI, FAILURE_CHALLENGE_NOT_SIGN_IN},
        {true, PAYLOAD_PAIRING, FAILURE_CHALLENGE_NOT_SIGN_IN},
        {true, PAYLOAD_DAMAGED, FAILURE_CHALLENGE_DAMAGED},
        {true, PAYLOAD_NEWER_VERSION, FAILURE_CHALLENGE_NEWER_VERSION},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct flow flow = begin(&terminal);
        WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE});
        if (cases[i].seen)
            WALK(&flow, {0, code(cases[i].kind, 0), FLOW_AIMING, 0});
        WALK(&flow, {0, event(FLOW_EVENT_SOURCE_ENDED), FLOW_FAILED,
                     FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
        assert_int_equal(flow.fault.failure, cases[i].failure);
        assert_int_equal(flow.exit, failure_exit(cases[i].failure));
    }
}

static void scan_times_out(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.scan_timeout_ms = 5000;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE});
    assert_int_equal(flow_deadline(&flow), T0 + 5000);
    WALK(&flow, {4999, event(FLOW_EVENT_TICK), FLOW_AIMING, 0});
    WALK(&flow,
         {5000, event(FLOW_EVENT_TICK), FLOW_FAILED, FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_NOTHING_SCANNED);
}

static void camera_failure_ends_aiming(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, source_failed(FAILURE_CAMERA_BUSY), FLOW_FAILED,
          FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_CAMERA);
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

static void pin_comes_before_resolving(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
}

static struct flow_event locked(enum failure why, int64_t wait_ms)
{
    struct flow_event e = net(NET_EVENT_LOCKED);
    e.net.locked.fault.failure = why;
    e.net.locked.wait_ms = wait_ms;
    return e;
}

static void a_wrong_pin_is_asked_again_and_makes_wait(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, net(NET_EVENT_CONTEXT), FLOW_UNLOCKING, 0}, // of nothing that was asked
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0});
    assert_false(flow_takes_pin(&flow, 1000000)); // while one is being tried
    assert_false(flow_asks(&flow));
    WALK(&flow, {5, locked(FAILURE_KEY_WRONG_PIN, 0), FLOW_UNLOCKING, 0});
    assert_int_equal(flow.pin.refused, FAILURE_KEY_WRONG_PIN);
    assert_int_equal(flow.pin.refusals, 1);
    WALK(&flow, {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, locked(FAILURE_KEY_WRONG_PIN, 30000), FLOW_UNLOCKING, 0});
    int64_t until_ms = flow.pin.wait_until_ms;
    assert_false(flow_takes_pin(&flow, until_ms - 1));
    assert_int_equal(flow_deadline(&flow), until_ms);
    WALK(&flow, {10, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0}); // too early: not tried
    assert_false(flow.pin.checking);
    WALK(&flow, {30000, event(FLOW_EVENT_TICK), FLOW_UNLOCKING, 0},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, net(NET_EVENT_UNLOCKED), FLOW_RESOLVING, FLOW_DO_RESOLVE});
}

static void leaving_the_pin_locks_again(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE},
         {5, net(NET_EVENT_UNLOCKED), FLOW_INSTRUCTIONS, 0});
}

static void nobody_with_a_pin_is_a_locked_key(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.locked = true;
    struct flow flow = begin(&settings);
    unsigned end = FLOW_DO_CANCEL | FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT;
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_SILENCE), FLOW_FAILED, end});
    assert_int_equal(flow.fault.failure, FAILURE_KEY_LOCKED);
    assert_int_equal(flow.exit, EXIT_CODE_NOT_PAIRED);
    flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0},
         {5, locked(FAILURE_KEY_WAIT, 9000), FLOW_FAILED, end});
    assert_int_equal(flow.fault.failure, FAILURE_KEY_WAIT);
}

static void whatever_signs_asks_for_the_pin_anew(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
#define UNLOCK(next, todo)                                                                     \
    {5, event(FLOW_EVENT_PIN), FLOW_UNLOCKING, 0}, {5, net(NET_EVENT_UNLOCKED), next, todo}
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE),
         {5, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, failed(FAILURE_CHALLENGE_CHANGED), FLOW_UNLOCKING, 0},
         UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE), {5, context(), FLOW_ASKING, 0},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, receipt(NET_RESULT_APPROVED), FLOW_DONE, 0},
         {5, event(FLOW_EVENT_END_SESSION), FLOW_UNLOCKING, 0},
         UNLOCK(FLOW_ENDING, FLOW_DO_END_SESSION),
         {5, receipt(NET_RESULT_ENDED), FLOW_ENDED, 0});
    settings.pairing = true;
    flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_PAIR_ASKING, FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE},
         {5, keep(true), FLOW_UNLOCKING, 0}, UNLOCK(FLOW_ENROLLING, FLOW_DO_PAIR));
}

static void a_key_that_ends_soon_is_renewed_by_the_pin(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.locked = true;
    struct flow flow = begin(&settings);
    struct flow_event soon = receipt(NET_RESULT_PICKUP_CODE);
    soon.net.receipt.key_ends_soon = true;
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_UNLOCKING, FLOW_DO_PAUSE},
         UNLOCK(FLOW_RESOLVING, FLOW_DO_RESOLVE),
         {5, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {2000, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE}, {5, soon, FLOW_DONE, 0},
         {5, event(FLOW_EVENT_RENEW), FLOW_UNLOCKING, 0}, UNLOCK(FLOW_RENEWING, FLOW_DO_RENEW),
         {5, net(NET_EVENT_RENEWED), FLOW_DONE, 0},
         {5, event(FLOW_EVENT_RENEW), FLOW_DONE, 0}, // once
         {5, event(FLOW_EVENT_END_SESSION), FLOW_DONE, 0});
    assert_int_equal(flow.receipt.result, NET_RESULT_PICKUP_CODE); // still to be typed
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

static void pairs_on_the_terminal(void **state)
{
    (void)state;
    struct flow_settings settings = {.pairing = true};
    struct flow flow = begin(&settings);
    struct flow_event digits = net(NET_EVENT_PAIRING_CODE);
    strcpy(digits.net.pairing.pairing_code, "048213");
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_PAIRING, 1), FLOW_ENROLLING, FLOW_DO_PAUSE | FLOW_DO_PAIR},
         {5, digits, FLOW_TYPING_CODE, FLOW_DO_STOP_SOURCE},
         {5, net(NET_EVENT_PAIRED), FLOW_CONFIRMING, 0},
         {5, keep(true), FLOW_KEEPING, FLOW_DO_KEEP},
         {5, net(NET_EVENT_KEPT), FLOW_PAIRED, FLOW_DO_QUIT});
    assert_string_equal(flow.pairing_code, "048213");
    assert_true(flow.keep);
    assert_int_equal(flow.exit, EXIT_CODE_OK);
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
         {5, keep(false), FLOW_REFUSED, FLOW_DO_KEEP});
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

// Counted from the decision: what the portal counts began before the receipt came.
static void a_pickup_code_ends(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, TO_ASKING, {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {4000, receipt(NET_RESULT_PICKUP_CODE), FLOW_DONE, 0});
    strcpy(flow.receipt.pickup_code, "048213");
    assert_int_equal(flow.ends_ms - flow.since_ms, FLOW_PICKUP_MS - 4000);
    struct view view;
    view_make(&flow, NULL, flow.ends_ms - 1, &view);
    assert_string_equal(view.digits, "048213");
    assert_int_equal(view.seconds_left, 1);
    view_make(&flow, NULL, flow.ends_ms, &view);
    assert_string_equal(view.digits, "");
    assert_int_equal(view.buttons[view.focus].action, VIEW_SCAN);
}

static void terminal_loop_begins_again(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, source_failed(FAILURE_CAMERA_GONE), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {0, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE});
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

static void a_code_can_be_entered_by_hand(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_BY_HAND, FLOW_DO_PAUSE},
         {10, code(PAYLOAD_TEXT, 0), FLOW_BY_HAND, 0});
    assert_true(flow.hint.another_kind);
    WALK(&flow, {0, event(FLOW_EVENT_BACK), FLOW_AIMING, FLOW_DO_RESUME},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_BY_HAND, FLOW_DO_PAUSE},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, failed(FAILURE_CHALLENGE_EXPIRED), FLOW_AIMING, FLOW_DO_RESUME},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_BY_HAND, FLOW_DO_PAUSE},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {10, context(), FLOW_ASKING, FLOW_DO_STOP_SOURCE},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_ASKING, 0});
}

static void without_a_camera_a_code_can_be_entered_too(void **state)
{
    (void)state;
    struct flow flow = begin(&kiosk);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_INSTRUCTIONS, 0},
         {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, source_failed(FAILURE_CAMERA_NONE), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_BY_HAND, 0},
         {10, event(FLOW_EVENT_BACK), FLOW_INSTRUCTIONS, 0},
         {10, event(FLOW_EVENT_BY_HAND), FLOW_BY_HAND, 0},
         {30000, event(FLOW_EVENT_TICK), FLOW_INSTRUCTIONS, 0},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_INSTRUCTIONS, 0});
}

static void a_code_of_another_kind_that_is_gone_is_forgotten(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, code(PAYLOAD_WIFI, 0), FLOW_AIMING, 0},
         {FLOW_HINT_MS - 1, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0});
    assert_true(flow.hint.another_kind);
    struct flow_event late = {.kind = FLOW_EVENT_NO_CODE, .now_ms = T0 + 10 + FLOW_HINT_MS};
    assert_int_equal(flow_take(&flow, &late), 0);
    assert_false(flow.hint.another_kind);
}

static void hints_come_after_a_second_and_go_with_the_code(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE});
    struct flow_event far_away = {.kind = FLOW_EVENT_NO_CODE, .hint = HINT_TOO_FAR};
    for (int64_t t = 0; t < 1000; t += 50) {
        far_away.now_ms = T0 + t;
        flow_take(&flow, &far_away);
    }
    assert_int_equal(flow.advice.shown, HINT_NONE);
    far_away.now_ms = T0 + 1000;
    flow_take(&flow, &far_away);
    assert_int_equal(flow.advice.shown, HINT_TOO_FAR);
    WALK(&flow, {1010, code(PAYLOAD_WIFI, 0), FLOW_AIMING, 0});
    assert_int_equal(flow.advice.shown, HINT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_can_be_entered_by_hand),
        cmocka_unit_test(without_a_camera_a_code_can_be_entered_too),
        cmocka_unit_test(a_code_of_another_kind_that_is_gone_is_forgotten),
        cmocka_unit_test(hints_come_after_a_second_and_go_with_the_code),
        cmocka_unit_test(signs_in_after_approval),
        cmocka_unit_test(approval_is_not_taken_early),
        cmocka_unit_test(approval_is_not_taken_early_on_the_terminal_either),
        cmocka_unit_test(denial_is_taken_at_once),
        cmocka_unit_test(no_answer_in_time_sends_nothing),
        cmocka_unit_test(leaving_the_question_sends_nothing),
        cmocka_unit_test(nothing_but_an_answer_decides),
        cmocka_unit_test(second_code_is_not_looked_at),
        cmocka_unit_test(foreign_code_keeps_the_camera_running),
        cmocka_unit_test(refused_code_is_resolved_once),
        cmocka_unit_test(refused_code_of_an_ended_recording_fails),
        cmocka_unit_test(end_of_recording_says_the_best_reason),
        cmocka_unit_test(scan_times_out),
        cmocka_unit_test(camera_failure_ends_aiming),
        cmocka_unit_test(changed_context_is_asked_again_a_few_times),
        cmocka_unit_test(pin_comes_before_resolving),
        cmocka_unit_test(a_wrong_pin_is_asked_again_and_makes_wait),
        cmocka_unit_test(leaving_the_pin_locks_again),
        cmocka_unit_test(nobody_with_a_pin_is_a_locked_key),
        cmocka_unit_test(whatever_signs_asks_for_the_pin_anew),
        cmocka_unit_test(a_key_that_ends_soon_is_renewed_by_the_pin),
        cmocka_unit_test(session_can_be_ended_again),
        cmocka_unit_test(pairs_on_the_terminal),
        cmocka_unit_test(window_asks_before_pairing),
        cmocka_unit_test(pairing_not_kept_is_given_up),
        cmocka_unit_test(kiosk_returns_by_itself),
        cmocka_unit_test(kiosk_shows_a_pickup_code_longer),
        cmocka_unit_test(a_pickup_code_ends),
        cmocka_unit_test(terminal_loop_begins_again),
        cmocka_unit_test(window_closes_with_the_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
