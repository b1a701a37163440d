// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_portal.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SERVICE "org.freedesktop.portal.Desktop"
#define CAMERA  "org.freedesktop.portal.Camera"
#define ANSWERS                                                                                \
    "type='signal',sender='" SERVICE "',interface='" PIPEWIRE_REQUEST "',member='Response'"

#define CALL_MS     10000 // the bus may have to start the portal first
#define PATIENCE_MS 500   // what was answered before is told by then
#define AGAIN_MS    5000
#define PATH_BYTES  512

bool pipewire_portal_needed(const char *root, const char *snap, const char *program)
{
    char path[PATH_BYTES];
    int size = snprintf(path, sizeof(path), "%s/.flatpak-info", root);
    if (size > 0 && (size_t)size < sizeof(path) && access(path, F_OK) == 0)
        return true;

    size_t n = snap ? strlen(snap) : 0;
    return n > 0 && strncmp(program, snap, n) == 0 && program[n] == '/';
}

// ---- the session bus ----

static void hang_up(struct pipewire_portal *portal)
{
    session_bus_hang_up(&portal->bus);
    if (portal->word.answer == PIPEWIRE_WORD_ASKED)
        portal->word.answer = PIPEWIRE_WORD_NONE;
}

static bool step_fault(enum session_bus_step step, struct fault *fault)
{
    static const char *const reasons[] = {
        [SESSION_BUS_LATE] = "it does not answer",
        [SESSION_BUS_NONE] = "there is no session bus",
        [SESSION_BUS_LOST] = "the session bus is gone",
    };
    if (step == SESSION_BUS_WOKEN)
        return fault_set(fault, FAILURE_INTERRUPTED, "while the camera portal was asked");
    if (step == SESSION_BUS_SHORT)
        return fault_set(fault, FAILURE_MEMORY, "a message to the camera portal");
    return fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "%s", reasons[step]);
}

// ---- messages ----

static void take_word(void *userdata, DBusMessage *message)
{
    struct pipewire_portal *portal = userdata;
    pipewire_word_take(&portal->word, message, session_bus_now_ms());
}

static bool dial(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    struct session_bus *bus = &portal->bus;
    if (bus->connection && dbus_connection_get_is_connected(bus->connection))
        return true;
    hang_up(portal);

    bus->take = take_word;
    bus->userdata = portal;
    enum session_bus_step step = session_bus_dial(bus, wake, session_bus_now_ms() + CALL_MS);
    if (step != SESSION_BUS_ON)
        return step_fault(step, fault);
    session_bus_listen(bus, ANSWERS);
    return true;
}

// The reply, which may be an error; NULL: none came. `message` is given away.
static DBusMessage *call(struct pipewire_portal *portal, DBusMessage *message, int wake,
                         struct fault *fault)
{
    DBusMessage *reply = NULL;
    enum session_bus_step step =
        session_bus_call(&portal->bus, message, wake, session_bus_now_ms() + CALL_MS, &reply);
    if (step != SESSION_BUS_ON)
        step_fault(step, fault);
    return reply;
}

// Tells what an error means, and lets it go. `otherwise`: one that does not say "not allowed".
static bool refuse(struct pipewire_portal *portal, DBusMessage *reply, enum failure otherwise,
                   struct fault *fault)
{
    pipewire_word_refused(&portal->word, reply, otherwise, session_bus_now_ms(), fault);
    dbus_message_unref(reply);
    return false;
}

// A call whose one argument is a table of texts, a{sv}: empty, or of one row.
static DBusMessage *with_options(const char *method, const char *key, const char *value)
{
    DBusMessage *message =
        dbus_message_new_method_call(SERVICE, PIPEWIRE_OBJECT, CAMERA, method);
    DBusMessageIter all, table, row, text;
    if (!message)
        return NULL;
    dbus_message_iter_init_append(message, &all);
    bool whole = dbus_message_iter_open_container(&all, DBUS_TYPE_ARRAY, "{sv}", &table);
    if (whole && key)
        whole = dbus_message_iter_open_container(&table, DBUS_TYPE_DICT_ENTRY, NULL, &row) &&
                dbus_message_iter_append_basic(&row, DBUS_TYPE_STRING, &key) &&
                dbus_message_iter_open_container(&row, DBUS_TYPE_VARIANT, "s", &text) &&
                dbus_message_iter_append_basic(&text, DBUS_TYPE_STRING, &value) &&
                dbus_message_iter_close_container(&row, &text) &&
                dbus_message_iter_close_container(&table, &row);
    if (whole && dbus_message_iter_close_container(&all, &table))
        return message;
    dbus_message_unref(message);
    return NULL;
}

// ---- the portal ----

// Finds out who the portal is.
static bool find_portal(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    const char *interface = CAMERA;
    const char *property = "version";
    DBusMessage *message = dbus_message_new_method_call(SERVICE, PIPEWIRE_OBJECT,
                                                        DBUS_INTERFACE_PROPERTIES, "Get");
    if (message && !dbus_message_append_args(message, DBUS_TYPE_STRING, &interface,
                                             DBUS_TYPE_STRING, &property, DBUS_TYPE_INVALID)) {
        dbus_message_unref(message);
        message = NULL;
    }

    DBusMessage *reply = call(portal, message, wake, fault);
    if (!reply)
        return false;
    if (!session_bus_is_answer(reply))
        return refuse(portal, reply, FAILURE_PIPEWIRE_PORTAL, fault);

    pipewire_word_meet(&portal->word, reply);
    dbus_message_unref(reply);
    return true;
}

static bool ask(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    char token[32];
    snprintf(token, sizeof(token), "qrconfirm%u", ++portal->questions);
    if (!pipewire_word_foresee(&portal->word, dbus_bus_get_unique_name(portal->bus.connection),
                               token))
        return fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "the bus gave no name");

    portal->word.answer = PIPEWIRE_WORD_ASKED;
    DBusMessage *reply =
        call(portal, with_options("AccessCamera", "handle_token", token), wake, fault);
    if (reply && session_bus_is_answer(reply)) {
        dbus_message_unref(reply);
        return true;
    }
    portal->word.answer = PIPEWIRE_WORD_NONE;
    return reply && refuse(portal, reply, FAILURE_PIPEWIRE_PORTAL, fault);
}

// Waits a moment for an answer that no person has to think about.
static bool hear(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    int64_t until = session_bus_now_ms() + PATIENCE_MS;
    enum session_bus_step step = SESSION_BUS_ON;
    session_bus_take_all(&portal->bus);
    while (step == SESSION_BUS_ON && portal->word.answer == PIPEWIRE_WORD_ASKED) {
        step = session_bus_await(&portal->bus, wake, until);
        session_bus_take_all(&portal->bus);
    }

    if (portal->word.answer == PIPEWIRE_WORD_YES)
        return true;
    if (portal->word.answer == PIPEWIRE_WORD_NO)
        return fault_set(fault, FAILURE_PIPEWIRE_REFUSED, "it was answered no");
    if (step != SESSION_BUS_LATE)
        return step_fault(step, fault);
    return fault_set(fault, FAILURE_PIPEWIRE_ASKS, "not answered yet");
}

static bool fetch(struct pipewire_portal *portal, int wake, int *out, struct fault *fault)
{
    DBusMessage *reply =
        call(portal, with_options("OpenPipeWireRemote", NULL, NULL), wake, fault);
    if (!reply)
        return false;
    if (!session_bus_is_answer(reply))
        return refuse(portal, reply, FAILURE_PIPEWIRE_DAEMON, fault);

    bool got = dbus_message_get_args(reply, NULL, DBUS_TYPE_UNIX_FD, out, DBUS_TYPE_INVALID);
    dbus_message_unref(reply);
    return got || fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "it gave no descriptor");
}

void pipewire_portal_init(struct pipewire_portal *portal)
{
    *portal = (struct pipewire_portal){.word.answer = PIPEWIRE_WORD_NONE};
}

void pipewire_portal_destroy(struct pipewire_portal *portal)
{
    hang_up(portal); // the portal closes what a lost caller asked
    pipewire_portal_init(portal);
}

bool pipewire_portal_open(struct pipewire_portal *portal, int wake, int *out,
                          struct fault *fault)
{
    if (portal->word.answer == PIPEWIRE_WORD_NO &&
        session_bus_now_ms() - portal->word.refused_ms < AGAIN_MS)
        return fault_set(fault, FAILURE_PIPEWIRE_REFUSED, "it was answered no");
    if (portal->word.answer == PIPEWIRE_WORD_NO)
        portal->word.answer = PIPEWIRE_WORD_NONE;

    if (!dial(portal, wake, fault) || !find_portal(portal, wake, fault))
        return false;
    if (portal->word.answer == PIPEWIRE_WORD_NONE && !ask(portal, wake, fault))
        return false;
    return hear(portal, wake, fault) && fetch(portal, wake, out, fault);
}

void pipewire_portal_wait(struct pipewire_portal *portal, int wake, int timeout_ms)
{
    int64_t until = session_bus_now_ms() + timeout_ms;
    bool asked = portal->word.answer == PIPEWIRE_WORD_ASKED;
    enum session_bus_step step = SESSION_BUS_ON;
    while (step == SESSION_BUS_ON && portal->word.answer == PIPEWIRE_WORD_ASKED) {
        step = session_bus_await(&portal->bus, wake, until);
        session_bus_take_all(&portal->bus);
    }

    struct pollfd fd = {.fd = wake, .events = POLLIN};
    if (!asked || step == SESSION_BUS_LOST)
        poll(&fd, 1, timeout_ms);
}
