// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_PROVISION_H
#define QRCONFIRM_UI_SETTINGS_PROVISION_H

// What a provisioning file makes of this device besides the pairing: settings and the
// administrator PIN. All of it holds from the moment at which its pairing is kept, also where
// the program ends there (net/pairings/provision_record.h).

#include "net/pairings/provision_record.h"
#include "ui/settings/paths.h"

// Does the rest of one that a former run began and whose pairing is kept; one whose pairing is
// not kept is taken back. For the start of the program, before the settings are read: it looks
// for one file where there is nothing to do. Sends nothing.
bool provision_finish(const struct paths *paths, struct fault *fault);

// Does what `next` says, which is provision.next on disk; `config` is the configuration file.
// May be done again after it failed. Under the lock of the provisioning.
bool provision_apply(struct pairing_store *store, const char *config,
                     const struct provision_record *next, struct fault *fault);

// Whether a pairing of this id is kept.
bool provision_is_kept(struct pairing_store *store, const char *id,
                       struct pairing_summary *out);

#endif
