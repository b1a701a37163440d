// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_ATTEMPTS_H
#define QRCONFIRM_PORTAL_CORE_ATTEMPTS_H

// Counts what may be tried only a limited number of times: wrong passwords, wrong one-time
// codes, unknown challenge ids. How often is a setting. What falls into the
// same sixtieth of the time is counted in one row, so a limit of thousands costs no more than
// one of ten; that is by how much an attempt may be forgotten early. Runs inside a transaction
// of the store; `now` is milliseconds of CLOCK_BOOTTIME.

#include "portal/core/config.h"

struct attempt_limit {
    const char *kind;
    enum config_id count; // so many
    int64_t window_ms;    // within this long
};

extern const struct attempt_limit ATTEMPTS_PASSWORD_NAME;    // per account name and network
extern const struct attempt_limit ATTEMPTS_PASSWORD_NETWORK; // per network
extern const struct attempt_limit
    ATTEMPTS_PASSWORD_ACCOUNT;                            // per account name, unknown networks
extern const struct attempt_limit ATTEMPTS_ONE_TIME_CODE; // per account
extern const struct attempt_limit ATTEMPTS_UNKNOWN_ID;    // per device

void attempts_add(struct store *store, const struct attempt_limit *limit, struct span subject,
                  int64_t now);
// Takes back one that was added at that `now`.
void attempts_take_back(struct store *store, const struct attempt_limit *limit,
                        struct span subject, int64_t now);
bool attempts_exhausted(struct store *store, const struct attempt_limit *limit,
                        struct span subject, int64_t now);
void attempts_forget(struct store *store, const struct attempt_limit *limit,
                     struct span subject);

#endif
