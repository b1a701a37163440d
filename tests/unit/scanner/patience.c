// SPDX-License-Identifier: MIT
// Which frame gets more work, and which none.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scanner/eye/patience.h"

#define SECOND INT64_C(1000000)

static void frames_in_vain_get_more_work_ever_more_seldom(void **state)
{
    (void)state;
    static const struct {
        int64_t time_us;
        bool due;
    } frames[] = {{0, false},           {SECOND, false},      {2 * SECOND - 1, false},
                  {2 * SECOND, true},   {5 * SECOND, false},  {6 * SECOND, true},
                  {13 * SECOND, false}, {14 * SECOND, true},  {21 * SECOND, false},
                  {22 * SECOND, true},  {29 * SECOND, false}, {30 * SECOND, true}};
    struct patience patience = {0};
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        assert_int_equal(patience_is_due(&patience, frames[i].time_us), frames[i].due);
        patience_note(&patience, frames[i].time_us, frames[i].due, SIGHT_NOTHING);
    }
}

static void a_code_or_another_scene_begins_anew(void **state)
{
    (void)state;
    struct patience patience = {0};
    patience_note(&patience, 0, false, SIGHT_LOCATED);
    patience_note(&patience, 2 * SECOND, true, SIGHT_NOTHING);
    patience_note(&patience, 3 * SECOND, false, SIGHT_READ);
    assert_false(patience_is_due(&patience, 60 * SECOND));
    patience_note(&patience, 60 * SECOND, false, SIGHT_NOTHING);
    assert_true(patience_is_due(&patience, 62 * SECOND));

    patience_reset(&patience);
    assert_false(patience_is_due(&patience, 62 * SECOND));
}

// How many of a second's frames are read that begins at `from_us`.
static unsigned read_in_a_second(struct patience *patience, int64_t from_us, int64_t a_second,
                                 enum sight sight)
{
    unsigned read = 0;
    for (int64_t i = 0; i < a_second; i++) {
        int64_t time_us = from_us + i * SECOND / a_second;
        if (patience_allows_rest(patience, time_us))
            continue;
        read++;
        patience_note(patience, time_us, patience_is_due(patience, time_us), sight);
    }
    return read;
}

static void where_no_code_is_to_be_seen_frames_are_left_out(void **state)
{
    (void)state;
    struct patience patience = {0};
    assert_int_equal(read_in_a_second(&patience, 0, 30, SIGHT_NOTHING), 30);
    assert_int_equal(read_in_a_second(&patience, SECOND, 30, SIGHT_NOTHING), 30);
    assert_in_range(read_in_a_second(&patience, 2 * SECOND, 30, SIGHT_NOTHING), 15, 16);
    assert_in_range(read_in_a_second(&patience, 3 * SECOND, 60, SIGHT_NOTHING), 20, 21);
    assert_int_equal(read_in_a_second(&patience, 4 * SECOND, 15, SIGHT_NOTHING), 15);
}

static void a_code_to_be_seen_is_looked_at_in_every_frame(void **state)
{
    (void)state;
    struct patience patience = {0};
    for (int64_t second = 0; second < 4; second++)
        read_in_a_second(&patience, second * SECOND, 30, SIGHT_NOTHING);
    assert_in_range(read_in_a_second(&patience, 4 * SECOND, 30, SIGHT_LOCATED), 29, 30);
    assert_int_equal(read_in_a_second(&patience, 5 * SECOND, 30, SIGHT_NOTHING), 30);
}

static void a_clock_that_goes_back_stops_no_reading(void **state)
{
    (void)state;
    struct patience patience = {0};
    patience_note(&patience, 0, false, SIGHT_NOTHING);
    patience_note(&patience, 9 * SECOND, true, SIGHT_NOTHING);
    assert_true(patience_allows_rest(&patience, 9 * SECOND + 1));
    assert_false(patience_allows_rest(&patience, 8 * SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_in_vain_get_more_work_ever_more_seldom),
        cmocka_unit_test(a_code_or_another_scene_begins_anew),
        cmocka_unit_test(where_no_code_is_to_be_seen_frames_are_left_out),
        cmocka_unit_test(a_code_to_be_seen_is_looked_at_in_every_frame),
        cmocka_unit_test(a_clock_that_goes_back_stops_no_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
