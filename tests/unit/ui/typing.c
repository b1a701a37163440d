// SPDX-License-Identifier: MIT
#include "ui/window/typing.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/between.h"

#define ADDRESS "https://портал.example.com:8443/a/very/long/address/of/a/portal"

static struct fonts *fonts;
static struct typing typing;
static struct scene scene;

// One field of this kind that holds the text, laid out as forms.c does it.
static const struct node *show(enum entry_kind kind, const char *text)
{
    struct view view = {.screen = FLOW_LOGIN, .field_count = 1};
    char dots[ENTRY_DOT_MAX];
    struct entry *entry = &typing.entry[0];

    view.fields[0] = (struct view_field){"Field", kind, 256};
    typing_wipe(&typing);
    typing_follow(&typing, &view);
    assert_true(entry_insert(entry, text));
    entry_dots(entry, dots);

    scene_begin(&scene, fonts, THEME_CHOICE_LIGHT, 360, 720, 1, 1);
    bool hidden = kind == ENTRY_SECRET || kind == ENTRY_PIN;
    scene_field(&scene, hidden ? scene_keep(&scene, dots) : entry->text, entry->caret,
                (struct action){.kind = ACTION_FIELD}, (struct area){24, 200, 312, 56}, 0);
    scene_add(&scene, NODE_BUTTON, (struct area){24, 400, 312, 56})->action.kind =
        ACTION_SUBMIT;
    return &scene.node[0];
}

// Touches the field so many pixels right of the left edge of its text, in a line of it.
static size_t touch(float x, size_t line)
{
    const struct node *node = &scene.node[0];
    float step = ceilf(node->text_size * LINE_HEIGHT);
    float top = node->area.y - scene.scroll + (node->area.h - node->lines.height) / 2;
    typing_point(&typing, &scene, 0,
                 (struct dot){node->area.x + 14 + x, top + step * ((float)line + 0.5f)});
    return typing.entry[0].caret;
}

static float width_of(const char *text, size_t bytes)
{
    return fonts_width_of(fonts, WEIGHT_MEDIUM, scene.node[0].text_size, text, bytes);
}

static void a_touch_moves_the_caret_to_the_nearest_gap(void **state)
{
    (void)state;
    static const char text[] = "Москва 24";
    show(ENTRY_TEXT, text);

    for (size_t byte = 0; byte < 12; byte += 2) {
        float left = width_of(text, byte), right = width_of(text, byte + 2);
        assert_int_equal(touch(left + (right - left) * 0.4f, 0), byte);
        assert_int_equal(touch(left + (right - left) * 0.6f, 0), byte + 2);
    }

    assert_int_equal(touch(-10, 0), 0);
    assert_int_equal(touch(250, 0), strlen(text));

    assert_true(entry_insert(&typing.entry[0], "!"));
    touch(width_of(text, 4), 0);
    assert_true(entry_insert(&typing.entry[0], "х"));
    assert_string_equal(typing.entry[0].text, "Мохсква 24!");
}

static void each_line_of_a_long_text_can_be_touched(void **state)
{
    (void)state;
    const struct node *node = show(ENTRY_ADDRESS, ADDRESS);
    assert_between(node->lines.count, 2, 3);
    size_t second = node->lines.line[1].start;
    assert_int_equal(touch(-10, 1), second);
    assert_int_equal(touch(width_of(&ADDRESS[second], 3) + 1, 1), second + 3);
    // Behind the last character of a line would be in front of the next line's first.
    assert_int_equal(touch(300, 0), second - 1);
    assert_int_equal(touch(300, node->lines.count - 1), strlen(ADDRESS));
}

static void a_field_that_has_been_scrolled_is_touched_where_it_is(void **state)
{
    (void)state;
    show(ENTRY_TEXT, "abcdef");
    scene.node[0].scrolls = true;
    scene.scroll = 60;
    assert_int_equal(touch(width_of("abcdef", 3), 0), 3);
}

static void dots_stand_for_characters(void **state)
{
    (void)state;
    show(ENTRY_SECRET, "пар€ol");
    float dot = width_of(ENTRY_DOT, strlen(ENTRY_DOT));
    assert_int_equal(touch(dot * 3.1f, 0), strlen("пар"));
    assert_int_equal(touch(dot * 3.9f, 0), strlen("пар€"));
    assert_int_equal(touch(250, 0), strlen("пар€ol"));
    assert_int_equal(touch(0, 0), 0);
}

static void a_pin_and_what_is_no_field_have_no_caret_to_move(void **state)
{
    (void)state;
    show(ENTRY_PIN, "123456");
    assert_int_equal(touch(0, 0), 6);
    show(ENTRY_TEXT, "abc");
    typing_point(&typing, &scene, 1, (struct dot){30, 410});
    typing_point(&typing, &scene, -1, (struct dot){30, 410});
    assert_int_equal(typing.entry[0].caret, 3);
    show(ENTRY_TEXT, "");
    assert_int_equal(touch(100, 0), 0);
}

static void a_text_that_is_gone_since_it_was_drawn_does_no_harm(void **state)
{
    (void)state;
    const struct node *node = show(ENTRY_ADDRESS, ADDRESS);
    entry_wipe(&typing.entry[0]);
    assert_int_equal(touch(100, node->lines.count - 1), 0);
    assert_int_equal(touch(100, 0), 0);
}

// The caret of a field that shows none, and of one that is higher than what is seen of it.
static void what_is_scrolled_to_of_a_high_field_is_its_caret(void **state)
{
    (void)state;
    struct node *field = &scene.node[0];
    show(ENTRY_ADDRESS, ADDRESS);
    field->scrolls = true;
    scene.body = (struct area){0, 64, 360, 60};
    scene.scroll_max = 1000;
    scene_show(&scene, 0);
    struct area caret = scene_caret(&scene, 0);
    assert_true(caret.h < field->area.h);
    assert_true(caret.y - scene.scroll >= scene.body.y);
    assert_true(caret.y + caret.h - scene.scroll <= scene.body.y + scene.body.h);

    field->caret = SIZE_MAX; // as a PIN has it
    scene_show(&scene, 0);
    assert_true(scene.scroll > 0);
}

static void tab_goes_past_the_keys_of_the_screen(void **state)
{
    (void)state;
    show(ENTRY_TEXT, "abc");
    scene_add(&scene, NODE_KEY, (struct area){0, 600, 60, 60})->action.kind = ACTION_KEY;
    assert_int_equal(scene_next_focus(&scene, 0, true), 1);
    assert_int_equal(scene_next_focus(&scene, 1, true), 0);
    assert_int_equal(scene_next_focus(&scene, 0, false), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_touch_moves_the_caret_to_the_nearest_gap),
        cmocka_unit_test(each_line_of_a_long_text_can_be_touched),
        cmocka_unit_test(a_field_that_has_been_scrolled_is_touched_where_it_is),
        cmocka_unit_test(dots_stand_for_characters),
        cmocka_unit_test(a_pin_and_what_is_no_field_have_no_caret_to_move),
        cmocka_unit_test(a_text_that_is_gone_since_it_was_drawn_does_no_harm),
        cmocka_unit_test(what_is_scrolled_to_of_a_high_field_is_its_caret),
        cmocka_unit_test(tab_goes_past_the_keys_of_the_screen),
    };

    struct fault fault;
    fonts = fonts_open(&fault);
    if (!fonts) {
        print_error("%s\n", fault.detail);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fonts_close(fonts);
    return failed;
}
