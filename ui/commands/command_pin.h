// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_PIN_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_PIN_H

// `qrconfirm pin set|change|remove|hash`. PINs come as lines on standard input, the old one
// first, never in arguments: a terminal asks for a new one twice and echoes nothing. `hash`
// changes nothing: it prints what stands for an administrator PIN in a provisioning file.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_pin(const struct options *options, const struct paths *paths);

#endif
