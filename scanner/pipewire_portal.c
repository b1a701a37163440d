// SPDX-License-Identifier: MIT
#include "scanner/pipewire_portal.h"

#include <dbus/dbus.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

enum step { STEP_ON, STEP_LATE, STEP_WOKEN, STEP_LOST };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

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

// libdbus would start a bus of its own if there is none.
static bool has_session_bus(void)
{
    char path[PATH_BYTES];
    const char *folder = getenv("XDG_RUNTIME_DIR");
    if (getenv("DBUS_SESSION_BUS_ADDRESS"))
        return true;
    return folder && snprintf(path, sizeof(path), "%s/bus", folder) < (int)sizeof(path) &&
           access(path, F_OK) == 0;
}

static void hang_up(struct pipewire_portal *portal)
{
    if (portal->bus) {
        dbus_connection_close(portal->bus);
        dbus_connection_unref(portal->bus);
    }
    portal->bus = NULL;
    if (portal->word == PIPEWIRE_WORD_ASKED)
        portal->word = PIPEWIRE_WORD_NONE;
}

static bool dial(struct pipewire_portal *portal, struct fault *fault)
{
    if (portal->bus && dbus_connection_get_is_connected(portal->bus))
        return true;
    hang_up(portal);
    if (!has_session_bus())
        return fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "there is no session bus");

    DBusError error = DBUS_ERROR_INIT;
    portal->bus = dbus_bus_get_private(DBUS_BUS_SESSION, &error);
    if (!portal->bus) {
        fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "%s", error.message);
        dbus_error_free(&error);
        return false;
    }
    dbus_connection_set_exit_on_disconnect(portal->bus, FALSE);
    dbus_bus_add_match(portal->bus, ANSWERS, NULL); // its answer is not waited for
    return true;
}

// Waits for something from the bus until a time.
static enum step await(const struct pipewire_portal *portal, int wake, int64_t until_ms)
{
    struct pollfd fds[2] = {{.fd = wake, .events = POLLIN}, {.events = POLLIN}};
    int64_t left = until_ms - now_ms();
    if (!dbus_connection_get_is_connected(portal->bus) ||
        !dbus_connection_get_unix_fd(portal->bus, &fds[1].fd))
        return STEP_LOST;
    if (left <= 0)
        return STEP_LATE;

    poll(fds, 2, (int)left); // a wait that a signal ends is one that was short
    dbus_connection_read_write(portal->bus, 0);
    return fds[0].revents ? STEP_WOKEN : STEP_ON;
}

static bool step_fault(enum step step, struct fault *fault)
{
    if (step == STEP_WOKEN)
        return fault_set(fault, FAILURE_INTERRUPTED, "while the camera portal was asked");
    return fault_set(fault, FAILURE_PIPEWIRE_PORTAL, "%s",
                     step == STEP_LATE ? "it does not answer" : "the session bus is gone");
}

// ---- messages ----

// The person's word, if this is it.
static void take_word(struct pipewire_portal *portal, DBusMessage *message)
{
    dbus_uint32_t answer;
    if (portal->word != PIPEWIRE_WORD_ASKED ||
        !dbus_message_is_signal(message, REQUEST, "Response") ||
        !dbus_message_has_path(message, portal->request) ||
        !dbus_message_has_sender(message, portal->owner) ||
        !dbus_message_get_args(message, NULL, DBUS_TYPE_UINT32, &answer, DBUS_TYPE_INVALID))
        return;
    portal->word = answer == 0 ? PIPEWIRE_WORD_YES : PIPEWIRE_WORD_NO;
    portal->refused_ms = now_ms();
}

static void take_all(struct pipewire_portal *portal)
{
    DBusMessage *message;
    while ((message = dbus_connection_pop_message(portal->bus))) {
        take_word(portal, message);
        dbus_message_unref(message);
    }
}

// The reply, which may be an error; NULL: none came. `message` is given away.
static DBusMessage *call(struct pipewire_portal *portal, DBusMessage *message, int wake,
                         struct fault *fault)
{
    dbus_uint32_t serial = 0;
    int64_t until = now_ms() + CALL_MS;
    bool sent = message && dbus_connection_send(portal->bus, message, &serial);
    if (message)
        dbus_message_unref(message);
    if (!sent) {
        fault_set(fault, FAILURE_MEMORY, "a message to the camera portal");
        return NULL;
    }

    dbus_connection_flush(portal->bus);
    for (;;) {
        DBusMessage *came = dbus_connection_pop_message(portal->bus);
        if (came && dbus_message_get_reply_serial(came) == serial)
            return came;
        if (came) {
            take_word(portal, came);
            dbus_message_unref(came);
            continue;
        }
        enum step step = await(portal, wake, until);
        if (step != STEP_ON) {
            step_fault(step, fault);
            return NULL;
        }
    }
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
        portal->refused_ms = now_ms();
    }
    dbus_message_unref(reply);
    return false;
}

static bool is_error(DBusMessage *message)
{
    return dbus_message_get_type(message) != DBUS_MESSAGE_TYPE_METHOD_RETURN;
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
    if (is_error(reply))
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
    const char *unique = dbus_bus_get_unique_name(portal->bus);
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
    if (reply && !is_error(reply)) {
        dbus_message_unref(reply);
        return true;
    }
    portal->word = PIPEWIRE_WORD_NONE;
    return reply && refuse(portal, reply, FAILURE_PIPEWIRE_PORTAL, fault);
}

// Waits a moment for an answer that no person has to think about.
static bool hear(struct pipewire_portal *portal, int wake, struct fault *fault)
{
    int64_t until = now_ms() + PATIENCE_MS;
    enum step step = STEP_ON;
    take_all(portal);
    while (step == STEP_ON && portal->word == PIPEWIRE_WORD_ASKED) {
        step = await(portal, wake, until);
        take_all(portal);
    }

    if (portal->word == PIPEWIRE_WORD_YES)
        return true;
    if (portal->word == PIPEWIRE_WORD_NO)
        return fault_set(fault, FAILURE_PIPEWIRE_REFUSED, "it was answered no");
    if (step != STEP_LATE)
        return step_fault(step, fault);
    return fault_set(fault, FAILURE_PIPEWIRE_ASKS, "not answered yet");
}

static bool fetch(struct pipewire_portal *portal, int wake, int *out, struct fault *fault)
{
    DBusMessage *reply =
        call(portal, with_options("OpenPipeWireRemote", NULL, NULL), wake, fault);
    if (!reply)
        return false;
    if (is_error(reply))
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
    if (portal->word == PIPEWIRE_WORD_NO && now_ms() - portal->refused_ms < AGAIN_MS)
        return fault_set(fault, FAILURE_PIPEWIRE_REFUSED, "it was answered no");
    if (portal->word == PIPEWIRE_WORD_NO)
        portal->word = PIPEWIRE_WORD_NONE;

    if (!dial(portal, fault) || !find_portal(portal, wake, fault))
        return false;
    if (portal->word == PIPEWIRE_WORD_NONE && !ask(portal, wake, fault))
        return false;
    return hear(portal, wake, fault) && fetch(portal, wake, out, fault);
}

void pipewire_portal_wait(struct pipewire_portal *portal, int wake, int timeout_ms)
{
    int64_t until = now_ms() + timeout_ms;
    bool asked = portal->word == PIPEWIRE_WORD_ASKED;
    enum step step = STEP_ON;
    while (step == STEP_ON && portal->word == PIPEWIRE_WORD_ASKED) {
        step = await(portal, wake, until);
        take_all(portal);
    }

    struct pollfd fd = {.fd = wake, .events = POLLIN};
    if (!asked || step == STEP_LOST)
        poll(&fd, 1, timeout_ms);
}
