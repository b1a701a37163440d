// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_KEYS_H
#define QRCONFIRM_PORTAL_CORE_KEYS_H

// The portal's own secrets, as files of mode 0600 in its data folder: portal.key (the Ed25519
// seed that signs every message) and frame.key (rotating frames), made at the first start;
// portal-next.key while a change of key is announced, portal-old.key after it (qr-login v1,
// section 11). A running server keeps the keys it started with.

#include "base/failure.h"
#include "net/protocol/identity.h"
#include "portal/base/environment.h"

#define PORTAL_SEED_SIZE 32u
#define PORTAL_OLD_KEY_S 2592000 // 30 days that the old key still answers

struct portal_key {
    bool present;
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t secret_key[SECRET_KEY_SIZE];
    uint8_t portal_id[PORTAL_ID_SIZE]; // SHA-256 of the public key
};

struct portal_keys {
    struct portal_key current;
    struct portal_key next; // announced in the metadata
    struct portal_key old;  // answers devices that do not know the current one yet
    int64_t old_until;      // until then; seconds since 1970, set by portal_start
    uint8_t frame_key[FRAME_KEY_SIZE];
};

// Reads the files; makes portal.key and frame.key if they are missing. Fails with INTERNAL,
// naming the file.
bool keys_load(struct portal_keys *keys, const char *directory,
               const struct portal_environment *environment, struct fault *fault);
// The same, but makes nothing: what is missing is not present, and frame_key is left out.
bool keys_read(struct portal_keys *keys, const char *directory, struct fault *fault);
void keys_destroy(struct portal_keys *keys);

// The key that answers a request which names this portal id: NULL if it is not one of the
// portal's.
const struct portal_key *keys_answering(const struct portal_keys *keys,
                                        const uint8_t portal_id[static PORTAL_ID_SIZE],
                                        int64_t wall_now);

// Makes the next key, to be announced from the next start on; USAGE if there is one.
bool keys_announce(const char *directory, const struct portal_environment *environment,
                   struct fault *fault);
// The next key becomes the current one at the next start; USAGE if there is none.
bool keys_switch(const char *directory, struct fault *fault);
// The old key answers no longer.
bool keys_drop_old(const char *directory, struct fault *fault);

#endif
