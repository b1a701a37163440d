// SPDX-License-Identifier: MIT
#include "scanner/pipewire/pipewire_portal.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SERVICE     "org.freedesktop.portal.Desktop"
#define OBJECT      "/org/freedesktop/portal/desktop"
#define CAMERA      "org.freedesktop.portal.Camera"
#define REQUEST     "org.freedesktop.portal.Request"
#define NOT_ALLOWED "org.freedesktop.portal.Error.NotAllowed"
#define ANSWERS     "type='signal',sender='" SERVICE "',interface='" REQUEST "',member='Response'"

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
    if (portal->word == PIPEWIRE_WORD_ASKED)
        portal->word = PIPEWIRE_WORD_NONE;
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

// The person's word, if this is it.
static void take_word(void *userdata, DBusMessage *message)
{
    struct pipewire_portal *portal = userdata;
    dbus_uint32_t answer;
    if (portal->word != PIPEWIRE_WORD_ASKED ||
        !dbus_message_is_signal(message, REQUEST, "Response") ||
        !dbus_message_has_path(message, portal->request) ||
        !dbus_message_has_sender(message, portal->owner) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_UINT32, &answer, DBUS_TYPE_INVALID))
        return;
    portal->word = answer == 0 ? PIPEWIRE_WORD_YES : PIPEWIRE_WORD_NO;
    portal->refused_ms = session_bus_now_ms();
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
    const char *text = "";
    const char *name = dbus_message_get_error_name(reply);
    bool refused = name && strcmp(name, NOT_ALLOWED) == 0;
    dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &text, DBUS_TYPE_INVALID);
    fault_set(fault, refused ? FAILURE_PIPEWIRE_REFUSED : otherwise, "%s: %s",
              name ? name : "no error", text);
    if (refused) {
        portal->word = PIPEWIRE_WORD_NO;
        portal->refused_ms = session_bus_now_ms();
    }
    dbus_message_unref(reply);
    return false;
}

// A call whose one argument is a table of texts, a{sv}: empty, or of one row.
static DBusMessage *with_options(const char *method, const char *key, const char *value)
{
    DBusMessage *message = dbus_message_new_method_call(SERVICE, OBJECT, CAMERA, method);
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

// Finds out who the portal is. A question that another one was asked is lost with it.
static bool find_portal(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    const char *interface = CAMERA;
    const char *property = "version";
    DBusMessage *message =
        dbus_message_new_method_call(SERVICE, OBJECT, DBUS_INTERFACE_PROPERTIES, "Get");
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

    const char *sender = dbus_message_get_sender(reply);
    if (!sender || strcmp(sender, portal->owner) != 0) {
        if (portal->word == PIPEWIRE_WORD_ASKED)
            portal->word = PIPEWIRE_WORD_NONE;
        snprintf(portal->owner, sizeof(portal->owner), "%s", sender ? sender : "");
    }
    dbus_message_unref(reply);
    return true;
}

// Where the answer will come is known before the question, as it may come before the reply.
static bool foresee(struct pipewire_portal *portal, const char *token)
{
    char name[PIPEWIRE_OWNER_MAX];
    const char *unique = dbus_bus_get_unique_name(portal->bus.connection);
    if (!unique || unique[0] != ':')
        return false;
    snprintf(name, sizeof(name), "%s", unique + 1);
    for (char *c = name; *c; c++) {
        if (*c == '.')
            *c = '_';
    }
    int size = snprintf(portal->request, sizeof(portal->request), OBJECT "/request/%s/%s", name,
                        token);
    return size > 0 && (size_t)size < sizeof(portal->request);
}

static bool ask(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    char token[32];
    snprintf(token, sizeof(token), "qrconfirm%u", ++portal->questions);
    if (!foresee(portal, token))
        return fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "the bus gave no name");

    portal->word = PIPEWIRE_WORD_ASKED;
    DBusMessage *reply =
        call(portal, with_options("AccessCamera", "handle_token", token), wake, fault);
    if (reply && session_bus_is_answer(reply)) {
        dbus_message_unref(reply);
        return true;
    }
    portal->word = PIPEWIRE_WORD_NONE;
    return reply && refuse(portal, reply, FAILURE_PIPEWIRE_PORTAL, fault);
}

// Waits a moment for an answer that no person has to think about.
static bool hear(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    int64_t until = session_bus_now_ms() + PATIENCE_MS;
    enum session_bus_step step = SESSION_BUS_ON;
    session_bus_take_all(&portal->bus);
    while (step == SESSION_BUS_ON && portal->word == PIPEWIRE_WORD_ASKED) {
        step = session_bus_await(&portal->bus, wake, until);
        session_bus_take_all(&portal->bus);
    }

    if (portal->word == PIPEWIRE_WORD_YES)
        return true;
    if (portal->word == PIPEWIRE_WORD_NO)
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
    *portal = (struct pipewire_portal){.word = PIPEWIRE_WORD_NONE};
}

void pipewire_portal_destroy(struct pipewire_portal *portal)
{
    hang_up(portal); // the portal closes what a lost caller asked
    pipewire_portal_init(portal);
}

bool pipewire_portal_open(struct pipewire_portal *portal, int wake, int *out,
                          struct fault *fault)
{
    if (portal->word == PIPEWIRE_WORD_NO &&
        session_bus_now_ms() - portal->refused_ms < AGAIN_MS)
        return fault_set(fault, FAILURE_PIPEWIRE_REFUSED, "it was answered no");
    if (portal->word == PIPEWIRE_WORD_NO)
        portal->word = PIPEWIRE_WORD_NONE;

    if (!dial(portal, wake, fault) || !find_portal(portal, wake, fault))
        return false;
    if (portal->word == PIPEWIRE_WORD_NONE && !ask(portal, wake, fault))
        return false;
    return hear(portal, wake, fault) && fetch(portal, wake, out, fault);
}

void pipewire_portal_wait(struct pipewire_portal *portal, int wake, int timeout_ms)
{
    int64_t until = session_bus_now_ms() + timeout_ms;
    bool asked = portal->word == PIPEWIRE_WORD_ASKED;
    enum session_bus_step step = SESSION_BUS_ON;
    while (step == SESSION_BUS_ON && portal->word == PIPEWIRE_WORD_ASKED) {
        step = session_bus_await(&portal->bus, wake, until);
        session_bus_take_all(&portal->bus);
    }

    struct pollfd fd = {.fd = wake, .events = POLLIN};
    if (!asked || step == SESSION_BUS_LOST)
        poll(&fd, 1, timeout_ms);
}
