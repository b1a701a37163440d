// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICES_H
#define QRCONFIRM_PORTAL_CORE_DEVICES_H

// Paired devices (qr-login v1, section 11). Their keys are in device_keys.h. All functions run
// inside a transaction.

#include "portal/base/address.h"
#include "portal/core/portal.h"

struct device {
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t user;
    char label[STATEMENT_LABEL_MAX + 1], platform[STATEMENT_LABEL_MAX + 1];
    uint8_t protection, flags;
    int64_t created, last_use; // seconds since 1970; last_use 0: never
    char last_address[ADDRESS_MAX + 1];
    char last_login[STATEMENT_LAST_MAX + 1]; // "" before the first sign-in
    uint64_t sequence;                       // of the last accepted statement
    int64_t rotated;                         // 0: never
    int64_t copy_suspected;                  // 0: never; a sequence number came twice
    int64_t revoked_at;                      // 0: alive
    uint8_t revoked_reason;
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

#endif
