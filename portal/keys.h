// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_KEYS_H
#define QRCONFIRM_PORTAL_KEYS_H

// The portal's own secrets, as files of mode 0600 in its data folder, made at the first start:
// portal.key (the Ed25519 seed that signs every message) and frame.key (rotating frames).

#include "decode/failure.h"
#include "net/identity.h"
#include "portal/environment.h"

#define PORTAL_SEED_SIZE 32u

struct portal_keys {
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t secret_key[SECRET_KEY_SIZE];
    uint8_t portal_id[PORTAL_ID_SIZE]; // SHA-256 of the public key
    uint8_t frame_key[FRAME_KEY_SIZE];
};

// Reads the files, or makes those that are missing. Fails with INTERNAL, naming the file.
bool keys_load(struct portal_keys *keys, const char *directory,
               const struct portal_environment *environment, struct fault *fault);
void keys_destroy(struct portal_keys *keys);

#endif
