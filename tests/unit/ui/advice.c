// SPDX-License-Identifier: MIT
#include "ui/flow/advice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FRAME_MS 100

// Takes `hint` in every frame for so long.
static int64_t see(struct advice *advice, enum hint hint, int64_t from_ms, int64_t for_ms)
{
    for (int64_t t = 0; t < for_ms; t += FRAME_MS)
        advice_take(advice, hint, from_ms + t);
    return from_ms + for_ms;
}

static void nothing_is_said_in_the_first_second(void **state)
{
    (void)state;
    struct advice advice;
    advice_begin(&advice, 5000);
    int64_t now_ms = see(&advice, HINT_TOO_FAR, 5000, ADVICE_AFTER_MS);
    assert_int_equal(advice.shown, HINT_NONE);
    see(&advice, HINT_TOO_FAR, now_ms, FRAME_MS);
    assert_int_equal(advice.shown, HINT_TOO_FAR);
}

static void a_hint_stays_long_enough_to_be_read(void **state)
{
    (void)state;
    struct advice advice;
    advice_begin(&advice, 0);
    int64_t now_ms = see(&advice, HINT_BLURRED, 0, ADVICE_AFTER_MS + FRAME_MS);
    assert_int_equal(advice.shown, HINT_BLURRED);
    now_ms = see(&advice, HINT_MOVING, now_ms, ADVICE_HOLD_MS - FRAME_MS);
    assert_int_equal(advice.shown, HINT_BLURRED);
    see(&advice, HINT_MOVING, now_ms, 2 * FRAME_MS);
    assert_int_equal(advice.shown, HINT_MOVING);
}

static void frames_that_differ_do_not_flicker(void **state)
{
    (void)state;
    struct advice advice;
    advice_begin(&advice, 0);
    size_t changes = 0;
    for (int64_t t = 0; t < 6000; t += FRAME_MS) {
        enum hint before = advice.shown;
        advice_take(&advice, (t / FRAME_MS) % 2 ? HINT_TILTED : HINT_NONE, t);
        changes += advice.shown != before;
    }
    assert_int_equal(changes, 1);
    assert_int_equal(advice.shown, HINT_TILTED);
}

static void what_is_over_is_no_longer_said(void **state)
{
    (void)state;
    struct advice advice;
    advice_begin(&advice, 0);
    int64_t now_ms = see(&advice, HINT_TOO_DARK, 0, 2000);
    assert_int_equal(advice.shown, HINT_TOO_DARK);
    now_ms = see(&advice, HINT_NONE, now_ms, ADVICE_HOLD_MS);
    assert_int_equal(advice.shown, HINT_NONE);
    see(&advice, HINT_TOO_DARK, now_ms, 1000);
    assert_int_equal(advice.shown, HINT_TOO_DARK);
    advice_begin(&advice, now_ms);
    assert_int_equal(advice.shown, HINT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_in_the_first_second),
        cmocka_unit_test(a_hint_stays_long_enough_to_be_read),
        cmocka_unit_test(frames_that_differ_do_not_flicker),
        cmocka_unit_test(what_is_over_is_no_longer_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
