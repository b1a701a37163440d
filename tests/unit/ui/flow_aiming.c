// SPDX-License-Identifier: MIT
// Looking for a code: what is another, none, refused, or typed by hand.
#include "tests/unit/ui/flow_steps.h"

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

// What only its dialect reads is a challenge as any other.
static void code_of_another_dialect_is_asked_about(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_OWN_SIGN_IN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_CHALLENGE_OTHER_PORTAL), FLOW_AIMING, FLOW_DO_RESUME},
         {5, code(PAYLOAD_OWN_SIGN_IN, 1), FLOW_AIMING, 0},
         {5, code(PAYLOAD_OWN_PAIRING, 1), FLOW_AIMING, 0},
         {5, code(PAYLOAD_OWN_SIGN_IN, 2), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});

    flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_PAIR), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_OWN_PAIRING, 1), FLOW_PAIR_ASKING,
          FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE});
    assert_string_equal(flow.portal_origin, "https://door.example.com");
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
        {true, PAYLOAD_PART, FAILURE_CHALLENGE_PART},
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

static void a_camera_that_nobody_sees_is_let_go_of(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.camera = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, event(FLOW_EVENT_AWAY), FLOW_AIMING, 0},
         {5000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0}); // beside another window
    WALK(&flow, {10, event(FLOW_EVENT_UNSEEN), FLOW_AIMING, 0});
    assert_int_equal(flow_unseen_end(&flow), FLOW_NEVER); // it has shown nothing yet
    WALK(&flow, {10, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0});
    assert_int_equal(flow_unseen_end(&flow), T0 + 10 + FLOW_UNSEEN_MS);
    WALK(&flow, {2009, event(FLOW_EVENT_TICK), FLOW_AIMING, 0},
         {1, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_STOP_SOURCE},
         {100, event(FLOW_EVENT_RETURNED), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, event(FLOW_EVENT_AWAY), FLOW_AIMING, 0},
         {10, event(FLOW_EVENT_UNSEEN), FLOW_AIMING, 0},
         {10, event(FLOW_EVENT_RETURNED), FLOW_AIMING, 0},
         {5000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
}

// A question of the desktop, whether the camera may be used, covers the window too.
static void a_camera_that_is_waited_for_is_not_let_go_of(void **state)
{
    (void)state;
    struct flow_settings settings = window;
    settings.camera = true;
    struct flow flow = begin(&settings);
    struct flow_event waits = event(FLOW_EVENT_SOURCE_WAITING);
    waits.fault.failure = FAILURE_PIPEWIRE_ASKS;
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, waits, FLOW_AIMING, 0}, {10, event(FLOW_EVENT_AWAY), FLOW_AIMING, 0},
         {0, event(FLOW_EVENT_UNSEEN), FLOW_AIMING, 0},
         {60000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0},
         {10, event(FLOW_EVENT_RETURNED), FLOW_AIMING, 0},
         {10, event(FLOW_EVENT_SOURCE_RUNNING), FLOW_AIMING, 0},
         {5000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0});
}

static void a_recording_goes_on_unseen(void **state)
{
    (void)state;
    struct flow flow = begin(&window);
    WALK(&flow, {0, event(FLOW_EVENT_SCAN), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {0, event(FLOW_EVENT_AWAY), FLOW_AIMING, 0},
         {0, event(FLOW_EVENT_UNSEEN), FLOW_AIMING, 0},
         {60000, event(FLOW_EVENT_TICK), FLOW_AIMING, 0});
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

// In a loop without a window, as far as the first round's end.
static struct flow looping(bool stream)
{
    struct flow_settings settings = terminal;
    settings.loop = true;
    settings.stream = stream;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {5, failed(FAILURE_CHALLENGE_DECIDED), FLOW_FAILED,
          stream ? FLOW_DO_PAUSE : FLOW_DO_STOP_SOURCE},
         {1000, event(FLOW_EVENT_TICK), FLOW_AIMING,
          stream ? FLOW_DO_RESUME : FLOW_DO_START_SOURCE});
    return flow;
}

static void loop_asks_once_about_a_code_that_stays_in_view(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1010, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {30, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0}, // a frame may miss it
         {30, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {58939, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {1, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
}

static void loop_asks_at_once_about_another_code(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {1, code(PAYLOAD_LOGIN, 2), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
}

// Each frame shows both: one event a code.
static void codes_that_are_in_view_together_are_asked_about_once(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = true;
    const struct flow_settings *faces[] = {&settings, &window};

    for (size_t face = 0; face < 2; face++) {
        struct flow flow = begin(faces[face]);
        unsigned resolves = 0;
        flow.state = FLOW_AIMING;
        flow.source_running = true;

        for (int64_t now_ms = T0; now_ms < T0 + 50000; now_ms += 30) {
            struct flow_event seen = code(PAYLOAD_LOGIN, (uint8_t)(now_ms / 30 % 6));
            seen.now_ms = now_ms;
            unsigned todo = flow_take(&flow, &seen);
            resolves += todo & FLOW_DO_RESOLVE ? 1 : 0;
            struct flow_event refused = failed(FAILURE_CHALLENGE_UNKNOWN);
            refused.now_ms = now_ms + 5;
            flow_take(&flow, &refused);
        }
        assert_in_range(resolves, 1, FLOW_ASKED_MAX);
    }
}

// A code of a frame that another one of ours follows in.
static struct flow_event one_of(enum payload_kind kind, uint8_t id, uint64_t frame, bool more)
{
    struct flow_event seen = code(kind, id);
    seen.frame = frame;
    seen.more = more;
    return seen;
}

static void of_two_codes_in_view_none_is_taken(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1, one_of(PAYLOAD_LOGIN, 2, 1, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 3, 1, false), FLOW_AIMING, 0});
    assert_int_equal(flow.hint.refused, FAILURE_SCAN_SEVERAL_CODES);

    WALK(&flow, {30, one_of(PAYLOAD_LOGIN, 3, 2, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 2, 2, false), FLOW_AIMING, 0},
         {FLOW_GONE_MS - 1, one_of(PAYLOAD_LOGIN, 3, 3, false), FLOW_AIMING, 0},
         {0, code(PAYLOAD_LINK, 0), FLOW_AIMING, 0});
    assert_int_equal(flow.hint.refused, FAILURE_SCAN_SEVERAL_CODES);

    struct flow_event alone = one_of(PAYLOAD_LOGIN, 3, 4, false);
    alone.now_ms = T0 + 30 + FLOW_GONE_MS;
    assert_int_equal(flow_take(&flow, &alone), FLOW_DO_PAUSE | FLOW_DO_RESOLVE);
    assert_int_equal(flow.challenge.login.id[0], 3);
    assert_int_equal(flow.hint.refused, FAILURE_NONE);
}

static void several_codes_are_forgotten_when_they_are_gone(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1, one_of(PAYLOAD_LOGIN, 2, 1, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 3, 1, false), FLOW_AIMING, 0},
         {FLOW_HINT_MS - 1, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0});
    assert_int_equal(flow.hint.refused, FAILURE_SCAN_SEVERAL_CODES);
    struct flow_event late = {.kind = FLOW_EVENT_NO_CODE, .now_ms = T0 + 1 + FLOW_HINT_MS};
    flow_take(&flow, &late);
    assert_int_equal(flow.hint.refused, FAILURE_NONE);
}

// The first was asked about and stays; what does not fit is no choice; a message may be lost.
static void beside_what_cannot_be_meant_a_code_is_taken(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1, one_of(PAYLOAD_LOGIN, 1, 1, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 2, 1, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_PAIRING, 1, 1, false), FLOW_RESOLVING,
          FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
    assert_int_equal(flow.challenge.login.id[0], 2);

    flow = looping(false);
    WALK(&flow, {1, one_of(PAYLOAD_LOGIN, 2, 1, true), FLOW_AIMING, 0},
         {30, one_of(PAYLOAD_LOGIN, 3, 2, false), FLOW_RESOLVING,
          FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
    assert_int_equal(flow.challenge.login.id[0], 3);
}

static void several_codes_in_a_picture_end_with_that(void **state)
{
    (void)state;
    struct flow flow = begin(&terminal);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {1, code(PAYLOAD_LINK, 0), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 2, 0, true), FLOW_AIMING, 0},
         {0, one_of(PAYLOAD_LOGIN, 3, 0, false), FLOW_AIMING, 0});
    struct flow_event end = event(FLOW_EVENT_SOURCE_ENDED);
    end.now_ms = T0 + 10;
    flow_take(&flow, &end);
    assert_int_equal(flow.fault.failure, FAILURE_SCAN_SEVERAL_CODES);
    assert_int_equal(flow.exit, EXIT_CODE_NOTHING_SCANNED);
}

// A round that ends without a code says nothing of the one before it.
static void loop_asks_again_after_a_round_without_a_code(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    flow.settings.scan_timeout_ms = 5000;
    WALK(&flow, {1010, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {1500, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {5000, event(FLOW_EVENT_TICK), FLOW_FAILED, FLOW_DO_STOP_SOURCE},
         {1000, event(FLOW_EVENT_TICK), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {10, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
}

static void loop_asks_again_about_a_code_that_was_gone(void **state)
{
    (void)state;
    struct flow flow = looping(false);
    WALK(&flow, {1, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {1499, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {1, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {1, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {1500, event(FLOW_EVENT_NO_CODE), FLOW_AIMING, 0},
         {0, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE});
}

static void end_of_a_stream_ends_the_loop(void **state)
{
    (void)state;
    struct flow flow = looping(true);
    WALK(&flow, {1, code(PAYLOAD_LOGIN, 1), FLOW_AIMING, 0},
         {1, event(FLOW_EVENT_SOURCE_ENDED), FLOW_INSTRUCTIONS,
          FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_CHALLENGE); // as the last round
}

static void stream_that_ended_meanwhile_ends_the_loop_with_the_outcome(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = settings.stream = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {5, code(PAYLOAD_LOGIN, 1), FLOW_RESOLVING, FLOW_DO_PAUSE | FLOW_DO_RESOLVE},
         {0, event(FLOW_EVENT_SOURCE_ENDED), FLOW_RESOLVING, 0},
         {5, context(), FLOW_ASKING, FLOW_DO_PAUSE},
         {1500, answer(NET_APPROVE), FLOW_SENDING, FLOW_DO_DECIDE},
         {5, receipt(NET_RESULT_APPROVED), FLOW_DONE,
          FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_OK);
}

static void stream_without_a_code_ends_the_loop(void **state)
{
    (void)state;
    struct flow_settings settings = terminal;
    settings.loop = settings.stream = true;
    struct flow flow = begin(&settings);
    WALK(&flow, {0, event(FLOW_EVENT_START), FLOW_AIMING, FLOW_DO_START_SOURCE},
         {0, event(FLOW_EVENT_SOURCE_ENDED), FLOW_FAILED,
          FLOW_DO_PAUSE | FLOW_DO_STOP_SOURCE | FLOW_DO_QUIT});
    assert_int_equal(flow.exit, EXIT_CODE_NOTHING_SCANNED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_code_keeps_the_camera_running),
        cmocka_unit_test(refused_code_is_resolved_once),
        cmocka_unit_test(code_of_another_dialect_is_asked_about),
        cmocka_unit_test(refused_code_of_an_ended_recording_fails),
        cmocka_unit_test(end_of_recording_says_the_best_reason),
        cmocka_unit_test(scan_times_out),
        cmocka_unit_test(camera_failure_ends_aiming),
        cmocka_unit_test(a_camera_that_nobody_sees_is_let_go_of),
        cmocka_unit_test(a_camera_that_is_waited_for_is_not_let_go_of),
        cmocka_unit_test(a_recording_goes_on_unseen),
        cmocka_unit_test(a_code_can_be_entered_by_hand),
        cmocka_unit_test(without_a_camera_a_code_can_be_entered_too),
        cmocka_unit_test(a_code_of_another_kind_that_is_gone_is_forgotten),
        cmocka_unit_test(hints_come_after_a_second_and_go_with_the_code),
        cmocka_unit_test(loop_asks_once_about_a_code_that_stays_in_view),
        cmocka_unit_test(loop_asks_at_once_about_another_code),
        cmocka_unit_test(loop_asks_again_about_a_code_that_was_gone),
        cmocka_unit_test(codes_that_are_in_view_together_are_asked_about_once),
        cmocka_unit_test(of_two_codes_in_view_none_is_taken),
        cmocka_unit_test(several_codes_are_forgotten_when_they_are_gone),
        cmocka_unit_test(beside_what_cannot_be_meant_a_code_is_taken),
        cmocka_unit_test(several_codes_in_a_picture_end_with_that),
        cmocka_unit_test(loop_asks_again_after_a_round_without_a_code),
        cmocka_unit_test(end_of_a_stream_ends_the_loop),
        cmocka_unit_test(stream_that_ended_meanwhile_ends_the_loop_with_the_outcome),
        cmocka_unit_test(stream_without_a_code_ends_the_loop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
