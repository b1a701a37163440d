// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_RENEW_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_RENEW_H

// `qrconfirm renew`: new session keys for those that end within 30 days. With a PIN it is a
// line on standard input.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_renew(const struct options *options, const struct paths *paths);

#endif
