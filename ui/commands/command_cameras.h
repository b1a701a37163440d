// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_COMMAND_CAMERAS_H
#define QRCONFIRM_UI_COMMANDS_COMMAND_CAMERAS_H

// qrconfirm cameras: every video node, usable or not, and why. With an ID: tries that camera.

#include "ui/settings/options.h"

enum exit_code command_cameras(const struct options *options);

#endif
