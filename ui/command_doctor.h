// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMAND_DOCTOR_H
#define QRCONFIRM_UI_COMMAND_DOCTOR_H

// `qrconfirm doctor`: checks what a sign-in needs - typeface, camera, clock, pairings, journal,
// portals - one line each, what is wrong with its next step.

#include "ui/options.h"
#include "ui/paths.h"

// The exit code is that of the first failure.
enum exit_code command_doctor(const struct options *options, const struct paths *paths);

#endif
