// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_DEVICE_TOKENS_H
#define QRCONFIRM_PORTAL_CORE_DEVICE_TOKENS_H

// Device tokens: each pairs one device with one account, without six digits (qr-login v1,
// section 6.1). The store holds their SHA-256; their text is known only while they are made.
// Times are seconds since 1970. All functions run inside a transaction.

#include "portal/core/device_pairing.h"
#include "portal/core/devices.h"

#define DEVICE_TOKEN_LIFE_MIN_S INT64_C(60)
#define DEVICE_TOKEN_LIFE_MAX_S INT64_C(7776000) // 90 days

enum device_token_state {
    DEVICE_TOKEN_OPEN,
    DEVICE_TOKEN_USED,
    DEVICE_TOKEN_EXPIRED,
    DEVICE_TOKEN_WITHDRAWN
};

struct device_token {
    int64_t number; // from 1 on, never used again
    char label[STATEMENT_LABEL_MAX + 1];
    char group[DEVICE_GROUP_MAX + 1]; // of the device that it pairs; "": none
    int64_t created, expires;
    enum device_token_state state;
    struct device_pairing pairing; // all of it once it is used; before, the user alone
};

// A new token for the account. `label` is for people, and of at most STATEMENT_LABEL_MAX bytes.
// `group` is "" or a group's name. Returns its number; `token` is a secret.
int64_t device_tokens_add(struct portal *portal, int64_t user, const char *label,
                          const char *group, int64_t life_s,
                          uint8_t token[static PAIRING_TOKEN_SIZE]);

bool device_tokens_by_token(struct portal *portal, const uint8_t token_hash[static HASH_SIZE],
                            struct device_token *out);
// The one that was used by this body of an enrolment.
bool device_tokens_by_body(struct portal *portal, const uint8_t body_hash[static HASH_SIZE],
                           struct device_token *out);

// The device of `enrol`, whose key is in the store and pending, takes an open token: it is
// paired.
void device_tokens_use(struct portal *portal, struct device_token *token,
                       const struct envelope_opened *opened, struct span envelope);

// An open token is void from now on. False if there is none of that number, or it is not open.
bool device_tokens_withdraw(struct portal *portal, int64_t number);
// All open ones of an account; how many they were.
size_t device_tokens_withdraw_all(struct portal *portal, int64_t user);

// Calls `each` for every token, or every one of an account (`user` not 0), in their order.
void device_tokens_list(struct portal *portal, int64_t user,
                        void (*each)(void *userdata, const struct device_token *token),
                        void *userdata);

// "open", "used", "expired", "withdrawn".
const char *device_token_state_name(enum device_token_state state);

#endif
