// SPDX-License-Identifier: MIT
// A built-in camera's picture keeps its place on the panel, however the compositor turns what
// it shows there.
#include "ui/window/output_turn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct point {
    int x, y; // rightwards, downwards
};

static struct point clockwise(struct point p, unsigned degrees)
{
    for (unsigned turned = 0; turned < degrees; turned += 90)
        p = (struct point){-p.y, p.x};
    return p;
}

// Where a point of the camera's picture is seen.
static struct point seen(struct frame_view view, struct point p)
{
    p = clockwise(p, view.rotation);
    if (view.mirrored)
        p.x = -p.x;
    return p;
}

static void on_the_panel_it_stays_where_it_is(void **state)
{
    (void)state;
    const struct point corner = {3, 1};
    for (unsigned rotation = 0; rotation < 360; rotation += 90) {
        for (int mirrored = 0; mirrored < 2; mirrored++) {
            struct frame_view view = {
                .rotation = rotation, .mirrored = mirrored, .built_in = true};
            struct point upright = seen(view, corner);
            for (unsigned degrees = 0; degrees < 360; degrees += 90) {
                struct frame_view turned = output_turn_view(view, degrees);
                assert_int_equal(turned.mirrored, mirrored);
                struct point panel = clockwise(seen(turned, corner), (360 - degrees) % 360);
                assert_int_equal(panel.x, upright.x);
                assert_int_equal(panel.y, upright.y);
            }
        }
    }
}

static void a_camera_that_stands_beside_the_device_does_not_turn(void **state)
{
    (void)state;
    struct frame_view view = output_turn_view((struct frame_view){.rotation = 90}, 90);
    assert_int_equal(view.rotation, 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_the_panel_it_stays_where_it_is),
        cmocka_unit_test(a_camera_that_stands_beside_the_device_does_not_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
