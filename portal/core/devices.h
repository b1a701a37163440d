// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICES_H
#define QRCONFIRM_PORTAL_CORE_DEVICES_H

// Paired devices (qr-login v1, section 11). Their keys are in device_keys.h. All functions run
// inside a transaction.

#include "portal/base/address.h"
#include "portal/core/portal.h"

#define DEVICE_GROUP_MAX         64u // bytes of a group's name
#define DEVICE_PROGRAM_MAX       64u // bytes
#define DEVICE_CONFIGURATION_MAX (2 * HASH_SIZE)

// Where a call of a device came from, and what the device said of itself besides: unsigned, for
// the list alone. "": nothing.
struct device_contact {
    char address[ADDRESS_MAX + 1];
    char program[DEVICE_PROGRAM_MAX + 1];             // "qrconfirm/1.0"
    char configuration[DEVICE_CONFIGURATION_MAX + 1]; // SHA-256 in hex
};

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
    char group[DEVICE_GROUP_MAX + 1]; // that an administrator looks after it in; "": none
    char program[DEVICE_PROGRAM_MAX + 1], configuration[DEVICE_CONFIGURATION_MAX + 1];
    int64_t renewal_asked; // 0: no; else since then its receipts ask it for a new key
    int64_t badge;         // a person's key at a kiosk (section 6.2), by this badge; 0: no
    uint8_t kiosk[DEVICE_ID_SIZE]; // and the kiosk
};

// How the secret key is kept (ENROL_*), in a word: "file", "keyring", "hardware".
const char *devices_protection_name(uint8_t protection);
// 1 to DEVICE_GROUP_MAX bytes that can be seen.
bool devices_is_group(const char *text);

bool devices_find(struct store *store, const uint8_t device_id[static DEVICE_ID_SIZE],
                  struct device *out);
void devices_add(struct store *store, const struct device *device);

// Ends the device and what it began; `sessions` also ends what it signed in. With a kiosk end
// those that people have there by their badges.
void devices_revoke(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    uint8_t reason, bool sessions);
// What came by this badge; and what the account has at this kiosk by any.
void devices_revoke_of_badge(struct portal *portal, int64_t badge, uint8_t reason);
void devices_revoke_at_kiosk(struct portal *portal, int64_t user,
                             const uint8_t kiosk[static DEVICE_ID_SIZE]);
// A sequence number came twice: somebody may have copied the key.
void devices_suspect(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE]);
// It made a call that was signed and permitted.
void devices_used(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                  const struct device_contact *contact);
// The same for the call that paired it, which is no use of it yet.
void devices_paired(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE],
                    const struct device_contact *contact);
// Its receipts ask for a new key until a rotation brings one.
void devices_ask_renewal(struct portal *portal, const uint8_t *device_id);
void devices_rotated(struct portal *portal, const uint8_t device_id[static DEVICE_ID_SIZE]);

// Every device of an account, the newest first; the caller frees `*out`.
size_t devices_of_user(struct store *store, int64_t user, struct device **out);

#endif
