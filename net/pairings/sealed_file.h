// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_SEALED_FILE_H
#define QRCONFIRM_NET_PAIRINGS_SEALED_FILE_H

// A small secret in a file of its own, sealed (encrypted by the PIN) where the device has one.
// In memory it is guarded (locked, wiped when freed), and there only while it is used.
//
// File: 4 bytes of kind, u8 format 2, u8 sealed (0 or 1), u8 size of the open part, u8 size of
// the secret, the open part; where sealed: 16 bytes salt, u32 passes, u32 KiB (big endian), 24
// bytes nonce; the secret, with 16 bytes tag where sealed; 16 bytes of BLAKE2b over all before
// (so that damage is not taken for a wrong PIN). Everything before the nonce is bound to the
// sealed secret.

#include "net/pairings/seal.h"

#define SEALED_FILE_FORMAT 2u
#define SEALED_KIND_SIZE   4u
#define SEALED_OPEN_MAX    64u  // bytes that are not secret
#define SEALED_SECRET_MAX  255u // bytes that are

// What can be told of the file without the PIN.
struct sealed_facts {
    bool sealed;
    uint8_t salt[SEAL_SALT_SIZE]; // of the seal; zero if there is none
    size_t open_size;
    uint8_t open[SEALED_OPEN_MAX];
};

struct sealed_content { // in guarded memory, only from sealed_content_new
    char kind[SEALED_KIND_SIZE];
    size_t open_size, secret_size;
    uint8_t open[SEALED_OPEN_MAX];
    uint8_t secret[SEALED_SECRET_MAX];
};

struct sealed_content *sealed_content_new(void); // empty; NULL if memory is short
void sealed_content_free(struct sealed_content *content);

// KEY_MISSING if it is not there, PAIRING_DAMAGED if it is not whole, INTERNAL if that cannot
// be told, and what atomic_file_read says of one that could not be read.
bool sealed_file_look(int folder, const char *name, struct sealed_facts *out,
                      struct fault *fault);

// The same without a byte of the secret in memory, of a file whose open part is no longer than
// `open_max`: damage behind that part does not show.
bool sealed_file_look_ahead(int folder, const char *name, size_t open_max,
                            struct sealed_facts *out, struct fault *fault);

// `seal` may be NULL. KEY_LOCKED if the file needs another one; else as above.
struct sealed_content *sealed_file_read(int folder, const char *name, const struct seal *seal,
                                        struct fault *fault);

// Sealed by `seal`, or unsealed with NULL. INTERNAL, and what was there stays, if it cannot be.
bool sealed_file_write(int folder, const char *name, const struct sealed_content *content,
                       const struct seal *seal, struct fault *fault);

#endif
