// SPDX-License-Identifier: MIT

// The settings portal of a desktop, as far as colours go. The first word says how it is asked:
// "one" by ReadOne, "old" by Read alone, "without" has no colours to tell; the second is the
// number it tells. It says "ready", obeys a line each, and ends with standard input:
//   set N     tells everybody of another number
//   text      tells of a word in place of a number
//   others    tells of other settings
//   forge N   another program tells whoever asked last, in the portal's words

#include <dbus/dbus.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME       "org.freedesktop.portal.Desktop"
#define OBJECT     "/org/freedesktop/portal/desktop"
#define SETTINGS   "org.freedesktop.portal.Settings"
#define APPEARANCE "org.freedesktop.appearance"
#define SCHEME     "color-scheme"

struct portal {
    DBusConnection *bus, *stranger;
    const char *way;
    dbus_uint32_t number;
    char asker[256];
};

static void put_number(DBusMessageIter *at, dbus_uint32_t number, bool twice)
{
    DBusMessageIter outer, inner;
    dbus_message_iter_open_container(at, DBUS_TYPE_VARIANT, twice ? "v" : "u", &outer);
    if (twice) {
        dbus_message_iter_open_container(&outer, DBUS_TYPE_VARIANT, "u", &inner);
        dbus_message_iter_append_basic(&inner, DBUS_TYPE_UINT32, &number);
        dbus_message_iter_close_container(&outer, &inner);
    } else {
        dbus_message_iter_append_basic(&outer, DBUS_TYPE_UINT32, &number);
    }
    dbus_message_iter_close_container(at, &outer);
}

static DBusMessage *change(const char *space, const char *key, DBusMessageIter *at)
{
    DBusMessage *signal = dbus_message_new_signal(OBJECT, SETTINGS, "SettingChanged");
    dbus_message_iter_init_append(signal, at);
    dbus_message_iter_append_basic(at, DBUS_TYPE_STRING, &space);
    dbus_message_iter_append_basic(at, DBUS_TYPE_STRING, &key);
    return signal;
}

static void send_and_flush(DBusConnection *bus, DBusMessage *message)
{
    dbus_connection_send(bus, message, NULL);
    dbus_connection_flush(bus);
    dbus_message_unref(message);
}

static void tell_number(struct portal *portal, const char *space, const char *key,
                        dbus_uint32_t number)
{
    DBusMessageIter at;
    DBusMessage *signal = change(space, key, &at);
    put_number(&at, number, false);
    send_and_flush(portal->bus, signal);
}

static void tell_text(struct portal *portal)
{
    DBusMessageIter at, within;
    const char *text = "light";
    DBusMessage *signal = change(APPEARANCE, SCHEME, &at);
    dbus_message_iter_open_container(&at, DBUS_TYPE_VARIANT, "s", &within);
    dbus_message_iter_append_basic(&within, DBUS_TYPE_STRING, &text);
    dbus_message_iter_close_container(&at, &within);
    send_and_flush(portal->bus, signal);
    send_and_flush(portal->bus,
                   dbus_message_new_signal(OBJECT, SETTINGS, "SettingChanged")); // of nothing
}

static void forge(struct portal *portal, dbus_uint32_t number)
{
    DBusMessageIter at;
    DBusMessage *signal = change(APPEARANCE, SCHEME, &at);
    put_number(&at, number, false);
    dbus_message_set_destination(signal, portal->asker);
    send_and_flush(portal->stranger, signal);
    dbus_bus_name_has_owner(portal->stranger, NAME, NULL); // the bus has passed it on by then
}

static DBusHandlerResult on_message(DBusConnection *bus, DBusMessage *message, void *userdata)
{
    struct portal *portal = userdata;
    bool one = dbus_message_is_method_call(message, SETTINGS, "ReadOne");
    bool old = strcmp(portal->way, "old") == 0;
    if ((!one && !dbus_message_is_method_call(message, SETTINGS, "Read")) || (one && old))
        return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;

    DBusMessage *reply;
    snprintf(portal->asker, sizeof(portal->asker), "%s", dbus_message_get_sender(message));
    if (strcmp(portal->way, "without") == 0) {
        reply = dbus_message_new_error(message, "org.freedesktop.portal.Error.NotFound", "");
    } else {
        DBusMessageIter at;
        reply = dbus_message_new_method_return(message);
        dbus_message_iter_init_append(reply, &at);
        put_number(&at, portal->number, !one);
    }
    send_and_flush(bus, reply);
    puts("asked");
    fflush(stdout);
    return DBUS_HANDLER_RESULT_HANDLED;
}

// False at the end of standard input.
static bool obey(struct portal *portal)
{
    char line[32] = "";
    size_t n = 0;
    while (n + 1 < sizeof(line) && read(STDIN_FILENO, &line[n], 1) == 1 && line[n] != '\n')
        n++;
    line[n] = '\0';

    if (strncmp(line, "set ", 4) == 0)
        tell_number(portal, APPEARANCE, SCHEME, (dbus_uint32_t)atoi(line + 4));
    else if (strncmp(line, "forge ", 6) == 0)
        forge(portal, (dbus_uint32_t)atoi(line + 6));
    else if (strcmp(line, "text") == 0)
        tell_text(portal);
    else if (strcmp(line, "others") == 0) {
        tell_number(portal, "org.example.colours", SCHEME, 2);
        tell_number(portal, APPEARANCE, "contrast", 2);
    }
    return n > 0;
}

int main(int argc, char **argv)
{
    struct portal portal = {.bus = dbus_bus_get(DBUS_BUS_SESSION, NULL),
                            .stranger = dbus_bus_get_private(DBUS_BUS_SESSION, NULL)};
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
    if (argc < 3 || !portal.bus || !portal.stranger ||
        !dbus_connection_add_filter(portal.bus, on_message, &portal, NULL) ||
        dbus_bus_request_name(portal.bus, NAME, DBUS_NAME_FLAG_DO_NOT_QUEUE, NULL) !=
            DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER ||
        !dbus_connection_get_unix_fd(portal.bus, &fds[1].fd)) {
        fputs("settings_portal: no session bus, or it has a portal\n", stderr);
        return 2;
    }

    portal.way = argv[1];
    portal.number = (dbus_uint32_t)atoi(argv[2]);
    puts("ready");
    fflush(stdout);
    for (;;) {
        while (dbus_connection_get_dispatch_status(portal.bus) == DBUS_DISPATCH_DATA_REMAINS)
            dbus_connection_dispatch(portal.bus);
        poll(fds, 2, -1);
        if (fds[0].revents && !obey(&portal))
            return 0;
        dbus_connection_read_write(portal.bus, 0);
    }
}
