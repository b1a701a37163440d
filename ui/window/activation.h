// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_ACTIVATION_H
#define QRCONFIRM_UI_WINDOW_ACTIVATION_H

// The desktop's launcher reaches the running window by the session bus: it is raised, begins to
// pair, or is handed a code. In a thread of its own: no start waits for a bus. What comes is
// foreign: whoever may write on the bus may call. Main thread, but `on_call`.
// Method: Desktop Entry Specification, "D-Bus Activation" (org.freedesktop.Application).

#include "ui/window/activation_call.h"

struct activation;

// `on_call` is called on the thread for each call that is to be taken. NULL if it cannot be
// started. The first window that asks the bus has the calls; the others get none.
struct activation *activation_start(void (*on_call)(void *userdata), void *userdata);

// NULL is fine, here and below.
void activation_stop(struct activation *activation);

// Takes the newest call that was not taken, NONE where there is none; those before it are
// forgotten.
void activation_take(struct activation *activation, struct activation_call *out);

#endif
