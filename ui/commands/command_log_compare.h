// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_LOG_COMPARE_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_LOG_COMPARE_H

// `qrconfirm log --compare FILE`: the journal beside what a portal has kept of this device's
// answers (net/pairings/portal_record.h). "-" is standard input. With --json an event for each
// difference.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_log_compare(const struct options *options, const struct paths *paths);

#endif
