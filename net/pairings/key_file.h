// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_KEY_FILE_H
#define QRCONFIRM_NET_PAIRINGS_KEY_FILE_H

// The secret session keys of one pairing, in a file of their own: they never pass through the
// JSON of the pairing, and are in guarded memory (locked, wiped when freed) only while
// something is signed. Sealed where the device has a PIN.
//
// File: as sealed_file.h, kind "QRCK"; open are the ids of the keys, secret their seeds of 32
// bytes. Older files (format 1: "QRCK", u8 1, u8 0, u8 count, count seeds, 16 bytes of BLAKE2b
// over all before) are read too, and written anew in the form above.

#include "net/pairings/sealed_file.h"
#include "net/protocol/identity.h"

// One in use, and one that is to follow it while the portal has not yet taken it.
#define KEY_FILE_KEYS_MAX 2u
#define KEY_SEED_SIZE     32u

#define PAIRING_ID_SIZE 16u // hex digits; they name the files of a pairing

struct secret_key {
    uint8_t secret[SECRET_KEY_SIZE];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t id[KEY_ID_SIZE];
};

struct secret_keys { // in guarded memory, only from secret_keys_new
    size_t count;
    struct secret_key key[KEY_FILE_KEYS_MAX];
};

// Empty; NULL if memory is short.
struct secret_keys *secret_keys_new(void);
void secret_keys_free(struct secret_keys *keys);

// Adds the key of a seed. PAIRING_DAMAGED if there are KEY_FILE_KEYS_MAX already, INTERNAL if
// it cannot be made; the keys are then as before.
bool secret_keys_add(struct secret_keys *keys, const uint8_t seed[static KEY_SEED_SIZE],
                     struct fault *fault);
const struct secret_key *secret_keys_find(const struct secret_keys *keys,
                                          const uint8_t id[static KEY_ID_SIZE]);
// Removes all keys but that one; nothing if it is not there.
void secret_keys_keep(struct secret_keys *keys, const uint8_t id[static KEY_ID_SIZE]);

// What can be told of the file without the PIN, in whichever form it is. Fails as
// sealed_file_look.
bool key_file_look(int folder, const char *name, struct sealed_facts *out, struct fault *fault);

// True if the file is whole and holds this key; needs no PIN. PAIRING_DAMAGED if it holds
// others.
bool key_file_holds(int folder, const char *name, const uint8_t id[static KEY_ID_SIZE],
                    struct fault *fault);

// The same for whoever may not have a secret in memory: of the file its names of keys alone are
// read, so damage behind them does not show. One in the older form has no names; it is enough
// that it is there.
bool key_file_names(int folder, const char *name, const uint8_t id[static KEY_ID_SIZE],
                    struct fault *fault);

// NULL with KEY_LOCKED if it is sealed and `seal` (which may be NULL) is not the one; else as
// sealed_file_look.
struct secret_keys *key_file_read(int folder, const char *name, const struct seal *seal,
                                  struct fault *fault);
// Sealed by `seal`, or unsealed with NULL.
bool key_file_write(int folder, const char *name, const struct secret_keys *keys,
                    const struct seal *seal, struct fault *fault);

#endif
