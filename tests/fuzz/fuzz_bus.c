// SPDX-License-Identifier: MIT
// What others say over the bus of a desktop session: the launcher, the portals of settings and
// of cameras, and what shows notices. Whoever may write there may say anything that is a
// message of D-Bus. The first byte says what the rest is: a message as it comes over the wire,
// or the parts that one is made of, so that most inputs are one.
#include "tests/fuzz/fuzz.h"

#include <dbus/dbus.h>
#include <string.h>

#include "base/span.h"
#include "scanner/bus/session_bus.h"
#include "scanner/pipewire/pipewire_word.h"
#include "ui/window/activation_call.h"
#include "ui/window/colour_message.h"
#include "ui/window/notice_message.h"

#define OWNER      ":1.7"
#define SHOWN      7u
#define NOW_MS     1000
#define TEXT_MAX   600u
#define DEPTH_MAX  5
#define VALUES_MAX 8

// ---- a message of parts ----

static const char *const paths[] = {ACTIVATION_OBJECT, PIPEWIRE_OBJECT,
                                    PIPEWIRE_OBJECT "/request/1_9/token", "/"};
static const char *const interfaces[] = {ACTIVATION_INTERFACE, PIPEWIRE_REQUEST,
                                         COLOUR_SETTINGS, NOTICE_SERVICE, DBUS_INTERFACE_DBUS};
static const char *const members[] = {"Activate",     "Open",           "ActivateAction",
                                      "Response",     "SettingChanged", "NameOwnerChanged",
                                      "ActionInvoked"};
static const char *const senders[] = {OWNER, ":1.8", DBUS_SERVICE_DBUS};
static const char *const errors[] = {PIPEWIRE_NOT_ALLOWED, DBUS_ERROR_UNKNOWN_METHOD};
static const char *const texts[] = {COLOUR_APPEARANCE, COLOUR_KEY, COLOUR_SERVICE,
                                    NOTICE_PRESSED,    "pair",     OWNER};

#define ONE_OF(list, rest) (list)[next(rest) % (sizeof(list) / sizeof((list)[0]))]

static uint8_t next(struct span *rest)
{
    if (rest->n == 0)
        return 0;
    uint8_t byte = rest->p[0];
    *rest = span_of(rest->p + 1, rest->n - 1);
    return byte;
}

static DBusMessage *begin(struct span *rest)
{
    const char *path = ONE_OF(paths, rest), *interface = ONE_OF(interfaces, rest);
    const char *member = ONE_OF(members, rest), *error = ONE_OF(errors, rest);
    DBusMessage *message = dbus_message_new(next(rest) % 4 + 1);
    FUZZ_MUST(message);
    FUZZ_MUST(dbus_message_set_path(message, path));
    FUZZ_MUST(dbus_message_set_interface(message, interface));
    FUZZ_MUST(dbus_message_set_member(message, member));
    FUZZ_MUST(dbus_message_set_error_name(message, error));
    FUZZ_MUST(dbus_message_set_sender(message, ONE_OF(senders, rest)));
    return message;
}

static void add_text(DBusMessageIter *at, struct span *rest)
{
    char own[TEXT_MAX];
    const char *text = own;
    size_t n = next(rest);

    if (n % 8 < sizeof(texts) / sizeof(texts[0])) {
        text = texts[n % 8];
    } else {
        n = next(rest) * 4u; // longer than a code may be
        n = n < rest->n ? n : rest->n;
        n = n < sizeof(own) ? n : sizeof(own) - 1;
        if (n > 0)
            memcpy(own, rest->p, n);
        own[n] = '\0';
        *rest = span_of(rest->p + n, rest->n - n);
    }

    if (dbus_validate_utf8(text, NULL))
        FUZZ_MUST(dbus_message_iter_append_basic(at, DBUS_TYPE_STRING, &text));
}

static void add_value(DBusMessageIter *at, struct span *rest, int depth);

static void add_list(DBusMessageIter *at, struct span *rest)
{
    DBusMessageIter within;
    bool of_texts = next(rest) % 2;
    FUZZ_MUST(
        dbus_message_iter_open_container(at, DBUS_TYPE_ARRAY, of_texts ? "s" : "u", &within));
    for (size_t count = next(rest) % 3; count > 0; count--) {
        dbus_uint32_t number = next(rest);
        if (of_texts)
            add_text(&within, rest);
        else
            FUZZ_MUST(dbus_message_iter_append_basic(&within, DBUS_TYPE_UINT32, &number));
    }
    FUZZ_MUST(dbus_message_iter_close_container(at, &within));
}

static void add_variant(DBusMessageIter *at, struct span *rest, int depth)
{
    static const char *const kinds[] = {"u", "v", "s", "as"};
    DBusMessageIter within;
    const char *kind = depth < DEPTH_MAX ? ONE_OF(kinds, rest) : "u", *text = "";
    dbus_uint32_t number = next(rest);

    FUZZ_MUST(dbus_message_iter_open_container(at, DBUS_TYPE_VARIANT, kind, &within));

    if (kind[0] == 'v') {
        add_variant(&within, rest, depth + 1);
    } else if (kind[0] == 'u') {
        FUZZ_MUST(dbus_message_iter_append_basic(&within, DBUS_TYPE_UINT32, &number));
    } else if (kind[0] == 's') {
        FUZZ_MUST(dbus_message_iter_append_basic(&within, DBUS_TYPE_STRING, &text));
    } else {
        DBusMessageIter list;
        FUZZ_MUST(dbus_message_iter_open_container(&within, DBUS_TYPE_ARRAY, "s", &list));
        FUZZ_MUST(dbus_message_iter_close_container(&within, &list));
    }

    FUZZ_MUST(dbus_message_iter_close_container(at, &within));
}

static void add_struct(DBusMessageIter *at, struct span *rest, int depth)
{
    DBusMessageIter within;
    dbus_uint32_t number = next(rest);
    FUZZ_MUST(dbus_message_iter_open_container(at, DBUS_TYPE_STRUCT, NULL, &within));
    FUZZ_MUST(dbus_message_iter_append_basic(&within, DBUS_TYPE_UINT32, &number));
    add_value(&within, rest, depth + 1);
    FUZZ_MUST(dbus_message_iter_close_container(at, &within));
}

static void add_value(DBusMessageIter *at, struct span *rest, int depth)
{
    dbus_uint32_t number;
    dbus_bool_t yes = TRUE;

    switch (next(rest) % 6) {
    case 0:
        number = next(rest);
        FUZZ_MUST(dbus_message_iter_append_basic(at, DBUS_TYPE_UINT32, &number));
        break;
    case 1:
        add_list(at, rest);
        break;
    case 2:
        add_variant(at, rest, depth);
        break;
    case 3:
        FUZZ_MUST(dbus_message_iter_append_basic(at, DBUS_TYPE_BOOLEAN, &yes));
        break;
    case 4:
        if (depth < DEPTH_MAX)
            add_struct(at, rest, depth);
        break;
    default:
        add_text(at, rest);
    }
}

// As it comes over the wire, where that is one.
static DBusMessage *of_bytes(const char *bytes, size_t size)
{
    DBusError error = DBUS_ERROR_INIT;
    DBusMessage *message = dbus_message_demarshal(bytes, (int)size, &error);
    dbus_error_free(&error);
    return message;
}

static DBusMessage *of_parts(struct span rest)
{
    DBusMessageIter at;
    char *wire;
    int size;
    DBusMessage *message = begin(&rest);
    dbus_message_iter_init_append(message, &at);
    for (int i = 0; i < VALUES_MAX && rest.n > 0; i++)
        add_value(&at, &rest, 0);

    dbus_message_set_serial(message, 1);
    FUZZ_MUST(dbus_message_marshal(message, &wire, &size));
    dbus_message_unref(message);
    message = of_bytes(wire, (size_t)size);
    dbus_free(wire);
    return message;
}

// ---- the readers ----

static void check_call(DBusMessage *message)
{
    struct activation_call call = {.kind = ACTIVATION_NONE};
    const char *error = activation_call_read(message, &call);
    size_t size = strnlen(call.code, sizeof(call.code));
    FUZZ_MUST(size < sizeof(call.code));
    FUZZ_MUST((error != NULL) == (call.kind == ACTIVATION_NONE));
    FUZZ_MUST((size > 0) == (call.kind == ACTIVATION_OPEN));
    for (size_t i = 0; i < size; i++)
        FUZZ_MUST(call.code[i] > ' ' && call.code[i] < 0x7f);

    FUZZ_MUST(error || (dbus_message_has_path(message, ACTIVATION_OBJECT) &&
                        dbus_message_has_interface(message, ACTIVATION_INTERFACE)));
    activation_call_is_ours(message);
}

// Nobody but the portal changes what is known; nobody but the bus says who that is.
static void check_colours(DBusMessage *message)
{
    struct colour_portal portal = {.owner = OWNER}, asked = {0};
    enum colour_scheme scheme = COLOUR_SCHEME_UNTOLD;
    bool told = colour_message_take(&portal, message, &scheme);
    FUZZ_MUST(!told || dbus_message_has_sender(message, OWNER));
    FUZZ_MUST(told == (scheme != COLOUR_SCHEME_UNTOLD));
    FUZZ_MUST(memchr(portal.owner, '\0', sizeof(portal.owner)));
    FUZZ_MUST(strcmp(portal.owner, OWNER) == 0 ||
              dbus_message_has_sender(message, DBUS_SERVICE_DBUS));

    scheme = COLOUR_SCHEME_UNTOLD;
    told = colour_message_answer(&asked, message, &scheme);
    FUZZ_MUST(told == (scheme != COLOUR_SCHEME_UNTOLD));
    FUZZ_MUST(memchr(asked.owner, '\0', sizeof(asked.owner)) && !asked.is_new);
    FUZZ_MUST(!told || session_bus_is_answer(message));
}

static void check_notice(DBusMessage *message)
{
    uint32_t number = 0;
    notice_message_number(message, &number);
    FUZZ_MUST(number == 0 || session_bus_is_answer(message));
    FUZZ_MUST(!notice_message_is_press(message, 0));
    FUZZ_MUST(!notice_message_is_press(message, SHOWN) ||
              dbus_message_is_signal(message, NOTICE_SERVICE, "ActionInvoked"));
}

// Nobody but the portal that was asked answers, and only where it was asked to.
static void check_word(DBusMessage *message)
{
    struct pipewire_word word = {.answer = PIPEWIRE_WORD_ASKED, .owner = OWNER};
    struct fault fault = {0};
    FUZZ_MUST(pipewire_word_foresee(&word, ":1.9", "token"));
    struct pipewire_word unasked = word, other = word;
    unasked.answer = PIPEWIRE_WORD_NONE;
    pipewire_word_take(&unasked, message, NOW_MS);
    FUZZ_MUST(unasked.answer == PIPEWIRE_WORD_NONE);

    pipewire_word_take(&word, message, NOW_MS);
    FUZZ_MUST(word.answer == PIPEWIRE_WORD_ASKED ||
              (dbus_message_has_sender(message, OWNER) &&
               dbus_message_has_path(message, word.path) && word.refused_ms == NOW_MS));

    pipewire_word_refused(&word, message, FAILURE_PIPEWIRE_PORTAL, NOW_MS, &fault);
    FUZZ_MUST(fault.failure == FAILURE_PIPEWIRE_REFUSED ||
              fault.failure == FAILURE_PIPEWIRE_PORTAL);
    FUZZ_MUST(memchr(fault.detail, '\0', sizeof(fault.detail)));

    pipewire_word_meet(&other, message);
    FUZZ_MUST(memchr(other.owner, '\0', sizeof(other.owner)));
    FUZZ_MUST((other.answer == PIPEWIRE_WORD_ASKED) == (strcmp(other.owner, OWNER) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > DBUS_MAXIMUM_NAME_LENGTH * 64)
        return 0;
    struct span rest = span_of(bytes + 1, size - 1);
    DBusMessage *message =
        bytes[0] % 2 ? of_parts(rest) : of_bytes((const char *)rest.p, rest.n);
    if (!message)
        return 0;
    check_call(message);
    check_colours(message);
    check_notice(message);
    check_word(message);
    dbus_message_unref(message);
    return 0;
}
