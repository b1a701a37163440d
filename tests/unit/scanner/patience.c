// SPDX-License-Identifier: MIT
// Which frame gets more work.
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
        patience_note(&patience, frames[i].time_us, frames[i].due, false);
    }
}

static void a_code_or_another_scene_begins_anew(void **state)
{
    (void)state;
    struct patience patience = {0};
    patience_note(&patience, 0, false, false);
    patience_note(&patience, 2 * SECOND, true, false);
    patience_note(&patience, 3 * SECOND, false, true);
    assert_false(patience_is_due(&patience, 60 * SECOND));
    patience_note(&patience, 60 * SECOND, false, false);
    assert_true(patience_is_due(&patience, 62 * SECOND));

    patience_reset(&patience);
    assert_false(patience_is_due(&patience, 62 * SECOND));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_in_vain_get_more_work_ever_more_seldom),
        cmocka_unit_test(a_code_or_another_scene_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
