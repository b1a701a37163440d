// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_ACTIVATION_CALL_H
#define QRCONFIRM_UI_WINDOW_ACTIVATION_CALL_H

// A call of the desktop's launcher, as it stands in a message of the session bus. It is
// foreign: whoever may write on the bus may call. Pure, fuzzed.
// Method: Desktop Entry Specification, "D-Bus Activation" (org.freedesktop.Application).

#include <stdbool.h>

// As the names of the desktop file and of the service file.
#define ACTIVATION_NAME      "example.qrconfirm.qrconfirm"
#define ACTIVATION_OBJECT    "/example/qrconfirm/qrconfirm"
#define ACTIVATION_INTERFACE "org.freedesktop.Application"

#define ACTIVATION_CODE_MAX 512u // bytes of a code that is handed over, as of one that is read

enum activation_kind {
    ACTIVATION_NONE,
    ACTIVATION_RAISE,
    ACTIVATION_PAIR, // the launcher's "Pair with a portal"
    ACTIVATION_OPEN  // a code
};

struct activation_call {
    enum activation_kind kind;
    char code[ACTIVATION_CODE_MAX + 1]; // for OPEN: printable ASCII, of whatever kind; else ""
};

struct DBusMessage;

// Reads a method call. NULL, or the name of the error that it is answered by.
const char *activation_call_read(struct DBusMessage *message, struct activation_call *out);

// Whether the bus has given us the name for good.
bool activation_call_is_ours(struct DBusMessage *reply);

#endif
