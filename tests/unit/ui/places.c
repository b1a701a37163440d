// SPDX-License-Identifier: MIT
#include "ui/places/places.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PLAIN(kind)   ((struct action){kind, 0})
#define CHOOSE(index) ((struct action){ACTION_CHOOSE, index})

static struct options options;
static struct places_facts facts;
static struct places_change change;

static int begin(void **state)
{
    (void)state;
    options = (struct options){.text_percent = 200};
    facts = (struct places_facts){.options = &options, .portal_count = 2};
    strcpy(facts.portal[0].id, "00000000000000aa");
    strcpy(facts.portal[0].origin, "https://portal.example.com");
    strcpy(facts.portal[1].origin, "https://office.example.org");
    return 0;
}

static void press(struct places *places, struct action action, enum place at,
                  enum places_do todo)
{
    enum places_do got;
    assert_true(places_press(places, &facts, action, &got, &change));
    assert_int_equal(places->at, at);
    assert_int_equal(got, todo);
}

static void a_pairing_is_removed_only_after_the_question(void **state)
{
    (void)state;
    struct places places = {0};
    press(&places, PLAIN(ACTION_MENU), PLACE_MENU, PLACES_DO_LOOK);
    press(&places, CHOOSE(0), PLACE_PORTALS, PLACES_DO_LOOK);
    press(&places, PLAIN(ACTION_YES), PLACE_PORTALS, PLACES_DO_NOTHING);
    press(&places, CHOOSE(1), PLACE_PORTAL, PLACES_DO_NOTHING);
    assert_int_equal(places.portal, 1);

    press(&places, PLAIN(ACTION_YES), PLACE_PORTAL, PLACES_DO_NOTHING);
    press(&places, PLAIN(ACTION_REMOVE), PLACE_REMOVE, PLACES_DO_NOTHING);
    press(&places, PLAIN(ACTION_NO), PLACE_PORTAL, PLACES_DO_LOOK);
    press(&places, PLAIN(ACTION_REMOVE), PLACE_REMOVE, PLACES_DO_NOTHING);
    press(&places, PLAIN(ACTION_YES), PLACE_REMOVING, PLACES_DO_REMOVE);

    places_removed(&places, true, false);
    assert_int_equal(places.at, PLACE_REMOVED);
    assert_false(places.portal_told);
    press(&places, PLAIN(ACTION_BACK), PLACE_PORTALS, PLACES_DO_LOOK);
}

static void what_is_not_in_the_list_chooses_nothing(void **state)
{
    (void)state;
    struct places places = {.at = PLACE_PORTALS};
    press(&places, CHOOSE(2), PLACE_PORTALS, PLACES_DO_NOTHING);
    places.at = PLACE_SETTINGS;
    press(&places, CHOOSE(30), PLACE_SETTINGS, PLACES_DO_NOTHING);
    places.at = PLACE_HISTORY;
    press(&places, CHOOSE(0), PLACE_HISTORY, PLACES_DO_NOTHING);
}

static void the_way_back_ends_in_the_flow(void **state)
{
    (void)state;
    static const enum place from[] = {PLACE_HISTORY, PLACE_SETTINGS, PLACE_PORTALS};
    for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
        struct places places = {.at = from[i]};
        press(&places, PLAIN(ACTION_BACK), PLACE_MENU, PLACES_DO_LOOK);
        press(&places, PLAIN(ACTION_BACK), PLACE_NONE, PLACES_DO_LOOK);
    }
}

static void presses_of_the_flow_are_left_to_it(void **state)
{
    (void)state;
    struct places places = {0};
    enum places_do todo;
    static const enum action_kind actions[] = {ACTION_SCAN, ACTION_PAIR, ACTION_APPROVE,
                                               ACTION_YES,  ACTION_BACK, ACTION_CHOOSE};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        assert_false(places_press(&places, &facts, PLAIN(actions[i]), &todo, &change));
}

static void settings_go_round(void **state)
{
    (void)state;
    struct places places = {.at = PLACE_SETTINGS};

    press(&places, CHOOSE(1), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.name, "theme");
    assert_string_equal(change.value, "dark");

    press(&places, CHOOSE(2), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.value, "100");
    options.text_percent = 110;
    press(&places, CHOOSE(2), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.value, "125");

    // Without anything that vibrates or speaks, motion comes after sounds.
    press(&places, CHOOSE(5), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.name, "still");
    assert_string_equal(change.value, "yes");

    facts.can_vibrate = true;
    press(&places, CHOOSE(5), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.name, "no-vibration");
}

static const char *value_of(size_t index)
{
    static struct view view;
    struct places places = {.at = PLACE_SETTINGS};
    struct wall_clock clock = wall_clock_here();
    places_view(&places, &facts, &clock, &view);
    return view.items[index].value;
}

static void the_theme_becomes(const char *value)
{
    struct fault fault = {0};
    struct places places = {.at = PLACE_SETTINGS};
    press(&places, CHOOSE(1), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.value, value);
    assert_true(options_set(&options, change.name, change.value, &fault));
}

static void the_desktop_is_a_theme_where_it_says_something(void **state)
{
    (void)state;
    options.theme = THEME_CHOICE_SYSTEM;
    assert_string_equal(value_of(1), "Light");
    the_theme_becomes("dark");
    the_theme_becomes("contrast");
    the_theme_becomes("light");

    facts.desktop = COLOUR_SCHEME_DARK;
    the_theme_becomes("dark");
    the_theme_becomes("contrast");
    the_theme_becomes("system");
    assert_string_equal(value_of(1), "As the system: dark");
    facts.desktop = COLOUR_SCHEME_LIGHT;
    assert_string_equal(value_of(1), "As the system: light");
    the_theme_becomes("light");
}

static void every_setting_is_one_of_the_configuration(void **state)
{
    (void)state;
    facts.can_vibrate = facts.can_speak = true;
    static struct view view;
    struct places places = {.at = PLACE_SETTINGS};
    struct wall_clock clock = wall_clock_here();
    places_view(&places, &facts, &clock, &view);
    assert_int_equal(view.item_count, 10); // camera and PIN have places of their own

    for (size_t i = 0; i + 1 < view.item_count; i++) {
        struct fault fault = {0};
        if (places_setting(&facts, i) == SETTING_CAMERA)
            continue;
        press(&places, CHOOSE(i), PLACE_SETTINGS, PLACES_DO_SET);
        if (!options_set(&options, change.name, change.value, &fault))
            fail_msg("%s", fault.detail);
    }
    assert_true(options.mute && options.no_vibration && options.speak && options.still);
}

static void notifications_become(const char *words, const char *value)
{
    struct fault fault = {0};
    struct places places = {.at = PLACE_SETTINGS};
    assert_string_equal(value_of(6), words);
    press(&places, CHOOSE(6), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.name, "notifications");
    assert_string_equal(change.value, value);
    assert_true(options_set(&options, change.name, change.value, &fault));
}

static void notifications_are_chosen_but_not_on_a_kiosk(void **state)
{
    (void)state;
    options.notifications = NOTIFICATIONS_CHOICE_YES;
    notifications_become("On, without names", "names");
    notifications_become("On, with portal and account", "no");
    notifications_become("Off", "yes");
    assert_int_equal(options.notifications, NOTIFICATIONS_CHOICE_YES);

    options.loop = true;
    for (size_t i = 0; i < SETTINGS; i++)
        assert_int_not_equal(places_setting(&facts, i), SETTING_NOTIFICATIONS);
}

static void two_cameras(void)
{
    facts.cameras = (struct camera_offers){
        .known = true,
        .count = 2,
        .offer = {{.source = "camera:usb-1",
                   .id = "usb-1",
                   .also = {"/dev/video0"},
                   .name = "Integrated Camera",
                   .facing = CAMERA_FACING_FRONT,
                   .used = true},
                  {.source = "pipewire:back", .id = "back", .name = "imx258"}}};
}

static const struct view *cameras_shown(void)
{
    static struct view view;
    struct places places = {.at = PLACE_CAMERAS};
    struct wall_clock clock = wall_clock_here();
    places_view(&places, &facts, &clock, &view);
    return &view;
}

static void choose_camera(size_t index, const char *value)
{
    struct fault fault = {0};
    struct places places = {.at = PLACE_SETTINGS};
    press(&places, CHOOSE(3), PLACE_CAMERAS, PLACES_DO_LOOK);
    press(&places, CHOOSE(index), PLACE_SETTINGS, PLACES_DO_SET);
    assert_string_equal(change.name, "source");
    assert_string_equal(change.value, value);
    assert_true(options_set(&options, change.name, change.value, &fault));
}

static void a_camera_is_chosen_by_its_name(void **state)
{
    (void)state;
    strcpy(facts.used_camera, "Integrated Camera");
    assert_string_equal(value_of(3), "Automatic: Integrated Camera");
    two_cameras();
    const struct view *view = cameras_shown();
    assert_int_equal(view->item_count, 3);
    assert_int_equal(view->items[0].sign, VIEW_SIGN_DONE);
    assert_string_equal(view->items[0].value, "Now: Integrated Camera");
    assert_string_equal(view->items[1].value, "Front: towards you");

    choose_camera(2, "pipewire:back");
    assert_string_equal(value_of(3), "imx258");
    assert_int_equal(cameras_shown()->items[2].sign, VIEW_SIGN_DONE);
    choose_camera(1, "camera:usb-1");
    assert_string_equal(value_of(3), "Integrated Camera");
    choose_camera(0, "camera");
    assert_string_equal(value_of(3), "Automatic: Integrated Camera");

    struct places places = {.at = PLACE_CAMERAS};
    press(&places, CHOOSE(3), PLACE_CAMERAS, PLACES_DO_NOTHING);
    press(&places, PLAIN(ACTION_BACK), PLACE_SETTINGS, PLACES_DO_LOOK);
}

static void every_name_of_a_camera_is_known(void **state)
{
    (void)state;
    two_cameras();
    static const char *const names[] = {"camera:usb-1", "camera:front", "camera:/dev/video0"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        options.source = names[i];
        assert_string_equal(value_of(3), "Integrated Camera");
        assert_false(places_camera_is_gone(&facts));
    }
}

static void a_camera_that_has_gone_stays_chosen(void **state)
{
    (void)state;
    two_cameras();
    options.source = "camera:usb-3";
    assert_string_equal(value_of(3), "usb-3\nNot connected");
    const struct view *view = cameras_shown();
    assert_int_equal(view->item_count, 4);
    assert_int_equal(view->items[1].sign, VIEW_SIGN_LOOK);
    assert_false(view->items[1].can_press);
    assert_string_equal(view->items[1].label, "usb-3");
    assert_int_equal(view->items[0].sign, VIEW_SIGN_CAMERA);

    struct places places = {.at = PLACE_CAMERAS};
    press(&places, CHOOSE(1), PLACE_CAMERAS, PLACES_DO_NOTHING);
    choose_camera(2, "camera:usb-1");
}

static void a_recording_has_no_camera(void **state)
{
    (void)state;
    options.source = "replay:film.y4m";
    for (size_t i = 0; places_setting(&facts, i) != SETTINGS; i++)
        assert_int_not_equal(places_setting(&facts, i), SETTING_CAMERA);
}

static void a_pin_is_chosen_twice(void **state)
{
    (void)state;
    struct places places = {.at = PLACE_SETTINGS};

    press(&places, CHOOSE(7), PLACE_PIN_NEW, PLACES_DO_LOOK);
    press(&places, PLAIN(ACTION_SUBMIT), PLACE_PIN_NEW, PLACES_DO_PIN);

    places_pin(&places, false);
    assert_int_equal(places.at, PLACE_PIN_NEW);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_PIN_AGAIN);
    places_pin(&places, false);
    assert_int_equal(places.at, PLACE_PIN_NEW);
    places_pin(&places, true);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_PIN_WORKING);

    press(&places, PLAIN(ACTION_BACK), PLACE_PIN_WORKING, PLACES_DO_LOOK);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_PIN_DONE);
    press(&places, PLAIN(ACTION_BACK), PLACE_SETTINGS, PLACES_DO_LOOK);
}

static void the_old_pin_comes_first(void **state)
{
    (void)state;
    facts.has_pin = true;
    struct places places = {.at = PLACE_SETTINGS};
    press(&places, CHOOSE(7), PLACE_PIN, PLACES_DO_LOOK);
    press(&places, CHOOSE(0), PLACE_PIN_OLD, PLACES_DO_LOOK);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_PIN_NEW);

    places.at = PLACE_PIN;
    press(&places, CHOOSE(1), PLACE_PIN_OLD, PLACES_DO_LOOK);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_PIN_WORKING);
    places_pin(&places, false); // it was wrong
    assert_int_equal(places.at, PLACE_SETTINGS);

    places.at = PLACE_REMOVE;
    press(&places, PLAIN(ACTION_YES), PLACE_REMOVE_PIN, PLACES_DO_LOOK);
    press(&places, PLAIN(ACTION_SUBMIT), PLACE_REMOVE_PIN, PLACES_DO_PIN);
    places_pin(&places, true);
    assert_int_equal(places.at, PLACE_REMOVING);
    places_removed(&places, false, false);
    assert_int_equal(places.at, PLACE_PORTAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_pin_is_chosen_twice, begin),
        cmocka_unit_test_setup(the_old_pin_comes_first, begin),
        cmocka_unit_test_setup(a_pairing_is_removed_only_after_the_question, begin),
        cmocka_unit_test_setup(what_is_not_in_the_list_chooses_nothing, begin),
        cmocka_unit_test_setup(the_way_back_ends_in_the_flow, begin),
        cmocka_unit_test_setup(presses_of_the_flow_are_left_to_it, begin),
        cmocka_unit_test_setup(settings_go_round, begin),
        cmocka_unit_test_setup(a_camera_is_chosen_by_its_name, begin),
        cmocka_unit_test_setup(every_name_of_a_camera_is_known, begin),
        cmocka_unit_test_setup(a_camera_that_has_gone_stays_chosen, begin),
        cmocka_unit_test_setup(a_recording_has_no_camera, begin),
        cmocka_unit_test_setup(the_desktop_is_a_theme_where_it_says_something, begin),
        cmocka_unit_test_setup(every_setting_is_one_of_the_configuration, begin),
        cmocka_unit_test_setup(notifications_are_chosen_but_not_on_a_kiosk, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
