// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PASSWORD_FILE_H
#define QRCONFIRM_NET_PASSWORD_FILE_H

// The application password of one Bitrix24 pairing, in a file of its own: it never passes
// through the JSON of the pairing, and is in guarded memory (locked, wiped when freed) only
// while the device logs in. Not sealed.
//
// File: "QRCP", u8 format 1, u8 protection 0, u8 size, the password, 16 bytes of BLAKE2b over
// all before (against damage, not against people).

#include "decode/failure.h"
#include "decode/span.h"
#include "net/login.h"

struct app_password { // in guarded memory, only from app_password_new
    char text[NET_LOGIN_MAX + 1];
};

// Empty; NULL if memory is short.
struct app_password *app_password_new(void);
void app_password_free(struct app_password *password);

// NULL with PAIRING_DAMAGED if there is no whole password file of that name.
struct app_password *password_file_read(int folder, const char *name, struct fault *fault);
bool password_file_write(int folder, const char *name, const struct app_password *password,
                         struct fault *fault);

#endif
