// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_FLEET_H
#define QRCONFIRM_PORTAL_CORE_FLEET_H

// Many devices at once, as an administrator looks after them: listed in an order, and ended,
// renewed or revoked together. All functions run inside a transaction.

#include "portal/core/devices.h"
#include "portal/core/users.h"

// Which devices are meant; a choice of nothing means all of them.
struct fleet_choice {
    const char *group;        // "": those of no group; NULL: of any
    int64_t user;             // 0: of any account
    const uint8_t *device_id; // DEVICE_ID_SIZE bytes; NULL: any
};

enum fleet_order {
    FLEET_BY_LABEL,
    FLEET_BY_GROUP,
    FLEET_BY_ACCOUNT,
    FLEET_BY_SEEN, // the longest silent first
    FLEET_BY_PROGRAM,
    FLEET_BY_CONFIGURATION,
    FLEET_BY_PROTECTION,
    FLEET_ORDERS
};

struct fleet_row {
    struct device device;
    char account[USER_NAME_MAX + 1];
    int64_t seen; // seconds since 1970: its last signed call, or its pairing
};

// Calls `each` for at most `limit` of them, the revoked ones last. Returns how many there are.
size_t fleet_list(struct store *store, const struct fleet_choice *choice,
                  enum fleet_order order, size_t limit,
                  void (*each)(void *userdata, const struct fleet_row *row), void *userdata);

// Calls `each` for every group that has devices, by its name.
void fleet_groups(struct store *store,
                  void (*each)(void *userdata, const char *group, size_t devices),
                  void *userdata);

// What can be done to a choice; each returns to how many devices it was done.
//   end      whom they signed in is signed in no more, and what is half way is denied
//   renew    those that are alive are asked for a new key with their next receipt
//   revoke   those that are alive are refused from now on
size_t fleet_end(struct portal *portal, const struct fleet_choice *choice);
size_t fleet_renew(struct portal *portal, const struct fleet_choice *choice);
size_t fleet_revoke(struct portal *portal, const struct fleet_choice *choice);

#endif
