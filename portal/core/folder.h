// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_FOLDER_H
#define QRCONFIRM_PORTAL_CORE_FOLDER_H

// The data folder, looked at as a whole before any of its files is made: what is missing may be
// made only where the whole folder is new. In a folder that was used, a missing file is lost,
// and a new one in its place would be another portal, or another certificate.

#include <stdbool.h>

#include "base/failure.h"

// False if something is wrong: then nothing was made or changed, and `fault` says in one line
// what it is and what to do. `tls`: the certificate counts too.
bool folder_check(const char *directory, bool tls, struct fault *fault);

// As folder_check, and the folder must have a key already, with which it was served: for the
// commands that change the key.
bool folder_check_served(const char *directory, struct fault *fault);

#endif
