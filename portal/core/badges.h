// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_BADGES_H
#define QRCONFIRM_PORTAL_CORE_BADGES_H

// Badges: each names a person at kiosks (qr-login v1, section 6.2). The store holds the
// SHA-256; the text is known only while one is made. Their first uses are in enrolments.h, and
// what people have by them in devices.h. Times are seconds since 1970. All functions run inside
// a transaction.

#include "portal/core/enrolments.h"

#define BADGE_LIFE_MIN_S    INT64_C(3600)
#define BADGE_LIFE_MAX_S    INT64_C(34560000) // 400 days
#define BADGES_OF_USER      8                 // that live
#define FIRST_USES_OF_BADGE 5                 // in FIRST_USES_WITHIN_S
#define FIRST_USES_WITHIN_S INT64_C(3600)

enum badge_state { BADGE_LIVE, BADGE_EXPIRED, BADGE_WITHDRAWN };

struct badge_record {
    int64_t number; // from 1 on, never used again
    int64_t user;
    char label[STATEMENT_LABEL_MAX + 1];
    int64_t created, expires;
    enum badge_state state;
    int64_t kiosks; // at which it has a key
};

// A new badge of the account. `label` is for people, and of at most STATEMENT_LABEL_MAX bytes.
// Returns its number, or 0 where BADGES_OF_USER live; `badge` is not to be kept.
int64_t badges_add(struct portal *portal, int64_t user, const char *label, int64_t life_s,
                   uint8_t badge[static BADGE_SIZE]);

bool badges_by_hash(struct portal *portal, const uint8_t badge_hash[static HASH_SIZE],
                    struct badge_record *out);

// The account has, or had, a badge.
bool badges_are_there(struct portal *portal, int64_t user);

// First uses begun of late are as many as may be.
bool badges_are_tired(struct portal *portal, const struct badge_record *badge);

// It is void from now on, and what people have by it is revoked. `user` 0: of any account.
// False if there is none of that number that lives.
bool badges_withdraw(struct portal *portal, int64_t number, int64_t user, uint8_t reason);
// All that live of an account; how many they were.
size_t badges_withdraw_all(struct portal *portal, int64_t user, uint8_t reason);

// Calls `each` for every badge, or every one of an account (`user` not 0), in their order.
void badges_list(struct portal *portal, int64_t user,
                 void (*each)(void *userdata, const struct badge_record *badge),
                 void *userdata);

// When a key that was to be good until `not_after` ends, if it came by this badge (0: by none).
int64_t badges_end_of_key(struct portal *portal, int64_t badge, int64_t not_after);

// "live", "expired", "withdrawn".
const char *badge_state_name(enum badge_state state);

#endif
