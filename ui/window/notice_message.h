// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_NOTICE_MESSAGE_H
#define QRCONFIRM_UI_WINDOW_NOTICE_MESSAGE_H

// What the desktop says of the notice that it shows, as it stands in messages of the session
// bus. Pure, fuzzed. Method: Desktop Notifications Specification 1.2
// (org.freedesktop.Notifications).

#include <stdbool.h>
#include <stdint.h>

#define NOTICE_SERVICE "org.freedesktop.Notifications"
#define NOTICE_PRESSED "default" // the action of the notice itself, which has no button

struct DBusMessage;

// The desktop's number of what it shows, as the answer to Notify tells it. False: it tells
// none.
bool notice_message_number(struct DBusMessage *answer, uint32_t *out);

// Whether the notice of this number was pressed; 0: none is shown.
bool notice_message_is_press(struct DBusMessage *message, uint32_t shown);

#endif
