// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_KEY_FILE_H
#define QRCONFIRM_NET_KEY_FILE_H

// The secret session keys of one pairing, in a file of their own: they never pass through the
// JSON of the pairing, and are in guarded memory (locked, wiped when freed) only while
// something is signed. Not sealed by a PIN: protection 0 of qr-login v1.
//
// File: "QRCK", u8 format 1, u8 protection 0, u8 count, count seeds of 32 bytes, 16 bytes of
// BLAKE2b over all before (against damage, not against people).

#include "decode/failure.h"
#include "net/identity.h"

// One in use, and one that is to follow it while the portal has not yet taken it.
#define KEY_FILE_KEYS_MAX 2u
#define KEY_SEED_SIZE     32u

struct session_key {
    uint8_t secret[SECRET_KEY_SIZE];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t id[KEY_ID_SIZE];
};

struct session_keys { // in guarded memory, only from session_keys_new
    size_t count;
    struct session_key key[KEY_FILE_KEYS_MAX];
};

// Empty; NULL if memory is short.
struct session_keys *session_keys_new(void);
void session_keys_free(struct session_keys *keys);

// Adds the key of a seed. False if there are KEY_FILE_KEYS_MAX already.
bool session_keys_add(struct session_keys *keys, const uint8_t seed[static KEY_SEED_SIZE]);
const struct session_key *session_keys_find(const struct session_keys *keys,
                                            const uint8_t id[static KEY_ID_SIZE]);

// NULL with PAIRING_DAMAGED if there is no whole key file of that name.
struct session_keys *key_file_read(int folder, const char *name, struct fault *fault);
bool key_file_write(int folder, const char *name, const struct session_keys *keys,
                    struct fault *fault);

#endif
