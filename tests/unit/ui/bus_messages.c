// SPDX-License-Identifier: MIT
// What the launcher and the desktop's notices say, message by message.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dbus/dbus.h>

#include "ui/window/activation_call.h"
#include "ui/window/notice_message.h"

static DBusMessage *call_of(const char *member)
{
    DBusMessage *message = dbus_message_new_method_call(ACTIVATION_NAME, ACTIVATION_OBJECT,
                                                        ACTIVATION_INTERFACE, member);
    assert_non_null(message);
    return message;
}

static void expect(DBusMessage *message, const char *error, enum activation_kind kind,
                   const char *code)
{
    struct activation_call call = {ACTIVATION_NONE, ""};
    const char *got = activation_call_read(message, &call);
    if (error)
        assert_string_equal(got, error);
    else
        assert_null(got);
    assert_int_equal(call.kind, kind);
    assert_string_equal(call.code, code);
    dbus_message_unref(message);
}

static DBusMessage *open_of(const char *const *uris, int count)
{
    DBusMessage *message = call_of("Open");
    assert_true(dbus_message_append_args(message, DBUS_TYPE_ARRAY, DBUS_TYPE_STRING, &uris,
                                         count, DBUS_TYPE_INVALID));
    return message;
}

static void one_code_is_handed_over(void **state)
{
    (void)state;
    const char *uris[] = {"qrl:one", "qrl:two"}, *space[] = {"qrl: x"}, *none[] = {""};
    char text[ACTIVATION_CODE_MAX + 2], *longest[] = {text};
    expect(open_of(uris, 1), NULL, ACTIVATION_OPEN, "qrl:one");
    expect(open_of(uris, 2), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(open_of(uris, 0), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(open_of(space, 1), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(open_of(none, 1), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");

    memset(text, 'x', sizeof(text));
    text[ACTIVATION_CODE_MAX + 1] = '\0';
    expect(open_of((const char *const *)longest, 1), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE,
           "");
    text[ACTIVATION_CODE_MAX] = '\0';
    expect(open_of((const char *const *)longest, 1), NULL, ACTIVATION_OPEN, text);
}

static void values_of_another_type_are_refused(void **state)
{
    (void)state;
    const dbus_uint32_t numbers[] = {1}, *list = numbers;
    DBusMessage *open = call_of("Open"), *action = call_of("ActivateAction");
    assert_true(dbus_message_append_args(open, DBUS_TYPE_ARRAY, DBUS_TYPE_UINT32, &list, 1,
                                         DBUS_TYPE_INVALID));
    assert_true(
        dbus_message_append_args(action, DBUS_TYPE_UINT32, &numbers[0], DBUS_TYPE_INVALID));
    expect(open, DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(action, DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(call_of("Open"), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
    expect(call_of("ActivateAction"), DBUS_ERROR_INVALID_ARGS, ACTIVATION_NONE, "");
}

static void other_calls_are_unknown(void **state)
{
    (void)state;
    DBusMessage *elsewhere = call_of("Activate"), *interface = call_of("Activate");
    assert_true(dbus_message_set_path(elsewhere, "/"));
    assert_true(dbus_message_set_interface(interface, "org.freedesktop.Other"));
    expect(call_of("Activate"), NULL, ACTIVATION_RAISE, "");
    expect(call_of("Quit"), DBUS_ERROR_UNKNOWN_METHOD, ACTIVATION_NONE, "");
    expect(elsewhere, DBUS_ERROR_UNKNOWN_METHOD, ACTIVATION_NONE, "");
    expect(interface, DBUS_ERROR_UNKNOWN_METHOD, ACTIVATION_NONE, "");
}

static bool pressed(dbus_uint32_t number, const char *action, uint32_t shown)
{
    DBusMessage *message = dbus_message_new_signal("/", NOTICE_SERVICE, "ActionInvoked");
    assert_non_null(message);
    assert_true(dbus_message_append_args(message, DBUS_TYPE_UINT32, &number, DBUS_TYPE_STRING,
                                         &action, DBUS_TYPE_INVALID));
    bool is = notice_message_is_press(message, shown);
    dbus_message_unref(message);
    return is;
}

static void only_a_notice_that_is_shown_can_be_pressed(void **state)
{
    (void)state;
    assert_true(pressed(7, "default", 7));
    assert_false(pressed(8, "default", 7));
    assert_false(pressed(7, "close", 7));
    assert_false(pressed(0, "default", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_code_is_handed_over),
        cmocka_unit_test(values_of_another_type_are_refused),
        cmocka_unit_test(other_calls_are_unknown),
        cmocka_unit_test(only_a_notice_that_is_shown_can_be_pressed),
    };
    return cmocka_run_group_tests_name("bus messages", tests, NULL, NULL);
}
