// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_FORGET_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_FORGET_H

// `qrconfirm forget ID`: tells the portal that this device leaves, if it can be reached, and
// erases the pairing and its key in any case.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_forget(const struct options *options, const struct paths *paths);

#endif
