// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_IDLE_INHIBITOR_H
#define QRCONFIRM_UI_WINDOW_IDLE_INHIBITOR_H

// Asks a Wayland compositor not to blank the screen while a surface is shown
// (idle-inhibit-unstable-v1). It has its own queue: no event of the window is taken.

#include <stdbool.h>

struct wl_display;
struct wl_event_queue;
struct wl_surface;
struct zwp_idle_inhibit_manager_v1;
struct zwp_idle_inhibitor_v1;

// All zero bytes are one that asks for nothing.
struct idle_inhibitor {
    struct wl_display *display; // not owned; outlives it
    struct wl_event_queue *queue;
    struct zwp_idle_inhibit_manager_v1 *manager; // NULL: the compositor has none
    struct zwp_idle_inhibitor_v1 *inhibitor;
};

// False if the compositor cannot do it.
bool idle_inhibitor_begin(struct idle_inhibitor *idle, struct wl_display *display,
                          struct wl_surface *surface);
void idle_inhibitor_end(struct idle_inhibitor *idle);

void idle_inhibitor_destroy(struct idle_inhibitor *idle);

#endif
