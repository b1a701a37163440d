// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_ON_STORE_H
#define QRCONFIRM_PORTAL_COMMANDS_ON_STORE_H

#include "portal/commands/command_line.h"
#include "portal/core/portal.h"

// Runs a command on the store of the folder that `line` names, beside a server or not. Signals
// wait for its end. Returns its exit code, or that of why the store cannot be opened.
int command_on_store(const struct command_line *line,
                     int (*run)(struct portal *portal, const struct command_line *line));

#endif
