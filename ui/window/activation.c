// SPDX-License-Identifier: MIT
#include "ui/window/activation.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "scanner/bus/session_bus.h"

#define CALL_MS 10000

struct activation {
    pthread_t thread;
    int stop_fd;
    void (*on_call)(void *userdata);
    void *userdata;

    pthread_mutex_t lock; // of the next one
    struct activation_call call;

    // Of the thread alone.
    struct session_bus bus;
};

// ---- what comes from the bus ----

static void leave(struct activation *activation, const struct activation_call *call)
{
    pthread_mutex_lock(&activation->lock);
    activation->call = *call;
    pthread_mutex_unlock(&activation->lock);
    activation->on_call(activation->userdata);
}

static void take(void *userdata, struct DBusMessage *message)
{
    struct activation *activation = userdata;
    struct activation_call call;
    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL)
        return;
    const char *error = activation_call_read(message, &call);
    if (!error)
        leave(activation, &call);
    if (dbus_message_get_no_reply(message))
        return;

    DBusMessage *reply = error ? dbus_message_new_error(message, error, NULL)
                               : dbus_message_new_method_return(message);
    if (!reply)
        return;
    dbus_connection_send(activation->bus.connection, reply, NULL);
    dbus_message_unref(reply);
}

// ---- the thread ----

// True if the calls for the name come here from now on.
static bool take_name(struct activation *activation, int64_t until_ms)
{
    const char *name = ACTIVATION_NAME;
    dbus_uint32_t flags = DBUS_NAME_FLAG_DO_NOT_QUEUE;
    DBusMessage *reply;
    DBusMessage *request = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS,
                                                        DBUS_INTERFACE_DBUS, "RequestName");
    if (request && !dbus_message_append_args(request, DBUS_TYPE_STRING, &name, DBUS_TYPE_UINT32,
                                             &flags, DBUS_TYPE_INVALID)) {
        dbus_message_unref(request);
        request = NULL;
    }
    if (session_bus_call(&activation->bus, request, activation->stop_fd, until_ms, &reply) !=
        SESSION_BUS_ON)
        return false;

    bool ours = activation_call_is_ours(reply);
    dbus_message_unref(reply);
    return ours;
}

static void *work(void *argument)
{
    struct activation *activation = argument;
    struct session_bus *bus = &activation->bus;
    int64_t until_ms = session_bus_now_ms() + CALL_MS;
    if (session_bus_dial(bus, activation->stop_fd, until_ms) != SESSION_BUS_ON)
        return NULL;

    enum session_bus_step step =
        take_name(activation, until_ms) ? SESSION_BUS_ON : SESSION_BUS_NONE;
    while (step == SESSION_BUS_ON) {
        session_bus_take_all(bus);
        step = session_bus_await(bus, activation->stop_fd, INT64_MAX);
    }
    session_bus_hang_up(bus);
    return NULL;
}

struct activation *activation_start(void (*on_call)(void *userdata), void *userdata)
{
    struct activation *activation = calloc(1, sizeof(*activation));
    if (!activation)
        return NULL;
    activation->on_call = on_call;
    activation->userdata = userdata;
    activation->bus.take = take;
    activation->bus.userdata = activation;

    activation->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (activation->stop_fd < 0)
        goto no_descriptor;
    if (pthread_mutex_init(&activation->lock, NULL) != 0)
        goto no_lock;
    if (pthread_create(&activation->thread, NULL, work, activation) != 0)
        goto no_thread;
    return activation;

no_thread:
    pthread_mutex_destroy(&activation->lock);
no_lock:
    close(activation->stop_fd);
no_descriptor:
    free(activation);
    return NULL;
}

void activation_stop(struct activation *activation)
{
    if (!activation)
        return;
    eventfd_write(activation->stop_fd, 1);
    pthread_join(activation->thread, NULL);
    pthread_mutex_destroy(&activation->lock);
    close(activation->stop_fd);
    free(activation);
}

void activation_take(struct activation *activation, struct activation_call *out)
{
    *out = (struct activation_call){ACTIVATION_NONE, ""};
    if (!activation)
        return;
    pthread_mutex_lock(&activation->lock);
    *out = activation->call;
    activation->call.kind = ACTIVATION_NONE;
    pthread_mutex_unlock(&activation->lock);
}
