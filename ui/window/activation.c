// SPDX-License-Identifier: MIT
#include "ui/window/activation.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "scanner/bus/session_bus.h"

// As the names of the desktop file and of the service file.
#define NAME      "example.qrconfirm.qrconfirm"
#define OBJECT    "/example/qrconfirm/qrconfirm"
#define INTERFACE "org.freedesktop.Application"

#define CALL_MS 10000

struct activation {
    pthread_t thread;
    int stop_fd;
    void (*on_call)(void *userdata);
    void *userdata;

    pthread_mutex_t lock; // of the next two
    enum activation_call call;
    char code[ACTIVATION_CODE_MAX + 1];

    // Of the thread alone.
    struct session_bus bus;
};

static void leave(struct activation *activation, enum activation_call call, const char *code)
{
    pthread_mutex_lock(&activation->lock);
    activation->call = call;
    strcpy(activation->code, code);
    pthread_mutex_unlock(&activation->lock);
    activation->on_call(activation->userdata);
}

// ---- what comes from the bus ----

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
static bool take_open(struct activation *activation, DBusMessageIter *at)
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
    leave(activation, ACTIVATION_OPEN, code);
    return true;
}

// ActivateAction(name, parameter, platform data)
static bool take_action(struct activation *activation, DBusMessageIter *at)
{
    const char *name;
    if (dbus_message_iter_get_arg_type(at) != DBUS_TYPE_STRING)
        return false;
    dbus_message_iter_get_basic(at, &name);
    if (strcmp(name, "pair") != 0)
        return false;
    leave(activation, ACTIVATION_PAIR, "");
    return true;
}

// What the call is answered: NULL is yes.
static const char *take_call(struct activation *activation, DBusMessage *message)
{
    const char *member = dbus_message_get_member(message);
    if (!dbus_message_has_path(message, OBJECT) ||
        !dbus_message_has_interface(message, INTERFACE) || !member)
        return DBUS_ERROR_UNKNOWN_METHOD;

    DBusMessageIter at;
    bool any = dbus_message_iter_init(message, &at), taken = true;
    if (strcmp(member, "Activate") == 0)
        leave(activation, ACTIVATION_RAISE, "");
    else if (strcmp(member, "Open") == 0)
        taken = any && take_open(activation, &at);
    else if (strcmp(member, "ActivateAction") == 0)
        taken = any && take_action(activation, &at);
    else
        return DBUS_ERROR_UNKNOWN_METHOD;
    return taken ? NULL : DBUS_ERROR_INVALID_ARGS;
}

static void take(void *userdata, struct DBusMessage *message)
{
    struct activation *activation = userdata;
    if (dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_CALL)
        return;
    const char *error = take_call(activation, message);
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
    const char *name = NAME;
    dbus_uint32_t flags = DBUS_NAME_FLAG_DO_NOT_QUEUE, got = 0;
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

    bool ours = session_bus_is_answer(reply) &&
                dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &got, DBUS_TYPE_INVALID) &&
                got == DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER;
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

enum activation_call activation_take(struct activation *activation,
                                     char code[static ACTIVATION_CODE_MAX + 1])
{
    if (!activation)
        return ACTIVATION_NONE;
    pthread_mutex_lock(&activation->lock);
    enum activation_call call = activation->call;
    strcpy(code, activation->code);
    activation->call = ACTIVATION_NONE;
    pthread_mutex_unlock(&activation->lock);
    return call;
}
