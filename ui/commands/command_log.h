// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_LOG_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_LOG_H

// `qrconfirm log`: the journal of decisions, and whether it is whole. With --json the lines as
// they are, each inside an event.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_log(const struct options *options, const struct paths *paths);

#endif
