// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "net/retry.h"

static void the_waits_double_up_to_five_seconds(void **state)
{
    (void)state;
    static const int64_t expected[] = {300, 600, 1200, 2400, 4800, 5000, 5000, 5000};
    struct retry retry;
    int64_t now = 1000000;
    retry_start(&retry, now + 600000, now + 600000);
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
        retry_start(&retry, 1000000, 1000000);
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
    retry_start(&retry, 1300, 1300);
    assert_false(retry_next(&retry, 1000, 0, -1, &wait));
    assert_int_equal(wait, -1);
    retry_start(&retry, 1301, 1301);
    assert_true(retry_next(&retry, 1000, 0, -1, &wait));
    assert_int_equal(wait, 300);
}

static void a_portal_may_ask_for_more_time_but_not_for_less(void **state)
{
    (void)state;
    struct retry retry;
    int64_t wait = 0;
    retry_start(&retry, 100000, 100000);
    assert_true(retry_next(&retry, 0, 0, 7, &wait));
    assert_int_equal(wait, 7001); // never before 7 s are over
    assert_true(retry_next(&retry, 0, 0, 0, &wait));
    assert_int_equal(wait, 600);
}

// Longer than there is time: one try shortly before it is over, and no more.
static void a_wait_that_is_too_long_leaves_one_last_try(void **state)
{
    (void)state;
    struct retry retry;
    int64_t wait = 0;
    retry_start(&retry, 15000, 15000);
    assert_true(retry_next(&retry, 200, 0, 600, &wait));
    assert_int_equal(200 + wait, 15000 - RETRY_LAST_MS);
    assert_false(retry_next(&retry, 13100, 0, 600, &wait));

    retry_start(&retry, 15000, 15000);
    assert_true(retry_next(&retry, 200, 0, 14, &wait)); // not so long, but too late to be told
    assert_int_equal(200 + wait, 15000 - RETRY_LAST_MS);
    retry_start(&retry, 2400, 2400);
    assert_false(retry_next(&retry, 200, 0, 600, &wait)); // no time for that either
}

// An answer counts until 15 s, and its end may be learned until 75 s.
static void a_long_wait_leaves_a_try_while_the_answer_counts(void **state)
{
    (void)state;
    struct retry retry;
    int64_t wait = 0;
    retry_start(&retry, 15000, 75000);
    assert_true(retry_next(&retry, 200, 0, 600, &wait));
    assert_int_equal(200 + wait, 15000 - RETRY_LAST_MS);
    assert_true(retry_next(&retry, 13100, 0, 600, &wait));
    assert_int_equal(13100 + wait, 75000 - RETRY_LAST_MS);
    assert_false(retry_next(&retry, 73100, 0, 600, &wait));

    retry_start(&retry, 15000, 75000);
    assert_true(retry_next(&retry, 200, 0, 20, &wait)); // earlier than asked, so that it counts
    assert_int_equal(200 + wait, 15000 - RETRY_LAST_MS);
    assert_true(retry_next(&retry, 13100, 0, 20, &wait)); // then as asked
    assert_int_equal(wait, 20001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_waits_double_up_to_five_seconds),
        cmocka_unit_test(jitter_takes_off_up_to_a_quarter),
        cmocka_unit_test(nothing_is_tried_at_or_after_the_deadline),
        cmocka_unit_test(a_portal_may_ask_for_more_time_but_not_for_less),
        cmocka_unit_test(a_wait_that_is_too_long_leaves_one_last_try),
        cmocka_unit_test(a_long_wait_leaves_a_try_while_the_answer_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
