// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMANDS_H
#define QRCONFIRM_UI_COMMANDS_COMMANDS_H

// Which function does what command, and the commands that are too small for a file.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

// Does what the command line asks; returns the exit code. `unread` is what is wrong with the
// configuration or the folders, for the commands that do without them.
enum exit_code commands_run(const struct options *options, const struct paths *paths,
                            const struct fault *unread);

#endif
