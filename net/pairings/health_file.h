// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PAIRINGS_HEALTH_FILE_H
#define QRCONFIRM_NET_PAIRINGS_HEALTH_FILE_H

// How this device has fared, for whoever watches many: counts and times, no person and no
// portal. health.json in the state folder (JSON, 0600, atomic); programs that run beside each
// other add to it under health.lock. It is no record: one that is damaged begins anew.

#include <stdint.h>

#include "base/failure.h"

struct health {
    uint64_t starts;       // of a program that scans
    int64_t started_at;    // all times in seconds since 1970 by this device's clock; 0: never
    uint64_t approved;     // sign-ins
    int64_t last_approved; // ... the last one
    uint64_t failures[FAILURE_COUNT];
    enum failure last_failure;
    int64_t last_failure_at;
    enum failure camera; // what is wrong with it; FAILURE_NONE: it gave pictures
    int64_t camera_at;   // since when that is known
};

enum health_event_kind { HEALTH_STARTED, HEALTH_APPROVED, HEALTH_FAILED, HEALTH_CAMERA };

struct health_event {
    enum health_event_kind kind;
    enum failure failure; // FAILED, CAMERA
    int64_t time;
};

// Zeros where there is no file yet, or a damaged one. Fails as a read does (storage_fault.h).
bool health_read(const char *state_dir, struct health *out, struct fault *fault);

// Adds to the file. Fails as a write does; nothing is changed then.
bool health_add(const char *state_dir, const struct health_event *event, struct fault *fault);

#endif
