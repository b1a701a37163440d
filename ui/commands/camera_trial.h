// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_CAMERA_TRIAL_H
#define QRCONFIRM_UI_COMMANDS_CAMERA_TRIAL_H

// Tries a camera as a scan would, for some seconds, through all its faults, and says how many
// frames came, were lost, and were read, and what they cost.

#include "ui/settings/options.h"

// `id`: as in --source camera:ID. Ends after options->record_s seconds, or at a signal, which
// the caller has blocked: then with INTERRUPTED, after what was seen is told.
enum exit_code camera_trial_run(const struct options *options, const char *id);

#endif
