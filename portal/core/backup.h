// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_BACKUP_H
#define QRCONFIRM_PORTAL_CORE_BACKUP_H

// All of a portal in one file (mode 0600), and a portal made of it: the store, as of one
// moment, and in a table of its own the keys and the certificate. Of stores in SQLite:
// PostgreSQL has programs of its own.

#include <stdint.h>

#include "base/failure.h"

// Saves the portal of a data folder, also while it is served, into a file that is not there
// yet. `now`: seconds since 1970. Fails with INTERNAL, USAGE or STORE_DAMAGED, also where the
// folder is not whole (folder.h): then there is no file.
bool backup_make(const char *directory, const char *file, int64_t now, struct fault *fault);

// Makes the portal again in a folder that has none. Who was signed in has to do so again.
// `made` gets the time of the backup. Fails with INTERNAL or USAGE: then the folder has no
// portal, and whether it is cut short or not, the same may be asked again.
bool backup_restore(const char *file, const char *directory, int64_t *made,
                    struct fault *fault);

#endif
