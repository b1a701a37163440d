// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_COLOUR_WATCH_H
#define QRCONFIRM_UI_WINDOW_COLOUR_WATCH_H

// Follows the desktop's choice between light and dark, in a thread of its own: no start waits
// for a bus, and one that is silent, gone or talks nonsense leaves what was told before. Main
// thread, but `on_change`.
// Method: org.freedesktop.portal.Settings, and color-scheme of org.freedesktop.appearance.

#include "ui/drawing/theme.h"

struct colour_watch;

// `on_change` is called on the thread whenever something else is told. NULL if it cannot be
// started: then nothing is ever told.
struct colour_watch *colour_watch_start(void (*on_change)(void *userdata), void *userdata);

// NULL is fine, here and below.
void colour_watch_stop(struct colour_watch *watch);

// What was told last.
enum colour_scheme colour_watch_told(const struct colour_watch *watch);

#endif
