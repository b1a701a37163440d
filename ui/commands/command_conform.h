// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_CONFORM_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_CONFORM_H

// `qrconfirm conform URL [URL]`: finds out which of the 18 properties of qr-login v1 hold at a
// portal (net/conform/conform.h), and prints them. The URLs are the texts of pairing codes.

#include "net/environment.h"
#include "ui/settings/options.h"

enum exit_code command_conform(const struct options *options,
                               const struct net_environment *environment);

#endif
