// SPDX-License-Identifier: MIT

// What shows notices on a desktop, as far as they are told. It says "ready", then a line for
// each call, and obeys a line each; it ends with standard input:
//   shows N in place of M: SUMMARY / BODY        of Notify, which it numbers from 1
//   closes N                                     of CloseNotification
//   wrong: ...                                   of a call that is not as it must be
//   press N WHAT    tells the program that the action WHAT of notice N was chosen
//   answer          answers the call that came last
// With the word "silent" it answers nothing by itself, with "slow" only after a while.

#include <dbus/dbus.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME   "org.freedesktop.Notifications"
#define OBJECT "/org/freedesktop/Notifications"

#define SLOW_US 50000 // a program that is about to end still waits for that

struct server {
    DBusConnection *bus;
    bool silent, slow;
    dbus_uint32_t number;
    DBusMessage *held; // the answer that "silent" has not given
};

static void send_and_flush(DBusConnection *bus, DBusMessage *message)
{
    dbus_connection_send(bus, message, NULL);
    dbus_connection_flush(bus);
    dbus_message_unref(message);
}

// The text of a hint; "" where it is none.
static const char *hint_of(DBusMessageIter hints, const char *name)
{
    for (; dbus_message_iter_get_arg_type(&hints) == DBUS_TYPE_DICT_ENTRY;
         dbus_message_iter_next(&hints)) {
        DBusMessageIter entry, value;
        const char *key, *text = "";
        dbus_message_iter_recurse(&hints, &entry);
        dbus_message_iter_get_basic(&entry, &key);
        dbus_message_iter_next(&entry);
        dbus_message_iter_recurse(&entry, &value);
        if (strcmp(key, name) != 0)
            continue;
        if (dbus_message_iter_get_arg_type(&value) == DBUS_TYPE_STRING)
            dbus_message_iter_get_basic(&value, &text);
        return text;
    }
    return "";
}

static void take_notice(struct server *server, DBusMessage *message)
{
    DBusMessageIter at, actions, hints;
    dbus_uint32_t replaces = 0;
    const char *texts[4] = {"", "", "", ""}, *action = "";
    if (!dbus_message_has_signature(message, "susssasa{sv}i")) {
        printf("wrong: signature %s\n", dbus_message_get_signature(message));
        return;
    }

    dbus_message_iter_init(message, &at);
    for (int i = 0; i < 5; i++, dbus_message_iter_next(&at)) {
        if (i == 1)
            dbus_message_iter_get_basic(&at, &replaces);
        else
            dbus_message_iter_get_basic(&at, &texts[i == 0 ? 0 : i - 1]);
    }

    dbus_message_iter_recurse(&at, &actions);
    if (dbus_message_iter_get_arg_type(&actions) == DBUS_TYPE_STRING)
        dbus_message_iter_get_basic(&actions, &action);
    dbus_message_iter_next(&at);
    dbus_message_iter_recurse(&at, &hints);
    if (strcmp(texts[1], "qrconfirm") != 0 || strcmp(action, "default") != 0 ||
        strcmp(hint_of(hints, "desktop-entry"), "example.qrconfirm.qrconfirm") != 0)
        printf("wrong: icon %s, action %s, desktop entry %s\n", texts[1], action,
               hint_of(hints, "desktop-entry"));

    server->number = replaces ? replaces : server->number + 1;
    printf("shows %u in place of %u: %s / %s\n", server->number, replaces, texts[2], texts[3]);
}

static DBusHandlerResult on_message(DBusConnection *bus, DBusMessage *message, void *userdata)
{
    struct server *server = userdata;
    DBusMessage *reply = dbus_message_new_method_return(message);
    dbus_uint32_t number = 0;

    if (dbus_message_is_method_call(message, NAME, "Notify")) {
        take_notice(server, message);
        dbus_message_append_args(reply, DBUS_TYPE_UINT32, &server->number, DBUS_TYPE_INVALID);
    } else if (dbus_message_is_method_call(message, NAME, "CloseNotification")) {
        dbus_message_get_args(message, NULL, DBUS_TYPE_UINT32, &number, DBUS_TYPE_INVALID);
        printf("closes %u\n", number);
    } else {
        dbus_message_unref(reply);
        return DBUS_HANDLER_RESULT_NOT_YET_HANDLED;
    }

    fflush(stdout);
    if (server->slow)
        usleep(SLOW_US);
    if (!server->silent) {
        send_and_flush(bus, reply);
        return DBUS_HANDLER_RESULT_HANDLED;
    }
    if (server->held)
        dbus_message_unref(server->held);
    server->held = reply;
    return DBUS_HANDLER_RESULT_HANDLED;
}

// False at the end of standard input.
static bool obey(struct server *server)
{
    char line[64] = "", word[32] = "";
    const char *action = word;
    dbus_uint32_t number;
    size_t n = 0;
    while (n + 1 < sizeof(line) && read(STDIN_FILENO, &line[n], 1) == 1 && line[n] != '\n')
        n++;
    line[n] = '\0';

    if (sscanf(line, "press %u %31s", &number, word) == 2) {
        DBusMessage *signal = dbus_message_new_signal(OBJECT, NAME, "ActionInvoked");
        dbus_message_append_args(signal, DBUS_TYPE_UINT32, &number, DBUS_TYPE_STRING, &action,
                                 DBUS_TYPE_INVALID);
        send_and_flush(server->bus, signal);
    } else if (strcmp(line, "answer") == 0 && server->held) {
        send_and_flush(server->bus, server->held);
        server->held = NULL;
    }
    return n > 0;
}

int main(int argc, char **argv)
{
    struct server server = {.bus = dbus_bus_get(DBUS_BUS_SESSION, NULL),
                            .silent = argc > 1 && strcmp(argv[1], "silent") == 0,
                            .slow = argc > 1 && strcmp(argv[1], "slow") == 0};
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
    if (!server.bus || !dbus_connection_add_filter(server.bus, on_message, &server, NULL) ||
        dbus_bus_request_name(server.bus, NAME, DBUS_NAME_FLAG_DO_NOT_QUEUE, NULL) !=
            DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER ||
        !dbus_connection_get_unix_fd(server.bus, &fds[1].fd)) {
        fputs("notification_server: no session bus, or it has one\n", stderr);
        return 2;
    }

    puts("ready");
    fflush(stdout);
    for (;;) {
        while (dbus_connection_get_dispatch_status(server.bus) == DBUS_DISPATCH_DATA_REMAINS)
            dbus_connection_dispatch(server.bus);
        poll(fds, 2, -1);
        if (fds[0].revents && !obey(&server))
            return 0;
        dbus_connection_read_write(server.bus, 0);
    }
}
