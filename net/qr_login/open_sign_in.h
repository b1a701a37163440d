// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_OPEN_SIGN_IN_H
#define QRCONFIRM_NET_QR_LOGIN_OPEN_SIGN_IN_H

// A sign-in whose answer a former run signed, and whose receipt it never saw (docs/protocol,
// section 8; net/open_answer.h), as struct dialect_ops has it.

#include "net/qr_login/sign_in.h"

bool open_sign_in_take_up(struct sign_in *sign_in, const struct net_action *action,
                          const char *pairing_id, struct fault *fault);
// For 60 s.
bool open_sign_in_send(struct sign_in *sign_in, struct net_receipt *out, struct fault *fault);
// The portal is asked for the sign-in once more: what it shows then makes the old answer void.
// An approval that was not taken becomes a denial.
bool open_sign_in_withdraw(struct sign_in *sign_in, enum net_withdrawal *what,
                           struct net_receipt *out, struct fault *fault);

#endif
