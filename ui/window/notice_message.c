// SPDX-License-Identifier: MIT
#include "ui/window/notice_message.h"

#include <dbus/dbus.h>
#include <string.h>

#include "scanner/bus/session_bus.h"

bool notice_message_number(DBusMessage *answer, uint32_t *out)
{
    dbus_uint32_t number;
    if (!session_bus_is_answer(answer) ||
        !dbus_message_get_args(answer, NULL, DBUS_TYPE_UINT32, &number, DBUS_TYPE_INVALID))
        return false;
    *out = number;
    return true;
}

bool notice_message_is_press(DBusMessage *message, uint32_t shown)
{
    dbus_uint32_t number;
    const char *action;
    return shown != 0 && dbus_message_is_signal(message, NOTICE_SERVICE, "ActionInvoked") &&
           dbus_message_get_args(message, NULL, DBUS_TYPE_UINT32, &number, DBUS_TYPE_STRING,
                                 &action, DBUS_TYPE_INVALID) &&
           number == shown && strcmp(action, NOTICE_PRESSED) == 0;
}
