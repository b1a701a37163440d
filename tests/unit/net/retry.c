// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "net/retry.h"

static void the_waits_double_up_to_five_seconds(void **state)
{
    (void)state;
    static const int64_t expected[] = {300, 600, 1200, 2400, 4800, 5000, 5000, 5000};
    struct retry retry;
    int64_t now = 1000000;
    retry_start(&retry, now + 600000);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        int64_t wait = 0;
        assert_true(retry_next(&retry, now, 0, -1, &wait));
        assert_int_equal(wait, expected[i]);
        now += wait;
    }
}

static void jitter_takes_off_up_to_a_quarter(void **state)
{
    (void)state;
    int64_t least = INT64_MAX, most = 0;
    for (uint32_t random = 0; random < 1000; random++) {
        struct retry retry;
        int64_t wait = 0;
        retry_start(&retry, 1000000);
        assert_true(retry_next(&retry, 0, random, -1, &wait));
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_int_equal(least, 225);
    assert_int_equal(most, 300);
}

static void nothing_is_tried_at_or_after_the_deadline(void **state)
{
    (void)state;
    struct retry retry;
    int64_t wait = -1;
    retry_start(&retry, 1300);
    assert_false(retry_next(&retry, 1000, 0, -1, &wait));
    assert_int_equal(wait, -1);
    retry_start(&retry, 1301);
    assert_true(retry_next(&retry, 1000, 0, -1, &wait));
    assert_int_equal(wait, 300);
}

static void a_portal_may_ask_for_more_time_but_not_for_less(void **state)
{
    (void)state;
    struct retry retry;
    int64_t wait = 0;
    retry_start(&retry, 100000);
    assert_true(retry_next(&retry, 0, 0, 7, &wait));
    assert_int_equal(wait, 7000);
    assert_true(retry_next(&retry, 0, 0, 0, &wait));
    assert_int_equal(wait, 600);
    assert_false(retry_next(&retry, 0, 0, 100, &wait)); // longer than there is time
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_waits_double_up_to_five_seconds),
        cmocka_unit_test(jitter_takes_off_up_to_a_quarter),
        cmocka_unit_test(nothing_is_tried_at_or_after_the_deadline),
        cmocka_unit_test(a_portal_may_ask_for_more_time_but_not_for_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
