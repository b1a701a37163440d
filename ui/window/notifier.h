// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_NOTIFIER_H
#define QRCONFIRM_UI_WINDOW_NOTIFIER_H

// Has the desktop show a notice, one at a time, and take it back. In a thread of its own:
// nothing waits for a bus, and where none is, or nobody shows notices, nothing is told. Main
// thread, but `on_press`. Method: Desktop Notifications Specification 1.2
// (org.freedesktop.Notifications).

#include <stdbool.h>

#include "ui/window/notice.h"

struct notifier;

// `on_press` is called on the thread when the person presses the notice, for the window to come
// in front. NULL if it cannot be started.
struct notifier *notifier_start(void (*on_press)(void *userdata), void *userdata);

#define NOTIFIER_END_MS 500

// Takes back what is shown, for NOTIFIER_END_MS at most, and as much for what is on its way.
// NULL is fine, here and below.
void notifier_stop(struct notifier *notifier);

// In place of what was shown before.
void notifier_show(struct notifier *notifier, const struct notice *notice);
void notifier_withdraw(struct notifier *notifier);

#endif
