// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PAIRING_FILES_H
#define QRCONFIRM_NET_PAIRINGS_PAIRING_FILES_H

// The names of a pairing's files in the folder of the pairings: its id (PAIRING_ID_SIZE digits)
// and a suffix.

#include "net/pairings/atomic_file.h"
#include "net/pairings/key_file.h"

#define RECORD_SUFFIX   ".pairing"  // pairing_record.h
#define KEY_SUFFIX      ".key"      // key_file.h
#define PASSWORD_SUFFIX ".password" // password_file.h

void pairing_file_name(char out[static ATOMIC_FILE_NAME_MAX + 1], const char *id,
                       const char *suffix);

// Erases the key and the password, with what a change of the PIN that was cut short has left
// beside them. What is not there is erased already.
bool pairing_files_erase_secrets(int folder, const char *id, struct fault *fault);

#endif
