// SPDX-License-Identifier: MIT

// The back end of xdg-desktop-portal that a desktop would be: asked whether a program may use
// the camera, it answers what it reads from standard input, "allow" or "deny", a line each. It
// ends with standard input.

#include <dbus/dbus.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME      "org.freedesktop.impl.portal.desktop.test"
#define INTERFACE "org.freedesktop.impl.portal.Access"

struct back_end {
    DBusConnection *bus;
    DBusMessage *question; // NULL: none stands
};

static void answer(struct back_end *back_end, dbus_uint32_t response)
{
    DBusMessageIter all, table;
    DBusMessage *reply = dbus_message_new_method_return(back_end->question);
    dbus_message_iter_init_append(reply, &all);
    dbus_message_iter_append_basic(&all, DBUS_TYPE_UINT32, &response);
    dbus_message_iter_open_container(&all, DBUS_TYPE_ARRAY, "{sv}", &table);
    dbus_message_iter_close_container(&all, &table);
    dbus_connection_send(back_end->bus, reply, NULL);
    dbus_connection_flush(back_end->bus);
    dbus_message_unref(reply);
    dbus_message_unref(back_end->question);
    back_end->question = NULL;
}

static DBusHandlerResult on_message(DBusConnection *bus, DBusMessage *message, void *userdata)
{
    struct back_end *back_end = userdata;
    (void)bus;
    if (!dbus_message_is_method_call(message, INTERFACE, "AccessDialog"))
        return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
    if (back_end->question)
        answer(back_end, 2);
    back_end->question = dbus_message_ref(message);
    return DBUS_HANDLER_RESULT_HANDLED;
}

// False at the end of standard input.
static bool obey(struct back_end *back_end)
{
    char line[32] = "";
    size_t n = 0;
    while (n + 1 < sizeof(line) && read(STDIN_FILENO, &line[n], 1) == 1 && line[n] != '\n')
        n++;
    line[n] = '\0';
    if (n > 0 && back_end->question)
        answer(back_end, strcmp(line, "allow") == 0 ? 0 : 1);
    return n > 0;
}

int main(void)
{
    struct back_end back_end = {.bus = dbus_bus_get(DBUS_BUS_SESSION, NULL)};
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
    if (!back_end.bus ||
        dbus_bus_request_name(back_end.bus, NAME, DBUS_NAME_FLAG_DO_NOT_QUEUE, NULL) !=
            DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER ||
        !dbus_connection_add_filter(back_end.bus, on_message, &back_end, NULL) ||
        !dbus_connection_get_unix_fd(back_end.bus, &fds[1].fd)) {
        fputs("pipewire_access: no session bus, or it has a back end\n", stderr);
        return 2;
    }

    for (;;) {
        while (dbus_connection_get_dispatch_status(back_end.bus) == DBUS_DISPATCH_DATA_REMAINS)
            dbus_connection_dispatch(back_end.bus);
        poll(fds, 2, -1);
        if (fds[0].revents && !obey(&back_end))
            return 0;
        dbus_connection_read_write(back_end.bus, 0);
    }
}
