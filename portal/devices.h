// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_DEVICES_H
#define QRCONFIRM_PORTAL_DEVICES_H

// Paired devices and their session keys (qr-login v1, section 11). A device has one key, or two
// while a rotation is under way; every key ever seen is remembered, so that none comes twice.
// All functions run inside a transaction.

#include "portal/address.h"
#include "portal/portal.h"

#define ROTATION_OVERLAP_S 86400 // how long the old key stays valid if the new one is not used

struct device {
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t user;
    char label[STATEMENT_LABEL_MAX + 1], platform[STATEMENT_LABEL_MAX + 1];
    uint8_t protection, flags;
    int64_t created, last_use; // seconds since 1970; last_use 0: never
    char last_address[ADDRESS_MAX + 1];
    char last_login[STATEMENT_LAST_MAX + 1]; // "" before the first sign-in
    int64_t sequence;                        // of the last accepted statement
    int64_t rotated;                         // 0: never
    int64_t copy_suspected;                  // 0: never; a sequence number came twice
    int64_t revoked_at;                      // 0: alive
    uint8_t revoked_reason;
};

enum session_key_state {
    KEY_PENDING,  // its enrolment is not confirmed
    KEY_ACTIVE,   // the device's key
    KEY_INCOMING, // brought by a rotation, not used yet
    KEY_REPLACED, // the incoming one was used
};

struct session_key {
    uint8_t key_id[KEY_ID_SIZE];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    enum session_key_state state;
    int64_t not_after;   // seconds since 1970
    int64_t valid_until; // of an active key while a rotation is under way, else 0
};

bool devices_find(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                  struct device *out);
void devices_add(struct store *store, const struct device *device);

// Ends the device and what it began; `sessions` also ends what it signed in.
void devices_revoke(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    uint8_t reason, bool sessions);
// A sequence number came twice: somebody may have copied the key.
void devices_suspect(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE]);
void devices_used(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                  const char *address);

// Every device of an account, the newest first; the caller frees `*out`.
size_t devices_of_user(struct store *store, int64_t user, struct device **out);

// Keys of devices; keys of enrolments that are not confirmed are not found.
bool session_keys_find(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                       struct session_key *out);
// True if this key, or another with its id, was ever seen.
bool session_keys_seen(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE]);
// `device_id` may be NULL while the enrolment is pending.
void session_keys_add(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE],
                      const uint8_t *device_id, enum session_key_state state,
                      int64_t not_after);
void session_keys_activate(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                           const uint8_t device_id[static DEVICE_ID_SIZE], int64_t not_after);
// A rotation is under way: the old key has until `valid_until`.
void session_keys_limit(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                        int64_t valid_until);
// The incoming key was used: it becomes the device's key, all others are replaced.
void session_keys_take_over(struct store *store, const struct session_key *key);
bool session_keys_rotating(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE]);

#endif
