// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICE_PAIRING_H
#define QRCONFIRM_PORTAL_CORE_DEVICE_PAIRING_H

// The last step of pairing, whatever allowed it: the enrolment becomes a device, and its key
// signs for it. Runs inside a transaction.

#include "portal/core/portal.h"

// A pairing that was made, as it is remembered with what allowed it.
struct device_pairing {
    int64_t user;
    uint8_t key_id[KEY_ID_SIZE]; // the key is in the store, and pending
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t made_at;   // seconds since 1970
    const char *group; // that the device comes into; NULL: none
};

// `user`, `key_id` and `group` are the caller's; fills in the rest.
void device_pairing_make(struct portal *portal, const struct statement_enrol *enrol,
                         struct device_pairing *pairing);

#endif
