// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_H
#define QRCONFIRM_NET_QR_LOGIN_QR_LOGIN_H

// The device's side of a sign-in under qr-login v1 (docs/protocol, sections 7 and 8), as a
// dialect; and the delivery of what a restart left unsent.

#include "net/delivery.h"
#include "net/dialect.h"

// Resends the stored statement of a pairing until `until_ms` of the boot clock; a receipt goes
// to action->late. An answer that nobody was told of stays where it is.
void qr_login_resume(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

// A receipt as the person is told of it.
void qr_login_tell_receipt(const struct statement_receipt *receipt, struct net_receipt *out);

// ---- an answer that a former run left open (net/open_answer.h) ----
// The sign-in of that answer, to be ended with dialect_end(&qr_login_dialect, ...); NULL with a
// fault, ANSWER_NONE if there is no open answer. It holds the pairing's lock.
struct sign_in *qr_login_take_up(const struct net_action *action, const char *pairing_id,
                                 struct fault *fault);

// The person wants it sent: the same bytes again, for 60 s. True with its receipt.
bool qr_login_send_open(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);

// The person wants it back. The portal is asked for the sign-in anew: what it shows then makes
// the old answer void. An approval that was not taken becomes a denial. True with what came of
// it; TAKEN comes with the receipt of the answer, which counts. False: nothing has changed.
bool qr_login_withdraw(struct sign_in *sign_in, enum net_withdrawal *what,
                       struct net_receipt *out, struct fault *fault);

// Renews the session key of a pairing if it ends within 30 days by the portal's clock: see
// rotation_judge and rotation_run. `renewed` is false where it is not due yet.
bool qr_login_renew(const struct net_action *action, struct pairing *pairing, int64_t until_ms,
                    bool *renewed, struct fault *fault);

// Tells the portal that this device leaves; best effort until `until_ms`. Local keys are the
// caller's. True if the portal has confirmed it.
bool qr_login_unpair(const struct net_action *action, struct pairing *pairing,
                     int64_t until_ms);

#endif
