// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_ROTATION_H
#define QRCONFIRM_NET_QR_LOGIN_ROTATION_H

// The device renews its session key in the last 30 days of the key's life (docs/protocol,
// section 11), or when a receipt asks for it: after a receipt, never between scan and receipt,
// so that no sign-in waits for it. key_succession.h says what is on disk at each step.

#include "net/delivery.h"

#define ROTATION_BEFORE_S INT64_C(2592000) // before the end of the key

// Not while a key is on its way in that was not used yet.
bool rotation_is_possible(const struct pairing *pairing);

// Whether it is possible, and the key ends soon by the portal's time; 0: not known, then it
// does.
bool rotation_is_due(const struct pairing *pairing, int64_t portal_time);

// The same without a sign-in under way: by the time that the portal has signed last if that is
// enough, else the portal is asked until `until_ms` of the boot clock. The device's own clock
// has no part in it. False with a fault: the portal did not answer.
bool rotation_judge(struct portal_link *link, int64_t until_ms, bool *due, struct fault *fault);

// Makes the new key, sends the rotation until `until_ms` of the boot clock, and goes over to
// the new key. False with a fault: the old key signs on, and a later rotation names the same
// new key. INTERRUPTED: left; the statement stays in the outbox. KEY_LOCKED: the PIN is needed.
bool rotation_run(struct portal_link *link, int64_t until_ms, struct fault *fault);

// Judges and runs, for a pairing that is stored. `renewed` is false where it is not due yet.
bool qr_login_renew(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                    bool *renewed, struct fault *fault);

#endif
