// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_COMMANDS_JOURNAL_FAULT_H
#define QRCONFIRM_UI_COMMANDS_JOURNAL_FAULT_H

// What `log` and `doctor` say of a journal that is not whole.

#include "net/pairings/journal_check.h"
#include "ui/settings/paths.h"

// False with the failure, and which lines it is about.
bool journal_is_whole(const struct paths *paths, const struct journal_checked *checked,
                      struct fault *fault);

#endif
