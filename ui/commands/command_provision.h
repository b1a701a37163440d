// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_PROVISION_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_PROVISION_H

// `qrconfirm provision FILE|-|credential:NAME`: pairs this device by a token and sets it up,
// with nobody before it (docs/provisioning.md). All of it or nothing, whenever the program
// ends; the same file given again goes on with what was begun, and changes nothing where it was
// done.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_provision(const struct options *options, const struct paths *paths);

#endif
