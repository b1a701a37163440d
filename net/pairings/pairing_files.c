// SPDX-License-Identifier: MIT
#include "net/pairings/pairing_files.h"

#include <stdio.h>

#include "net/pairings/pin_change.h"

void pairing_file_name(char out[static ATOMIC_FILE_NAME_MAX + 1], const char *id,
                       const char *suffix)
{
    snprintf(out, ATOMIC_FILE_NAME_MAX + 1, "%.*s%s", (int)PAIRING_ID_SIZE, id, suffix);
}

bool pairing_files_erase_secrets(int folder, const char *id, struct fault *fault)
{
    static const char *const suffixes[] = {KEY_SUFFIX, PASSWORD_SUFFIX,
                                           KEY_SUFFIX PIN_NEXT_SUFFIX,
                                           PASSWORD_SUFFIX PIN_NEXT_SUFFIX};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char name[ATOMIC_FILE_NAME_MAX + 1];
        pairing_file_name(name, id, suffixes[i]);
        ok = atomic_file_erase(folder, name, fault);
    }
    return ok;
}
