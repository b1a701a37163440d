// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICE_KEYS_H
#define QRCONFIRM_PORTAL_CORE_DEVICE_KEYS_H

// The public session keys of paired devices (qr-login v1, section 11). A device has one key, or
// two while a rotation is under way; every key ever seen is remembered, so that none comes
// twice. All functions run inside a transaction.

#include "net/protocol/statement.h"
#include "portal/core/store.h"

#define ROTATION_OVERLAP_S 86400 // how long the old key stays valid if the new one is not used

enum device_key_state {
    KEY_PENDING,  // its enrolment is not confirmed
    KEY_ACTIVE,   // the device's key
    KEY_INCOMING, // brought by a rotation, not used yet
    KEY_REPLACED, // the incoming one was used
};

struct device_key {
    uint8_t key_id[KEY_ID_SIZE];
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t device_id[DEVICE_ID_SIZE];
    enum device_key_state state;
    int64_t not_after;   // seconds since 1970
    int64_t valid_until; // of an active key while a rotation is under way, else 0
};

// Keys of devices; keys of enrolments that are not confirmed are not found.
bool device_keys_find(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                      struct device_key *out);
// True if this key, or another with its id, was ever seen.
bool device_keys_seen(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE]);
// `device_id` may be NULL while the enrolment is pending.
void device_keys_add(struct store *store, const uint8_t public_key[static PUBLIC_KEY_SIZE],
                     const uint8_t *device_id, enum device_key_state state, int64_t not_after);
void device_keys_activate(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                          const uint8_t device_id[static DEVICE_ID_SIZE], int64_t not_after);
// A rotation is under way: the old key has until `valid_until`.
void device_keys_limit(struct store *store, const uint8_t key_id[static KEY_ID_SIZE],
                       int64_t valid_until);
// The incoming key was used: it becomes the device's key, all others are replaced.
void device_keys_take_over(struct store *store, const struct device_key *key);
bool device_keys_rotating(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE]);

#endif
