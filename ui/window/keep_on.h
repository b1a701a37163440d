// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_KEEP_ON_H
#define QRCONFIRM_UI_WINDOW_KEEP_ON_H

// Keeps the screen on while a person aims or reads, and lets it go dark afterwards. Main thread
// only.
//
// SDL does both where a screen-saver service is on the session bus. Where there is none, SDL
// 2.26 keeps the screen on through the display, but never lets go: it sends a message that
// nobody receives and takes that for success. There the display is asked from here: X11 by its
// MIT-SCREEN-SAVER extension, Wayland by idle-inhibit-unstable-v1. KMS has no screen saver.

#include <SDL.h>
#include <stdbool.h>

#include "ui/window/idle_inhibitor.h"

enum keep_on_way { KEEP_ON_NOT, KEEP_ON_SERVICE, KEEP_ON_X11, KEEP_ON_WAYLAND };

struct keep_on {
    bool on;              // what was asked for last
    enum keep_on_way way; // in which it is kept on now
    struct idle_inhibitor inhibitor;
};

// All zero bytes are a screen that is not kept on.
void keep_on_destroy(struct keep_on *keep_on); // before the window is

void keep_on_set(struct keep_on *keep_on, SDL_Window *window, bool on);

#endif
