// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_ENROLMENTS_H
#define QRCONFIRM_PORTAL_CORE_ENROLMENTS_H

// Pairing a device: the token in the pairing QR, the device that takes it, the six digits that
// the user types (qr-login v1, section 6). Or the first use of a badge at a kiosk, for which
// the same digits are typed (6.2). The device's side is verifier_enrol. All functions run
// inside a transaction.

#include <jansson.h>

#include "portal/core/portal.h"
#include "portal/core/sessions.h"

#define ENROLMENT_TRIES    3
#define ENROLMENT_ACTIVE_S 86400 // how long the same enrol gets its state again
#define FIRST_USE_S        900   // how long the first use of a badge waits

enum enrolment_state {
    ENROLMENT_OPEN,    // shown, no device yet
    ENROLMENT_TAKEN,   // a device shows six digits
    ENROLMENT_ACTIVE,  // paired
    ENROLMENT_REFUSED, // the user said no, or typed wrong three times
    ENROLMENT_EXPIRED
};

struct enrolment {
    int64_t row; // of the store
    uint8_t token_hash[HASH_SIZE];
    int64_t user;
    enum enrolment_state state;
    int64_t expires_boot; // milliseconds
    int64_t tries_left;
    uint8_t body_hash[HASH_SIZE];
    uint8_t key_id[KEY_ID_SIZE];
    char pairing_code[CODE_DIGITS + 1];
    bool has_device;
    uint8_t device_id[DEVICE_ID_SIZE];
    int64_t created, active_at;    // seconds since 1970
    int64_t badge;                 // whose first use it is; 0: a pairing code was shown
    uint8_t kiosk[DEVICE_ID_SIZE]; // and where
};

// A new token for this session, in place of the one it had. `code` gets the QR text.
void enrolments_begin(struct portal *portal, const struct session *session, char *code,
                      size_t size);
// The QR text of a live one, to be shown again; "" where it can no longer be made.
void enrolments_code(struct portal *portal, const struct enrolment *enrolment, char *code,
                     size_t size);
// The session's newest one. False if it has none.
bool enrolments_of_session(struct portal *portal, const struct session *session,
                           struct enrolment *out);
bool enrolments_by_token(struct portal *portal, const uint8_t token_hash[static HASH_SIZE],
                         struct enrolment *out);
bool enrolments_by_body(struct portal *portal, const uint8_t body_hash[static HASH_SIZE],
                        struct enrolment *out);
// A device takes the token: fills in `enrolment`, keeps body and envelope.
void enrolments_take(struct portal *portal, struct enrolment *enrolment, struct span body,
                     struct span envelope);

// A person begins to use his badge at a kiosk, which is sure of both: `enrolment` has user,
// badge, kiosk and key id, and gets the rest. What waited for that badge is over.
void enrolments_begin_first_use(struct portal *portal, struct enrolment *enrolment,
                                struct span body, struct span envelope);
// The first use that waits for the digits, of this badge, or of any of an account. At most one
// of a badge does.
bool enrolments_waiting_of_badge(struct portal *portal, int64_t badge, struct enrolment *out);
bool enrolments_waiting_of_user(struct portal *portal, int64_t user, struct enrolment *out);
// One of an account's, by `row`.
bool enrolments_first_use(struct portal *portal, int64_t user, int64_t row,
                          struct enrolment *out);

enum confirm_result { CONFIRM_PAIRED, CONFIRM_WRONG, CONFIRM_REFUSED, CONFIRM_GONE };

// The user typed the six digits. CONFIRM_WRONG leaves tries, CONFIRM_REFUSED was the last.
enum confirm_result enrolments_confirm(struct portal *portal, struct enrolment *enrolment,
                                       const char *typed);
// The user said no.
void enrolments_refuse(struct portal *portal, struct enrolment *enrolment);

int64_t enrolment_expires_in(const struct portal *portal, const struct enrolment *enrolment);
const char *enrolment_state_name(enum enrolment_state state);

// The account is disabled: no device can be paired with it any more.
void enrolments_end_of_user(struct portal *portal, int64_t user);

// At the start of the portal: tokens that were not confirmed are over.
void enrolments_restart(struct portal *portal);

#endif
