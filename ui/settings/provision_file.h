// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_UI_SETTINGS_PROVISION_FILE_H
#define QRCONFIRM_UI_SETTINGS_PROVISION_FILE_H

// The provisioning file (docs/provisioning.md): one JSON object that makes a kiosk of a bare
// device. It holds a secret until its token is used: wipe it. Everything in it is looked at
// before anything is done; each member that is not right has a failure of its own.

#include "net/pairings/provision_record.h"
#include "net/token_pairing.h"
#include "ui/settings/finding.h"

#define PROVISION_FILE_MAX 8192u // bytes

struct provision_file {
    struct token_pairing pairing;                // its label is empty where the file has none
    char administrator[ADMINISTRATOR_HASH_SIZE]; // empty: not in the file
    size_t setting_count;
    struct provision_setting settings[PROVISION_SETTINGS_MAX];
    uint8_t hash[HASH_SIZE]; // of its bytes
};

// Tells all that is wrong in such a file, not only the first. True if nothing is. As below.
bool provision_file_check(const char *name, const char *credentials, struct finding_sink sink);

// Fails with a row PROVISION_*; `out` is then to be wiped all the same.
bool provision_file_parse(struct span text, struct provision_file *out, struct fault *fault);

// Reads it from where `name` says: a file, "-" (standard input), or "credential:NAME", which is
// that file in `credentials`, the folder that systemd names in $CREDENTIALS_DIRECTORY (NULL:
// there is none). PROVISION_UNREADABLE, and as above.
bool provision_file_read(const char *name, const char *credentials, struct provision_file *out,
                         struct fault *fault);

#endif
