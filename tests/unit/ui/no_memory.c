// SPDX-License-Identifier: MIT
// What the faces are made of, where memory is short: each call for it fails once. What cannot
// be had says so, keeps nothing, and is had the next time.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/failing_files.h"
#include "tests/unit/failing_memory.h"
#include "ui/app/inbox.h"
#include "ui/app/pin_task.h"
#include "ui/drawing/compose.h"
#include "ui/settings/provision_file.h"
#include "ui/text/code_text.h"
#include "ui/window/activation.h"
#include "ui/window/camera_task.h"
#include "ui/window/colour_watch.h"
#include "ui/window/feedback.h"
#include "ui/window/notifier.h"

// Makes something and puts it away; false with a fault, or without one where it has none.
typedef bool making(struct fault *fault);

static bool make_inbox(struct fault *fault)
{
    struct inbox inbox;
    struct message message = {.kind = MESSAGE_FLOW}, out;
    if (!inbox_init(&inbox, fault))
        return false;
    assert_true(inbox_push(&inbox, &message));
    assert_true(inbox_take(&inbox, &out));
    inbox_destroy(&inbox);
    return true;
}

static bool make_pin(struct fault *fault)
{
    struct pin_task task = {0};
    bool kept = pin_task_old(&task, span_str("123456"), fault) &&
                pin_task_new(&task, span_str("654321"), fault);
    assert_int_equal(pin_task_is_same(&task, span_str("654321")), kept);
    pin_task_end(&task);
    return kept;
}

// In a set that has to be converted.
static bool make_text(struct fault *fault)
{
    static struct qr_code code = {.payload = "\x93\xfa\x96\x7b", .size = 4, .runs = 1};
    struct code_text text;
    code.run[0] = (struct qr_run){4, 20};
    if (!code_text_init(&text, &code))
        return fault_set(fault, FAILURE_MEMORY, "a text");
    assert_true(span_equal(text.text, span_str("日本")));
    code_text_destroy(&text);
    return true;
}

static bool make_picture(struct fault *fault)
{
    enum { SIDE = 16 };
    static uint8_t luma[SIDE * SIDE];
    static uint32_t out[SIDE * SIDE];
    struct pixels pixels = {PIXEL_GREY, SIDE, SIDE, SIDE, span_of(luma, sizeof(luma))};
    struct compose_picture picture;
    struct canvas canvas;
    struct compose compose;
    assert_true(compose_picture_of(&pixels, &picture));
    if (!canvas_init(&canvas, SIDE, SIDE))
        return fault_set(fault, FAILURE_MEMORY, "a canvas");

    compose_init(&compose);
    bool drawn = compose_draw(&compose, &picture, &canvas, out, SIDE);
    if (!drawn)
        fault_set(fault, FAILURE_MEMORY, "a picture");
    compose_destroy(&compose);
    canvas_destroy(&canvas);
    return drawn;
}

static bool make_provision(struct fault *fault)
{
    static const char text[] =
        "{\"version\": 1, \"portal\": \"https://portal.example.com\", \"account\": \"anna\","
        " \"settings\": {\"fullscreen\": true, \"place\": \"the hall\"}}";
    static struct provision_file file;
    struct fault why = {0};
    bool parsed = provision_file_parse(span_str(text), &file, &why);

    // It lacks its token, which is told where all of it was read.
    if (!parsed && why.failure != FAILURE_MEMORY)
        return true;
    *fault = why;
    return parsed;
}

static const struct {
    making *make;
    unsigned calls; // at least
} makings[] = {
    {make_inbox, 1}, {make_pin, 1}, {make_text, 1}, {make_picture, 11}, {make_provision, 20},
};

static void what_cannot_be_had_says_so(void **state)
{
    (void)state;
    failing_with(ENOMEM);
    for (size_t i = 0; i < sizeof(makings) / sizeof(makings[0]); i++) {
        unsigned calls = 0;
        for (unsigned call = 1; call <= calls + 1; call++) {
            struct fault fault = {0};
            failing_begin(call);
            bool made = makings[i].make(&fault);
            calls = failing_end();
            assert_int_equal(fault.failure, made ? FAILURE_NONE : FAILURE_MEMORY);
            assert_int_equal(made, call > calls);
            assert_true(makings[i].make(&fault));
        }
        assert_true(calls >= makings[i].calls);
    }
}

// ---- what has a thread of its own --------------------------------------------------------

static void nothing(void *userdata)
{
    (void)userdata;
}

static bool run_notifier(void)
{
    struct notifier *notifier = notifier_start(nothing, NULL);
    notifier_withdraw(notifier);
    notifier_stop(notifier);
    return notifier != NULL;
}

static bool run_activation(void)
{
    struct activation_call call;
    struct activation *activation = activation_start(nothing, NULL);
    activation_take(activation, &call);
    assert_int_equal(call.kind, ACTIVATION_NONE);
    activation_stop(activation);
    return activation != NULL;
}

static bool run_colours(void)
{
    struct colour_watch *watch = colour_watch_start(nothing, NULL);
    assert_int_equal(colour_watch_told(watch), COLOUR_SCHEME_UNTOLD);
    colour_watch_stop(watch);
    return watch != NULL;
}

static bool run_feedback(void)
{
    struct feedback *feedback = feedback_start();
    feedback_give(feedback, FEEDBACK_DONE, false, false);
    feedback_stop(feedback);
    return feedback != NULL;
}

static bool run_cameras(void)
{
    struct camera_task task = {.on_done = nothing};
    bool started = camera_task_start(&task);
    camera_task_end(&task);
    return started;
}

static void without_a_thread_the_faces_go_on(void **state)
{
    (void)state;
    static bool (*const runs[])(void) = {run_notifier, run_activation, run_colours,
                                         run_feedback, run_cameras};
    size_t descriptors = failing_descriptors();
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        unsigned calls = 0, refused = 0;
        for (unsigned call = 1; call <= calls + 1; call++) {
            failing_with(EMFILE);
            failing_begin(call);
            bool ran = runs[i]();
            calls = failing_end();
            refused += !ran;
            assert_true(ran || call <= calls);
            assert_true(runs[i]());
            assert_int_equal(failing_descriptors(), descriptors);
        }
        assert_true(refused >= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_had_says_so),
        cmocka_unit_test(without_a_thread_the_faces_go_on),
    };
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
