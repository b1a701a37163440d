// SPDX-License-Identifier: MIT
#include "scanner/bus/session_bus.h"

#include <dbus/dbus.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ADDRESS_BYTES    1024
#define SLICE_MS         20           // while libdbus does not say what it waits for
#define STEPS_A_WAKE     4            // of a handshake: what was read may have to be answered
#define MESSAGE_SIZE_MAX (256L << 10) // a portal's are much smaller

int64_t session_bus_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// libdbus would start a bus of its own if there is none.
static bool find_address(char out[static ADDRESS_BYTES])
{
    static const char prefix[] = "unix:path=";
    const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
    const char *folder = getenv("XDG_RUNTIME_DIR");
    int size = -1;
    if (address)
        size = snprintf(out, ADDRESS_BYTES, "%s", address);
    else if (folder)
        size = snprintf(out, ADDRESS_BYTES, "%s%s/bus", prefix, folder);
    if (size <= 0 || size >= ADDRESS_BYTES)
        return false;
    return address || access(out + sizeof(prefix) - 1, F_OK) == 0;
}

void session_bus_hang_up(struct session_bus *bus)
{
    if (bus->connection) {
        dbus_connection_close(bus->connection);
        dbus_connection_unref(bus->connection);
    }
    bus->connection = NULL;
}

// The first message on a bus, by which a connection gets its name.
static enum session_bus_step say_hello(struct session_bus *bus, int wake, int64_t until_ms)
{
    const char *name;
    DBusMessage *reply;
    DBusMessage *hello = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS,
                                                      DBUS_INTERFACE_DBUS, "Hello");
    enum session_bus_step step = session_bus_call(bus, hello, wake, until_ms, &reply);
    if (step != SESSION_BUS_ON)
        return step;

    bool named = session_bus_is_answer(reply) &&
                 dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
    if (named && !dbus_bus_set_unique_name(bus->connection, name))
        step = SESSION_BUS_SHORT;
    dbus_message_unref(reply);
    return named ? step : SESSION_BUS_LOST;
}

enum session_bus_step session_bus_dial(struct session_bus *bus, int wake, int64_t until_ms)
{
    char address[ADDRESS_BYTES];
    if (bus->connection && dbus_connection_get_is_connected(bus->connection))
        return SESSION_BUS_ON;
    session_bus_hang_up(bus);
    if (!find_address(address))
        return SESSION_BUS_NONE;

    bus->connection = dbus_connection_open_private(address, NULL);
    if (!bus->connection)
        return SESSION_BUS_LOST;
    dbus_connection_set_max_message_size(bus->connection, MESSAGE_SIZE_MAX);
    enum session_bus_step step = say_hello(bus, wake, until_ms);
    if (step != SESSION_BUS_ON)
        session_bus_hang_up(bus);
    return step;
}

void session_bus_listen(struct session_bus *bus, const char *rule)
{
    dbus_bus_add_match(bus->connection, rule, NULL);
}

enum session_bus_step session_bus_await(struct session_bus *bus, int wake, int64_t until_ms)
{
    DBusConnection *connection = bus->connection;
    struct pollfd fds[2] = {{.fd = wake, .events = POLLIN}, {.events = POLLIN}};
    int64_t left = until_ms - session_bus_now_ms();
    if (!dbus_connection_get_is_connected(connection) ||
        !dbus_connection_get_unix_fd(connection, &fds[1].fd))
        return SESSION_BUS_LOST;
    if (left <= 0)
        return SESSION_BUS_LATE;

    bool known = dbus_connection_get_is_authenticated(connection);
    if (!known && left > SLICE_MS)
        left = SLICE_MS;
    if (known && dbus_connection_has_messages_to_send(connection))
        fds[1].events |= POLLOUT;

    // A wait that a signal ends is one that was short.
    poll(fds, 2, left < INT_MAX ? (int)left : INT_MAX);
    for (int i = 0; i < (known ? 1 : STEPS_A_WAKE); i++)
        dbus_connection_read_write(connection, 0);
    return fds[0].revents ? SESSION_BUS_WOKEN : SESSION_BUS_ON;
}

static void hand_over(struct session_bus *bus, DBusMessage *message)
{
    if (bus->take)
        bus->take(bus->userdata, message);
    dbus_message_unref(message);
}

void session_bus_take_all(struct session_bus *bus)
{
    DBusMessage *message;
    while ((message = dbus_connection_pop_message(bus->connection)))
        hand_over(bus, message);
}

bool session_bus_send(struct session_bus *bus, struct DBusMessage *message, uint32_t *serial)
{
    dbus_uint32_t number = 0;
    bool sent = message && dbus_connection_send(bus->connection, message, &number);
    if (message)
        dbus_message_unref(message);
    if (sent)
        *serial = number;
    return sent;
}

enum session_bus_step session_bus_answer(struct session_bus *bus, uint32_t serial, int wake,
                                         int64_t until_ms, struct DBusMessage **reply)
{
    for (;;) {
        DBusMessage *came = dbus_connection_pop_message(bus->connection);
        if (came && dbus_message_get_reply_serial(came) == serial) {
            *reply = came;
            return SESSION_BUS_ON;
        }
        if (came) {
            hand_over(bus, came);
            continue;
        }
        enum session_bus_step step = session_bus_await(bus, wake, until_ms);
        if (step != SESSION_BUS_ON)
            return step;
    }
}

enum session_bus_step session_bus_call(struct session_bus *bus, struct DBusMessage *message,
                                       int wake, int64_t until_ms, struct DBusMessage **reply)
{
    uint32_t serial;
    return session_bus_send(bus, message, &serial)
               ? session_bus_answer(bus, serial, wake, until_ms, reply)
               : SESSION_BUS_SHORT;
}

bool session_bus_is_answer(struct DBusMessage *reply)
{
    return dbus_message_get_type(reply) == DBUS_MESSAGE_TYPE_METHOD_RETURN;
}
