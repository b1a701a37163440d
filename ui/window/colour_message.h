// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_COLOUR_MESSAGE_H
#define QRCONFIRM_UI_WINDOW_COLOUR_MESSAGE_H

// What the portal of settings says of the desktop's colours, as it stands in messages of the
// session bus. Pure, fuzzed.
// Method: org.freedesktop.portal.Settings, and color-scheme of org.freedesktop.appearance.

#include "ui/drawing/theme.h"

#define COLOUR_SERVICE    "org.freedesktop.portal.Desktop"
#define COLOUR_SETTINGS   "org.freedesktop.portal.Settings"
#define COLOUR_APPEARANCE "org.freedesktop.appearance"
#define COLOUR_KEY        "color-scheme"

#define COLOUR_OWNER_MAX 256 // D-Bus limits names so

struct colour_portal {
    char owner[COLOUR_OWNER_MAX]; // its own name: signals of others are not believed
    bool is_new;                  // there is another portal, which was not asked
};

struct DBusMessage;

// A message that nobody asked for. True if it tells of colours; `out` only then.
bool colour_message_take(struct colour_portal *portal, struct DBusMessage *message,
                         enum colour_scheme *out);
// The reply to ReadOne or Read, which may be an error.
bool colour_message_answer(struct colour_portal *portal, struct DBusMessage *reply,
                           enum colour_scheme *out);

#endif
