// SPDX-License-Identifier: MIT
// Counting in memory, and challenges that wait there.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "portal/core/tally.h"
#include "portal/core/unscanned.h"

#define MINUTE TALLY_WINDOW_MS

static struct tally tally;
static struct unscanned_table table;

static int open_all(void **state)
{
    (void)state;
    tally_init(&tally);
    unscanned_init(&table);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    unscanned_destroy(&table);
    tally_destroy(&tally);
    return 0;
}

static size_t take(const char *who, uint64_t most, size_t tries, int64_t now)
{
    size_t taken = 0;
    for (size_t i = 0; i < tries; i++)
        taken += tally_take(&tally, span_str(who), most, now);
    return taken;
}

static void so_many_in_a_minute_and_no_more(void **state)
{
    (void)state;
    int64_t now = 100 * (int64_t)MINUTE + 20000;
    assert_int_equal(take("192.0.2.1", 20, 30, now), 20);
    assert_int_equal(take("192.0.2.2", 20, 30, now), 20); // another is another
    assert_int_equal(take("192.0.2.1", 20, 30, now + MINUTE), 7);
    assert_int_equal(take("192.0.2.1", 20, 30, now + 4 * MINUTE), 20);
}

// A limit is a rate: as many as go by in an hour, whenever they come.
static void an_hour_lets_sixty_minutes_through(void **state)
{
    (void)state;
    size_t taken = 0;
    for (int64_t second = 0; second < 3600; second++)
        taken += take("192.0.2.1", 60, 3, second * 1000);
    assert_in_range(taken, 3200, 3700);
}

// Who did most is not forgotten for a crowd that does little.
static void crowd_pushes_nobody_over_the_limit_out(void **state)
{
    (void)state;
    int64_t now = 100 * (int64_t)MINUTE;
    assert_int_equal(take("192.0.2.1", 100, 200, now), 100);
    for (unsigned i = 0; i < 10 * TALLY_PLACES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "2001:db8::%x", i);
        assert_int_equal(take(name, 100, 1, now), 1);
    }
    assert_int_equal(take("192.0.2.1", 100, 10, now), 0);
}

static struct unscanned challenge(unsigned number, int64_t created_boot)
{
    struct unscanned out = {.created_boot = created_boot,
                            .expires_boot = created_boot + 120000,
                            .agent = "Firefox, Linux"};
    memcpy(out.id + 2, &number, sizeof(number)); // all in one list
    return out;
}

static void what_is_put_is_found_until_it_is_old(void **state)
{
    (void)state;
    struct unscanned found;
    for (unsigned i = 0; i < 100; i++) {
        struct unscanned put = challenge(i, i);
        assert_true(unscanned_put(&table, &put, i));
    }
    assert_int_equal(table.count, 100);

    struct unscanned seventh = challenge(7, 7);
    unscanned_end(&table, seventh.id);
    assert_true(unscanned_find(&table, seventh.id, &found));
    assert_true(found.over);
    assert_int_equal(found.expires_boot, 120007);

    struct unscanned late = challenge(1000, UNSCANNED_KEPT + 49);
    assert_true(unscanned_put(&table, &late, UNSCANNED_KEPT + 49));
    assert_int_equal(table.count, 51);
    assert_false(unscanned_find(&table, seventh.id, &found));
    struct unscanned kept = challenge(50, 50);
    assert_true(unscanned_find(&table, kept.id, &found));

    assert_true(unscanned_put(&table, &kept, UNSCANNED_KEPT + 49)); // in its own place
    assert_int_equal(table.count, 51);
    assert_true(unscanned_take(&table, &found));
    assert_int_equal(found.created_boot, 50); // the oldest first
    assert_false(unscanned_find(&table, kept.id, &found));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(so_many_in_a_minute_and_no_more),
        TEST(an_hour_lets_sixty_minutes_through),
        TEST(crowd_pushes_nobody_over_the_limit_out),
        TEST(what_is_put_is_found_until_it_is_old),
    };
    return cmocka_run_group_tests_name("portal tally", tests, NULL, NULL);
}
