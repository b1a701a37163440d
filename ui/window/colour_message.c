// SPDX-License-Identifier: MIT
#include "ui/window/colour_message.h"

#include <dbus/dbus.h>
#include <stdio.h>
#include <string.h>

#include "scanner/bus/session_bus.h"

#define NESTED_MAX 3 // the old way to read wraps the value once more

// False where it is no number.
static bool read_scheme(DBusMessageIter *value, enum colour_scheme *out)
{
    static const enum colour_scheme schemes[] = {COLOUR_SCHEME_EITHER, COLOUR_SCHEME_DARK,
                                                 COLOUR_SCHEME_LIGHT};
    DBusMessageIter at = *value, within;
    for (int i = 0; dbus_message_iter_get_arg_type(&at) == DBUS_TYPE_VARIANT; i++) {
        if (i == NESTED_MAX)
            return false;
        dbus_message_iter_recurse(&at, &within);
        at = within;
    }
    if (dbus_message_iter_get_arg_type(&at) != DBUS_TYPE_UINT32)
        return false;

    dbus_uint32_t number;
    dbus_message_iter_get_basic(&at, &number);
    bool known = number < sizeof(schemes) / sizeof(schemes[0]);
    *out = known ? schemes[number] : COLOUR_SCHEME_EITHER;
    return true;
}

// Steps over a text if it is this one.
static bool skip_text(DBusMessageIter *at, const char *expected)
{
    const char *text;
    if (dbus_message_iter_get_arg_type(at) != DBUS_TYPE_STRING)
        return false;
    dbus_message_iter_get_basic(at, &text);
    return strcmp(text, expected) == 0 && dbus_message_iter_next(at);
}

static bool take_change(const struct colour_portal *portal, DBusMessage *message,
                        enum colour_scheme *out)
{
    DBusMessageIter at;
    return portal->owner[0] && dbus_message_has_sender(message, portal->owner) &&
           dbus_message_iter_init(message, &at) && skip_text(&at, COLOUR_APPEARANCE) &&
           skip_text(&at, COLOUR_KEY) && read_scheme(&at, out);
}

static void take_owner(struct colour_portal *portal, DBusMessage *message)
{
    const char *name, *before, *owner;
    if (!dbus_message_has_sender(message, DBUS_SERVICE_DBUS) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING,
                               &before, DBUS_TYPE_STRING, &owner, DBUS_TYPE_INVALID) ||
        strcmp(name, COLOUR_SERVICE) != 0 || strcmp(owner, portal->owner) == 0)
        return;
    snprintf(portal->owner, sizeof(portal->owner), "%s", owner);
    portal->is_new = owner[0] != '\0';
}

bool colour_message_take(struct colour_portal *portal, DBusMessage *message,
                         enum colour_scheme *out)
{
    if (dbus_message_is_signal(message, COLOUR_SETTINGS, "SettingChanged"))
        return take_change(portal, message, out);
    if (dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameOwnerChanged"))
        take_owner(portal, message);
    return false;
}

bool colour_message_answer(struct colour_portal *portal, DBusMessage *reply,
                           enum colour_scheme *out)
{
    DBusMessageIter at;
    const char *sender = dbus_message_get_sender(reply);
    snprintf(portal->owner, sizeof(portal->owner), "%s", sender ? sender : "");
    portal->is_new = false; // this is the one that was heard of meanwhile
    return session_bus_is_answer(reply) && dbus_message_iter_init(reply, &at) &&
           read_scheme(&at, out);
}
