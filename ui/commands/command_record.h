// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_RECORD_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_RECORD_H

// qrconfirm record FILE: what the camera gives, in a file that --source replay:FILE plays.

#include "ui/settings/options.h"

enum exit_code command_record(const struct options *options);

#endif
