// SPDX-License-Identifier: MIT
#include "ui/window/activation_call.h"

#include <dbus/dbus.h>
#include <string.h>

#include "scanner/bus/session_bus.h"

static bool is_code(const char *text)
{
    size_t size = strnlen(text, ACTIVATION_CODE_MAX + 1);
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x21 || text[i] > 0x7e)
            return false;
    }
    return size > 0 && size <= ACTIVATION_CODE_MAX;
}

// Open(uris, platform data): one address is one code, and which of several is meant is not for
// the program to guess.
static bool read_open(DBusMessageIter *at, struct activation_call *call)
{
    DBusMessageIter within;
    const char *code;
    if (dbus_message_iter_get_arg_type(at) != DBUS_TYPE_ARRAY ||
        dbus_message_iter_get_element_type(at) != DBUS_TYPE_STRING ||
        dbus_message_iter_get_element_count(at) != 1)
        return false;

    dbus_message_iter_recurse(at, &within);
    dbus_message_iter_get_basic(&within, &code);
    if (!is_code(code))
        return false;
    call->kind = ACTIVATION_OPEN;
    strcpy(call->code, code);
    return true;
}

// ActivateAction(name, parameter, platform data)
static bool read_action(DBusMessageIter *at, struct activation_call *call)
{
    const char *name;
    if (dbus_message_iter_get_arg_type(at) != DBUS_TYPE_STRING)
        return false;
    dbus_message_iter_get_basic(at, &name);
    if (strcmp(name, "pair") != 0)
        return false;
    call->kind = ACTIVATION_PAIR;
    return true;
}

const char *activation_call_read(DBusMessage *message, struct activation_call *out)
{
    const char *member = dbus_message_get_member(message);
    if (!dbus_message_has_path(message, ACTIVATION_OBJECT) ||
        !dbus_message_has_interface(message, ACTIVATION_INTERFACE) || !member)
        return DBUS_ERROR_UNKNOWN_METHOD;

    DBusMessageIter at;
    struct activation_call call = {ACTIVATION_RAISE, ""};
    bool any = dbus_message_iter_init(message, &at), taken = true;
    if (strcmp(member, "Open") == 0)
        taken = any && read_open(&at, &call);
    else if (strcmp(member, "ActivateAction") == 0)
        taken = any && read_action(&at, &call);
    else if (strcmp(member, "Activate") != 0)
        return DBUS_ERROR_UNKNOWN_METHOD;

    if (!taken)
        return DBUS_ERROR_INVALID_ARGS;
    *out = call;
    return NULL;
}

bool activation_call_is_ours(DBusMessage *reply)
{
    dbus_uint32_t got = 0;
    return session_bus_is_answer(reply) &&
           dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &got, DBUS_TYPE_INVALID) &&
           got == DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER;
}
