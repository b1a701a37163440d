// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_STATUS_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_STATUS_H

// `qrconfirm status`: how this device fares, as text, as one JSON object, or as metrics in a
// file (docs/monitoring.md). What is wrong with it is told, and is no failure of the command.

#include "net/environment.h"
#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_status(const struct options *options, const struct paths *paths,
                              const struct net_environment *environment);

#endif
