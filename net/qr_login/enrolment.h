// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_ENROLMENT_H
#define QRCONFIRM_NET_QR_LOGIN_ENROLMENT_H

// Pairing with a qr-login portal (docs/protocol, section 6): fetch and check its metadata, make
// a key for it alone, send the signed enrolment, show six digits until the person has typed
// them in the browser. The enrolment stands on disk and the same bytes are repeated, also by
// the next run of the program, until it is kept, refused, or a day old.

#include "net/event.h"
#include "net/portal_link.h"
#include "net/qr_login/enrolment_file.h"
#include "net/token_pairing.h"

#define ENROLMENT_REPEAT_MS INT64_C(2000)   // start to start ...
#define ENROLMENT_BRISK_MS  INT64_C(300000) // ... so long after it began or was taken up, then
#define ENROLMENT_SLOW_MS   INT64_C(60000)
#define ENROLMENT_LIFE_S    INT64_C(86400)

struct enrolment {
    const struct net_action *action;
    struct portal_link *link;
    struct enrolment_record record; // as it is on disk
    int64_t brisk_until_ms;         // of the boot clock
    int64_t until_ms;               // ... and that long it is tried; 0: as long as it takes
    int64_t asked_ms;               // how long the portal asked to wait; 0: it did not
    bool replied;                   // `told` is a valid reply
    bool refused;                   // the portal has ended it, and lists no device for it
    struct statement_enrolled told;
};

// What holds beside the code.
struct enrolment_terms {
    const char *label;                    // names this device in the portal
    const struct token_pairing *by_token; // what takes the place of the person; NULL: nothing
    // Of a badge (badge_enrolment.h): the kiosk that vouches for it; NULL: none does.
    struct pairing_store *vouching;
    const struct pairing *voucher;
};

// Begins anew: an enrolment that is pending is withdrawn. NULL on failure; nothing is kept
// then.
struct enrolment *enrolment_begin(const struct net_action *action,
                                  const struct dialect *dialect,
                                  const struct pairing_code *code,
                                  const struct enrolment_terms *terms, struct fault *fault);

// Takes up the pending enrolment of a former run. NULL with PAIRING_NONE if there is none.
struct enrolment *enrolment_load(const struct net_action *action, const struct dialect *dialect,
                                 struct fault *fault);

void enrolment_free(struct enrolment *enrolment);

// Whether it is by a device token: no person may then go on with it.
bool enrolment_is_by_token(const struct enrolment *enrolment);
// ... and the portal lists all the pins that are wanted; else PROVISION_OTHER_PINS.
bool enrolment_check_pins(const struct enrolment *enrolment, const struct token_pairing *wanted,
                          struct fault *fault);

bool enrolment_is_too_old(const struct enrolment *enrolment);

// Sends the enrolment once. True while it goes on: `told` has the pairing code, or state 2
// (the portal has accepted); `replied` is false as long as no valid reply came. False when it
// has ended (it is then erased) or was left (INTERRUPTED: it stays on disk).
bool enrolment_try(struct enrolment *enrolment, struct fault *fault);

// Milliseconds between the starts of two tries.
int64_t enrolment_pace_ms(const struct enrolment *enrolment);

// The person has seen account and portal. Kept: stored, and an older pairing with this portal
// is ended. Else: the portal is told, and the key erased.
bool enrolment_keep(struct enrolment *enrolment, struct fault *fault);
enum net_giving_up enrolment_give_up(struct enrolment *enrolment);

// Gives up one of which it is not known how far the portal is with it: that is asked first.
enum net_giving_up enrolment_withdraw(struct enrolment *enrolment);

#endif
