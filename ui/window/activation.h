// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_ACTIVATION_H
#define QRCONFIRM_UI_WINDOW_ACTIVATION_H

// The desktop's launcher reaches the running window by the session bus: it is raised, begins to
// pair, or is handed a code. In a thread of its own: no start waits for a bus. What comes is
// foreign: whoever may write on the bus may call. Main thread, but `on_call`.
// Method: Desktop Entry Specification, "D-Bus Activation" (org.freedesktop.Application).

#define ACTIVATION_CODE_MAX 512u // bytes of a code that is handed over, as of one that is read

enum activation_call {
    ACTIVATION_NONE,
    ACTIVATION_RAISE,
    ACTIVATION_PAIR, // the launcher's "Pair with a portal"
    ACTIVATION_OPEN  // a code
};

struct activation;

// `on_call` is called on the thread for each call that is to be taken. NULL if it cannot be
// started. The first window that asks the bus has the calls; the others get none.
struct activation *activation_start(void (*on_call)(void *userdata), void *userdata);

// NULL is fine, here and below.
void activation_stop(struct activation *activation);

// Takes the newest call that was not taken; those before it are forgotten. `code`, for OPEN:
// printable ASCII with a NUL, of whatever kind.
enum activation_call activation_take(struct activation *activation,
                                     char code[static ACTIVATION_CODE_MAX + 1]);

#endif
