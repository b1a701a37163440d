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
    int64_t badge;     // by which it came; 0: by none, and the two below mean nothing
    uint8_t kiosk[DEVICE_ID_SIZE]; // at which it came
    int64_t badge_ends;            // seconds since 1970: its key is not good for longer
};

// `user`, `key_id`, `group` and all of a badge are the caller's; fills in the rest. By a badge,
// it takes the place of the device that the account had at that kiosk.
void device_pairing_make(struct portal *portal, const struct statement_enrol *enrol,
                         struct device_pairing *pairing);

#endif
