// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_SEAL_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_SEAL_H

// `qrconfirm seal [keyring|credential|tpm|file]`: what seals the keys beside the PIN
// (net/pairings/seal_part.h), and from here on something else.

#include "ui/settings/options.h"
#include "ui/settings/paths.h"

enum exit_code command_seal(const struct options *options, const struct paths *paths);

#endif
