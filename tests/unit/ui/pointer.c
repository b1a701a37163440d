// SPDX-License-Identifier: MIT
#include "ui/window/pointer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BUTTON  1
#define OUTSIDE ((struct dot){10, 10})
#define ON_IT   ((struct dot){150, 220})

// Two nodes of which the second can be pressed, in a body that scrolls.
static struct scene *make_scene(void)
{
    static struct scene scene;
    scene_begin(&scene, NULL, THEME_CHOICE_LIGHT, 360, 720, 1, 1);
    scene_add(&scene, NODE_BOX, (struct area){0, 0, 360, 720});
    scene_add(&scene, NODE_BOX, (struct area){100, 200, 100, 48})->action.kind = ACTION_SCAN;
    scene.scroll_max = 100;
    return &scene;
}

static struct pointer make_pointer(void)
{
    struct pointer pointer;
    pointer_init(&pointer);
    return pointer;
}

static void what_goes_down_and_up_on_a_node_presses_it(void **state)
{
    (void)state;
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    pointer_down(&pointer, scene, POINTER_MOUSE, ON_IT);
    assert_int_equal(pointer.pressed, BUTTON);
    assert_int_equal(pointer_up(&pointer, scene, POINTER_MOUSE, ON_IT), BUTTON);
    assert_int_equal(pointer_up(&pointer, scene, POINTER_MOUSE, ON_IT), -1);

    pointer_down(&pointer, scene, POINTER_MOUSE, ON_IT);
    assert_int_equal(pointer_up(&pointer, scene, POINTER_MOUSE, OUTSIDE), -1);
    pointer_down(&pointer, scene, POINTER_MOUSE, OUTSIDE);
    assert_int_equal(pointer_up(&pointer, scene, POINTER_MOUSE, ON_IT), -1);
}

static void a_second_finger_is_not_listened_to(void **state)
{
    (void)state;
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    pointer_down(&pointer, scene, 1, ON_IT);
    pointer_down(&pointer, scene, 2, OUTSIDE);
    assert_int_equal(pointer_up(&pointer, scene, 2, OUTSIDE), -1);
    assert_int_equal(pointer_up(&pointer, scene, 1, ON_IT), BUTTON);
}

static void moving_scrolls_and_presses_nothing(void **state)
{
    (void)state;
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    pointer_down(&pointer, scene, 1, ON_IT);
    assert_false(pointer_move(&pointer, scene, 1, (struct dot){150, 215}));
    assert_int_equal(pointer.pressed, BUTTON);
    assert_false(pointer_move(&pointer, scene, 2, (struct dot){150, 100}));
    assert_true(pointer_move(&pointer, scene, 1, (struct dot){150, 190}));
    assert_int_equal(scene->scroll, 30);
    assert_true(pointer_move(&pointer, scene, 1, (struct dot){150, 20}));
    assert_int_equal(scene->scroll, 100);
    assert_int_equal(pointer_up(&pointer, scene, 1, ON_IT), -1);
}

// Two keys side by side, beneath the button.
static void a_key_is_pressed_wherever_among_keys_it_is_let_go(void **state)
{
    (void)state;
    const struct dot first = {120, 620}, second = {180, 660};
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    scene_add(scene, NODE_KEY, (struct area){100, 600, 50, 50})->action.kind = ACTION_KEY;
    scene_add(scene, NODE_KEY, (struct area){150, 600, 50, 80})->action.kind = ACTION_KEY;

    pointer_down(&pointer, scene, 1, first);
    assert_int_equal(pointer.pressed, 2);
    assert_false(pointer_move(&pointer, scene, 1, second)); // a rolling thumb scrolls nothing
    assert_int_equal(pointer_up(&pointer, scene, 1, second), 2);

    pointer_down(&pointer, scene, 1, first);
    assert_int_equal(pointer_up(&pointer, scene, 1, OUTSIDE), -1);
    pointer_down(&pointer, scene, 1, first);
    assert_int_equal(pointer_up(&pointer, scene, 1, ON_IT), -1);
    pointer_down(&pointer, scene, 1, ON_IT);
    assert_int_equal(pointer_up(&pointer, scene, 1, first), -1);
}

static void a_tap_beside_all_nodes_is_one_on_the_ground(void **state)
{
    (void)state;
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    pointer_down(&pointer, scene, 1, OUTSIDE);
    assert_int_equal(pointer_up(&pointer, scene, 1, (struct dot){12, 15}), POINTER_GROUND);
    assert_int_equal(pointer_up(&pointer, scene, 1, OUTSIDE), -1);

    pointer_down(&pointer, scene, 1, OUTSIDE); // a wipe is no tap
    assert_int_equal(pointer_up(&pointer, scene, 1, (struct dot){90, 10}), -1);
    pointer_down(&pointer, scene, 1, OUTSIDE); // nor is one that scrolled and came back
    pointer_move(&pointer, scene, 1, (struct dot){10, 60});
    assert_int_equal(pointer_up(&pointer, scene, 1, OUTSIDE), -1);
    pointer_down(&pointer, scene, 1, OUTSIDE); // nor one that another screen lies under now
    pointer_forget(&pointer);
    assert_int_equal(pointer_up(&pointer, scene, 1, OUTSIDE), -1);
}

static void another_screen_is_not_pressed(void **state)
{
    (void)state;
    struct scene *scene = make_scene();
    struct pointer pointer = make_pointer();
    pointer_down(&pointer, scene, 1, ON_IT);
    pointer_forget(&pointer);
    assert_int_equal(pointer_up(&pointer, scene, 1, ON_IT), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_down_and_up_on_a_node_presses_it),
        cmocka_unit_test(a_second_finger_is_not_listened_to),
        cmocka_unit_test(moving_scrolls_and_presses_nothing),
        cmocka_unit_test(a_key_is_pressed_wherever_among_keys_it_is_let_go),
        cmocka_unit_test(a_tap_beside_all_nodes_is_one_on_the_ground),
        cmocka_unit_test(another_screen_is_not_pressed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
