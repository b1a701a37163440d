// SPDX-License-Identifier: MIT
// Which presses count as those of a device: every event of X11 that SDL would translate is
// handed to the filter that press_source has given to SDL, without a display.
#include "ui/window/press_source.h"

#include <SDL_syswm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW       1234UL
#define KEY_CODE  36u
#define ITS_EVENT 77u

static struct press_source source;

static SDL_EventFilter filter(void)
{
    SDL_EventFilter judge = NULL;
    void *userdata = NULL;
    assert_true(SDL_GetEventFilter(&judge, &userdata));
    assert_ptr_equal(userdata, &source);
    return judge;
}

static int begin(void **state)
{
    (void)state;
    press_source_begin(&source);
    source.event = ITS_EVENT;
    source.refuses = true;
    return 0;
}

static int end(void **state)
{
    (void)state;
    press_source_end(&source);
    return 0;
}

static void device_does(bool is_key, bool is_device, unsigned detail, unsigned long time)
{
    source.raw[source.next++ % PRESS_SOURCE_RAW] =
        (struct press_raw){is_key, is_device, detail, time};
}

static void x11_says(XEvent event)
{
    SDL_SysWMmsg message = {.subsystem = SDL_SYSWM_X11};
    SDL_Event told = {.syswm = {.type = SDL_SYSWMEVENT, .msg = &message}};
    message.msg.x11.event = event;
    assert_int_equal(filter()(&source, &told), 0); // the window hears nothing of it
}

static void key_comes(unsigned code, unsigned long time, bool sent)
{
    x11_says((XEvent){
        .xkey = {.type = KeyPress, .keycode = code, .time = time, .send_event = sent}});
}

static void button_comes(unsigned button, unsigned long time, bool sent)
{
    x11_says((XEvent){
        .xbutton = {.type = ButtonPress, .button = button, .time = time, .send_event = sent}});
}

// Whether the window hears of the press, or only that there was one.
static bool is_heard(SDL_Event event)
{
    Uint32 type = event.type;
    assert_int_equal(filter()(&source, &event), 1);
    assert_true(event.type == type || event.type == ITS_EVENT);
    return event.type == type;
}

static bool key_is_heard(void)
{
    return is_heard((SDL_Event){.key = {.type = SDL_KEYDOWN}});
}

static bool button_is_heard(void)
{
    return is_heard((SDL_Event){.button = {.type = SDL_MOUSEBUTTONDOWN, .which = 0}});
}

static void a_key_of_a_device_counts(void **state)
{
    (void)state;
    device_does(true, true, KEY_CODE, NOW);
    key_comes(KEY_CODE, NOW, false);
    assert_true(key_is_heard());
}

static void a_key_is_known_by_code_and_time(void **state)
{
    (void)state;
    device_does(true, true, KEY_CODE, NOW);
    key_comes(KEY_CODE + 1, NOW, false);
    assert_false(key_is_heard());
    key_comes(KEY_CODE, NOW + 1, false);
    assert_false(key_is_heard());
    button_comes(KEY_CODE, NOW, false);
    assert_false(button_is_heard());
}

// A mouse for the left hand: the event has the number that the person gave the button.
static void a_button_counts_whatever_its_number(void **state)
{
    (void)state;
    static const unsigned pressed[] = {1, 3, 2}, mapped[] = {3, 1, 2};
    for (size_t i = 0; i < sizeof(pressed) / sizeof(pressed[0]); i++) {
        device_does(false, true, pressed[i], NOW + i);
        button_comes(mapped[i], NOW + i, false);
        assert_true(button_is_heard());
    }
}

static void a_copy_of_a_press_counts_no_second_time(void **state)
{
    (void)state;
    device_does(false, true, 1, NOW);
    button_comes(1, NOW, false);
    assert_true(button_is_heard());
    button_comes(1, NOW, false);
    assert_false(button_is_heard());
}

static void what_a_program_sent_or_had_pressed_does_not_count(void **state)
{
    (void)state;
    device_does(true, true, KEY_CODE, NOW);
    key_comes(KEY_CODE, NOW, true); // XSendEvent
    assert_false(key_is_heard());

    device_does(false, false, 1, NOW); // XTEST
    button_comes(1, NOW, false);
    assert_false(button_is_heard());

    device_does(false, true, 1, NOW); // a device at the very time: it may be the program's
    button_comes(1, NOW, false);
    assert_false(button_is_heard());
}

static void more_presses_than_there_is_room_for_forget_the_first(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= PRESS_SOURCE_RAW; i++)
        device_does(true, true, KEY_CODE, NOW + i);
    key_comes(KEY_CODE, NOW, false);
    assert_false(key_is_heard());
    key_comes(KEY_CODE, NOW + PRESS_SOURCE_RAW, false);
    assert_true(key_is_heard());
}

static void what_is_no_press_passes(void **state)
{
    (void)state;
    assert_true(is_heard((SDL_Event){.key = {.type = SDL_KEYUP}}));
    assert_true(is_heard((SDL_Event){.key = {.type = SDL_KEYDOWN, .repeat = 1}}));
    assert_true(is_heard(
        (SDL_Event){.button = {.type = SDL_MOUSEBUTTONDOWN, .which = SDL_TOUCH_MOUSEID}}));
    assert_true(is_heard((SDL_Event){.tfinger = {.type = SDL_FINGERDOWN}}));
    assert_false(key_is_heard());
}

static void nothing_is_refused_where_it_was_not_asked_for(void **state)
{
    (void)state;
    source.refuses = false;
    assert_true(key_is_heard());
    assert_true(button_is_heard());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_of_a_device_counts, begin, end),
        cmocka_unit_test_setup_teardown(a_key_is_known_by_code_and_time, begin, end),
        cmocka_unit_test_setup_teardown(a_button_counts_whatever_its_number, begin, end),
        cmocka_unit_test_setup_teardown(a_copy_of_a_press_counts_no_second_time, begin, end),
        cmocka_unit_test_setup_teardown(what_a_program_sent_or_had_pressed_does_not_count,
                                        begin, end),
        cmocka_unit_test_setup_teardown(more_presses_than_there_is_room_for_forget_the_first,
                                        begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_press_passes, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_refused_where_it_was_not_asked_for, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
