// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_H
#define QRCONFIRM_UI_COMMANDS_H

// Which function does what command, and the commands that are too small for a file.

#include "ui/options.h"
#include "ui/paths.h"

// Does what the command line asks; returns the exit code.
enum exit_code commands_run(const struct options *options, const struct paths *paths);

#endif
