// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_FUZZ_FOLDER_H
#define QRCONFIRM_TESTS_FUZZ_FOLDER_H

// A folder for targets whose reader takes files: one a process, removed when it ends.

#include "base/span.h"

// Its path.
const char *fuzz_folder(void);
// Puts a file there, in place of the one before.
void fuzz_folder_put(const char *name, struct span content);

#endif
