// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_CONFIG_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_CONFIG_H

// `qrconfirm config check [FILE]`: everything that is wrong in the configuration file, and in
// the provisioning file if one is named. Changes nothing and sends nothing. `unread` is what
// the start of the program found wrong.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_config(const struct options *options, const struct paths *paths,
                              const struct fault *unread);

#endif
