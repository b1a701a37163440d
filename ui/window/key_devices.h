// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_KEY_DEVICES_H
#define QRCONFIRM_UI_WINDOW_KEY_DEVICES_H

// Whether this machine has a keyboard that one can type letters on, as Linux tells it of each
// of its input devices: linux/input-event-codes.h, /sys/class/input/*/capabilities/key.

#include <stdbool.h>

#define KEY_DEVICES_FOLDER "/sys/class/input"

// `folder` is that of the kernel, or a test's. A power button is none, and where nothing can be
// read there is none. A scanner of bar codes that pretends to be a keyboard cannot be told
// from one.
bool key_devices_type(const char *folder);

#endif
