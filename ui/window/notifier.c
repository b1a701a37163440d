// SPDX-License-Identifier: MIT
#include "ui/window/notifier.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "scanner/bus/session_bus.h"
#include "ui/text/language.h"
#include "ui/window/notice_message.h"

#define OBJECT "/org/freedesktop/Notifications"
#define PRESSES                                                                                \
    "type='signal',sender='" NOTICE_SERVICE "',interface='" NOTICE_SERVICE                     \
    "',member='ActionInvoked'"

#define DESKTOP_ENTRY "example.qrconfirm.qrconfirm"
#define ICON          "qrconfirm"

#define CALL_MS 10000 // of a bus that says nothing

struct notifier {
    pthread_t thread;
    int stop_fd;  // readable: the thread is to end
    int order_fd; // readable: that, or `order` is news
    void (*on_press)(void *userdata);
    void *userdata;

    pthread_mutex_t lock; // of the next four
    bool news, wanted;
    const char *name; // of the program, in the language of the moment
    struct notice order;

    // Of the thread alone.
    struct session_bus bus;
    uint32_t asked; // the call whose answer will be a number; 0: none is under way
    uint32_t shown; // the desktop's number of what is shown; 0: nothing is
};

// ---- what comes from the bus ----

// However late it comes: by it the notice is replaced, and taken back.
static void take_number(struct notifier *notifier, struct DBusMessage *answer)
{
    notifier->asked = 0;
    notice_message_number(answer, &notifier->shown);
    eventfd_write(notifier->order_fd, 1); // what has waited for it
}

static void take(void *userdata, struct DBusMessage *message)
{
    struct notifier *notifier = userdata;
    if (notifier->asked != 0 && dbus_message_get_reply_serial(message) == notifier->asked)
        take_number(notifier, message);
    else if (notice_message_is_press(message, notifier->shown))
        notifier->on_press(notifier->userdata);
}

// ---- what goes to it ----

static bool put_hint(DBusMessageIter *hints, const char *name, int type, const char *signature,
                     const void *value)
{
    DBusMessageIter entry, variant;
    return dbus_message_iter_open_container(hints, DBUS_TYPE_DICT_ENTRY, NULL, &entry) &&
           dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &name) &&
           dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, signature, &variant) &&
           dbus_message_iter_append_basic(&variant, type, value) &&
           dbus_message_iter_close_container(&entry, &variant) &&
           dbus_message_iter_close_container(hints, &entry);
}

static bool put_hints(DBusMessageIter *at)
{
    static const char *const entry = DESKTOP_ENTRY;
    static const unsigned char normal = 1; // urgency
    DBusMessageIter hints;
    return dbus_message_iter_open_container(at, DBUS_TYPE_ARRAY, "{sv}", &hints) &&
           put_hint(&hints, "desktop-entry", DBUS_TYPE_STRING, "s", &entry) &&
           put_hint(&hints, "urgency", DBUS_TYPE_BYTE, "y", &normal) &&
           dbus_message_iter_close_container(at, &hints);
}

// The action's name is not shown: it stands for a press on the notice itself.
static bool put_actions(DBusMessageIter *at)
{
    static const char *const action = NOTICE_PRESSED, *const name = "";
    DBusMessageIter actions;
    return dbus_message_iter_open_container(at, DBUS_TYPE_ARRAY, "s", &actions) &&
           dbus_message_iter_append_basic(&actions, DBUS_TYPE_STRING, &action) &&
           dbus_message_iter_append_basic(&actions, DBUS_TYPE_STRING, &name) &&
           dbus_message_iter_close_container(at, &actions);
}

static DBusMessage *give_up(DBusMessage *message)
{
    if (message)
        dbus_message_unref(message);
    return NULL;
}

// Notify(program, number that it replaces, icon, summary, body, actions, hints, how long)
static DBusMessage *showing(const struct notice *notice, const char *name,
                            dbus_uint32_t replaces)
{
    static const dbus_int32_t as_the_desktop_likes = -1;
    const char *icon = ICON, *summary = notice->summary, *body = notice->body;
    DBusMessageIter at;
    DBusMessage *message =
        dbus_message_new_method_call(NOTICE_SERVICE, OBJECT, NOTICE_SERVICE, "Notify");
    if (!message || !dbus_validate_utf8(summary, NULL) || !dbus_validate_utf8(body, NULL))
        return give_up(message);

    dbus_message_iter_init_append(message, &at);
    bool made = dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &name) &&
                dbus_message_iter_append_basic(&at, DBUS_TYPE_UINT32, &replaces) &&
                dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &icon) &&
                dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &summary) &&
                dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &body) &&
                put_actions(&at) && put_hints(&at) &&
                dbus_message_iter_append_basic(&at, DBUS_TYPE_INT32, &as_the_desktop_likes);
    return made ? message : give_up(message);
}

// Of a bus that is lost, and with it whatever was shown there.
static void forget(struct notifier *notifier)
{
    session_bus_hang_up(&notifier->bus);
    notifier->asked = notifier->shown = 0;
}

static bool is_on(const struct notifier *notifier)
{
    DBusConnection *connection = notifier->bus.connection;
    return connection && dbus_connection_get_is_connected(connection);
}

static bool dial(struct notifier *notifier, int64_t until_ms)
{
    struct session_bus *bus = &notifier->bus;
    if (is_on(notifier))
        return true;
    forget(notifier);
    if (session_bus_dial(bus, notifier->stop_fd, until_ms) != SESSION_BUS_ON)
        return false;
    session_bus_listen(bus, PRESSES);
    return true;
}

static void show(struct notifier *notifier, const struct notice *notice, const char *name)
{
    uint32_t serial;
    if (dial(notifier, session_bus_now_ms() + CALL_MS) &&
        session_bus_send(&notifier->bus, showing(notice, name, notifier->shown), &serial))
        notifier->asked = serial;
}

// CloseNotification(number); one that the person has closed is an error that says nothing.
static void withdraw(struct notifier *notifier, int wake, int64_t limit_ms)
{
    DBusMessage *reply;
    DBusMessage *message = dbus_message_new_method_call(NOTICE_SERVICE, OBJECT, NOTICE_SERVICE,
                                                        "CloseNotification");
    if (message && !dbus_message_append_args(message, DBUS_TYPE_UINT32, &notifier->shown,
                                             DBUS_TYPE_INVALID))
        message = give_up(message);
    if (session_bus_call(&notifier->bus, message, wake, session_bus_now_ms() + limit_ms,
                         &reply) == SESSION_BUS_ON)
        dbus_message_unref(reply);
    notifier->shown = 0;
}

// ---- the thread ----

static void carry_out(struct notifier *notifier)
{
    if (notifier->asked != 0) // it stays ordered until the number is known
        return;
    pthread_mutex_lock(&notifier->lock);
    bool news = notifier->news, wanted = notifier->wanted;
    struct notice notice = notifier->order;
    const char *name = notifier->name;
    notifier->news = false;
    pthread_mutex_unlock(&notifier->lock);

    if (news && wanted)
        show(notifier, &notice, name);
    else if (news && notifier->shown != 0 && is_on(notifier))
        withdraw(notifier, notifier->stop_fd, CALL_MS);
}

// Until there is something to do, or to end. What the bus sends meanwhile is taken.
static void await(struct notifier *notifier)
{
    struct session_bus *bus = &notifier->bus;
    enum session_bus_step step = SESSION_BUS_ON;
    while (bus->connection && step == SESSION_BUS_ON) {
        session_bus_take_all(bus);
        step = session_bus_await(bus, notifier->order_fd, INT64_MAX);
    }
    if (step == SESSION_BUS_WOKEN)
        return;

    forget(notifier);
    struct pollfd fd = {.fd = notifier->order_fd, .events = POLLIN};
    while (poll(&fd, 1, -1) < 0)
        continue; // a signal
}

static bool is_to_end(const struct notifier *notifier)
{
    struct pollfd fd = {.fd = notifier->stop_fd, .events = POLLIN};
    int ready;
    do // its order was taken: nothing else would wake it
        ready = poll(&fd, 1, 0);
    while (ready < 0);
    return ready > 0;
}

// At the end of the program.
static void take_back(struct notifier *notifier)
{
    DBusMessage *answer;
    if (is_on(notifier) && notifier->asked != 0 &&
        session_bus_answer(&notifier->bus, notifier->asked, -1,
                           session_bus_now_ms() + NOTIFIER_END_MS, &answer) == SESSION_BUS_ON) {
        take_number(notifier, answer);
        dbus_message_unref(answer);
    }

    if (is_on(notifier) && notifier->shown != 0)
        withdraw(notifier, -1, NOTIFIER_END_MS);
}

static void *work(void *argument)
{
    struct notifier *notifier = argument;
    eventfd_t count;
    for (;;) {
        await(notifier);
        eventfd_read(notifier->order_fd, &count); // before the look: the last one ends it
        if (is_to_end(notifier))
            break;
        carry_out(notifier);
    }

    take_back(notifier);
    session_bus_hang_up(&notifier->bus);
    return NULL;
}

// ---- the main thread ----

struct notifier *notifier_start(void (*on_press)(void *userdata), void *userdata)
{
    struct notifier *notifier = calloc(1, sizeof(*notifier));
    if (!notifier)
        return NULL;
    notifier->on_press = on_press;
    notifier->userdata = userdata;
    notifier->bus.take = take;
    notifier->bus.userdata = notifier;

    notifier->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (notifier->stop_fd < 0)
        goto no_stop;
    notifier->order_fd = eventfd(0, EFD_CLOEXEC);
    if (notifier->order_fd < 0)
        goto no_order;
    if (pthread_mutex_init(&notifier->lock, NULL) != 0)
        goto no_lock;
    if (pthread_create(&notifier->thread, NULL, work, notifier) != 0)
        goto no_thread;
    return notifier;

no_thread:
    pthread_mutex_destroy(&notifier->lock);
no_lock:
    close(notifier->order_fd);
no_order:
    close(notifier->stop_fd);
no_stop:
    free(notifier);
    return NULL;
}

void notifier_stop(struct notifier *notifier)
{
    if (!notifier)
        return;
    eventfd_write(notifier->stop_fd, 1);
    eventfd_write(notifier->order_fd, 1);
    pthread_join(notifier->thread, NULL);
    pthread_mutex_destroy(&notifier->lock);
    close(notifier->order_fd);
    close(notifier->stop_fd);
    free(notifier);
}

static void order(struct notifier *notifier, const struct notice *notice)
{
    if (!notifier)
        return;
    pthread_mutex_lock(&notifier->lock);
    notifier->news = true;
    notifier->wanted = notice != NULL;
    notifier->name = _("QR Confirm");
    if (notice)
        notifier->order = *notice;
    pthread_mutex_unlock(&notifier->lock);
    eventfd_write(notifier->order_fd, 1);
}

void notifier_show(struct notifier *notifier, const struct notice *notice)
{
    order(notifier, notice);
}

void notifier_withdraw(struct notifier *notifier)
{
    order(notifier, NULL);
}
