// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_PASSWORD_FILE_H
#define QRCONFIRM_NET_PAIRINGS_PASSWORD_FILE_H

// The application password of one pairing, in a file of its own: it never passes
// through the JSON of the pairing, and is in guarded memory (locked, wiped when freed) only
// while the device logs in. Sealed where the device has a PIN.
//
// File: as sealed_file.h, kind "QRCP"; nothing is open, the secret is the password.

#include "net/pairings/sealed_file.h"

#define APP_PASSWORD_MAX 255u // bytes

struct app_password { // in guarded memory, only from app_password_new
    char text[APP_PASSWORD_MAX + 1];
};

// Empty; NULL if memory is short.
struct app_password *app_password_new(void);
void app_password_free(struct app_password *password);

// NULL with KEY_LOCKED if it is sealed and `seal` (which may be NULL) is not the one; else as
// sealed_file_look.
struct app_password *password_file_read(int folder, const char *name, const struct seal *seal,
                                        struct fault *fault);
// Sealed by `seal`, or unsealed with NULL.
bool password_file_write(int folder, const char *name, const struct app_password *password,
                         const struct seal *seal, struct fault *fault);

#endif
