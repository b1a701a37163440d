// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_COMMANDS_DEVICES_JOURNAL_H
#define QRCONFIRM_PORTAL_COMMANDS_DEVICES_JOURNAL_H

// `qrportal devices journal DEVICE`: what the statements that are kept of a device say of its
// journal; with --json for `qrconfirm log --compare`.

#include "portal/core/portal.h"

// Returns an exit code.
int devices_journal(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    bool json);

#endif
