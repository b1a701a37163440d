// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_WINDOW_WINDOW_H
#define QRCONFIRM_UI_WINDOW_WINDOW_H

// The face with a window: SDL shows the scene of the state, over the camera's picture while
// aiming, and takes touch, keys and mouse. It sleeps until an event comes or a tick is due.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

// Runs until the window is closed or a signal comes; returns the exit code of the last outcome.
enum exit_code window_run(const struct options *options, const struct paths *paths);

#endif
