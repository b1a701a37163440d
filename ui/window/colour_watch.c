// SPDX-License-Identifier: MIT
#include "ui/window/colour_watch.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "scanner/bus/session_bus.h"
#include "ui/window/colour_message.h"

#define OBJECT "/org/freedesktop/portal/desktop"
#define CHANGES                                                                                \
    "type='signal',sender='" COLOUR_SERVICE "',interface='" COLOUR_SETTINGS                    \
    "',member='SettingChanged',arg0='" COLOUR_APPEARANCE "'"
#define OWNERS                                                                                 \
    "type='signal',sender='" DBUS_SERVICE_DBUS "',interface='" DBUS_INTERFACE_DBUS             \
    "',member='NameOwnerChanged',arg0='" COLOUR_SERVICE "'"

#define CALL_MS  10000 // the bus may have to start the portal first
#define CALM_MS  200   // colours do not flicker, whoever sends them
#define AGAIN_MS 60000 // after the bus was lost

struct colour_watch {
    pthread_t thread;
    int stop_fd;
    atomic_int told; // enum colour_scheme
    void (*on_change)(void *userdata);
    void *userdata;

    // Of the thread alone.
    struct session_bus bus;
    struct colour_portal portal;
    bool changed; // something was told since the last rest
};

static void tell(struct colour_watch *watch, enum colour_scheme scheme)
{
    if (atomic_exchange(&watch->told, (int)scheme) == (int)scheme)
        return;
    watch->changed = true;
    watch->on_change(watch->userdata);
}

// ---- what comes from the bus ----

static void take(void *userdata, struct DBusMessage *message)
{
    struct colour_watch *watch = userdata;
    enum colour_scheme scheme;
    if (colour_message_take(&watch->portal, message, &scheme))
        tell(watch, scheme);
}

// ---- asking ----

static DBusMessage *question(const char *method)
{
    const char *space = COLOUR_APPEARANCE, *key = COLOUR_KEY;
    DBusMessage *message =
        dbus_message_new_method_call(COLOUR_SERVICE, OBJECT, COLOUR_SETTINGS, method);
    if (message && !dbus_message_append_args(message, DBUS_TYPE_STRING, &space,
                                             DBUS_TYPE_STRING, &key, DBUS_TYPE_INVALID)) {
        dbus_message_unref(message);
        message = NULL;
    }
    return message;
}

static void take_answer(struct colour_watch *watch, DBusMessage *reply)
{
    enum colour_scheme scheme;
    if (colour_message_answer(&watch->portal, reply, &scheme))
        tell(watch, scheme);
}

// Portals before version 2 of the interface know the second way alone.
static enum session_bus_step ask(struct colour_watch *watch)
{
    static const char *const methods[] = {"ReadOne", "Read"};
    enum session_bus_step step = SESSION_BUS_ON;
    bool again = true;
    watch->portal.is_new = false;

    for (size_t i = 0; again && i < sizeof(methods) / sizeof(methods[0]); i++) {
        DBusMessage *reply;
        step = session_bus_call(&watch->bus, question(methods[i]), watch->stop_fd,
                                session_bus_now_ms() + CALL_MS, &reply);
        if (step != SESSION_BUS_ON)
            break;
        again = dbus_message_is_error(reply, DBUS_ERROR_UNKNOWN_METHOD);
        take_answer(watch, reply);
        dbus_message_unref(reply);
    }

    watch->changed = true; // a portal that comes and goes is not asked without rest either
    return step == SESSION_BUS_LATE ? SESSION_BUS_ON : step; // it may say something yet
}

// ---- the thread ----

// False: it is to end.
static bool rest(const struct colour_watch *watch, int ms)
{
    struct pollfd fd = {.fd = watch->stop_fd, .events = POLLIN};
    poll(&fd, 1, ms);
    return fd.revents == 0;
}

// Follows the portal until the bus is lost or the thread is to end.
static enum session_bus_step follow(struct colour_watch *watch)
{
    struct session_bus *bus = &watch->bus;
    watch->portal.owner[0] = '\0';
    enum session_bus_step step =
        session_bus_dial(bus, watch->stop_fd, session_bus_now_ms() + CALL_MS);
    if (step != SESSION_BUS_ON)
        return step;
    session_bus_listen(bus, CHANGES);
    session_bus_listen(bus, OWNERS);

    for (watch->portal.is_new = true; step == SESSION_BUS_ON;) {
        if (watch->portal.is_new)
            step = ask(watch);
        if (watch->changed && !rest(watch, CALM_MS))
            step = SESSION_BUS_WOKEN;
        watch->changed = false;

        session_bus_take_all(bus);
        if (step == SESSION_BUS_ON && !watch->portal.is_new && !watch->changed)
            step = session_bus_await(bus, watch->stop_fd, INT64_MAX);
    }
    session_bus_hang_up(bus);
    return step;
}

static void *work(void *argument)
{
    struct colour_watch *watch = argument;
    enum session_bus_step step;
    do {
        step = follow(watch);
    } while (step != SESSION_BUS_WOKEN && step != SESSION_BUS_NONE && rest(watch, AGAIN_MS));
    return NULL;
}

struct colour_watch *colour_watch_start(void (*on_change)(void *userdata), void *userdata)
{
    struct colour_watch *watch = calloc(1, sizeof(*watch));
    if (!watch)
        return NULL;
    watch->on_change = on_change;
    watch->userdata = userdata;
    watch->bus.take = take;
    watch->bus.userdata = watch;

    watch->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (watch->stop_fd < 0)
        goto no_descriptor;
    if (pthread_create(&watch->thread, NULL, work, watch) != 0)
        goto no_thread;
    return watch;

no_thread:
    close(watch->stop_fd);
no_descriptor:
    free(watch);
    return NULL;
}

void colour_watch_stop(struct colour_watch *watch)
{
    if (!watch)
        return;
    eventfd_write(watch->stop_fd, 1);
    pthread_join(watch->thread, NULL);
    close(watch->stop_fd);
    free(watch);
}

enum colour_scheme colour_watch_told(const struct colour_watch *watch)
{
    return watch ? (enum colour_scheme)atomic_load(&watch->told) : COLOUR_SCHEME_UNTOLD;
}
