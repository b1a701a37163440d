// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_CORE_TRUST_H
#define QRCONFIRM_PORTAL_CORE_TRUST_H

// What an account's password vouched for ends with it: a new password, or a disabled account,
// means that somebody else may have known the old one. Runs inside a transaction, the same in
// which the password is changed.

#include "portal/core/portal.h"

// Ends sessions, sign-ins that are approved, scanned or owe a code, pairings half way, marked
// browsers, application passwords, and browsers that "remember me" signs in again; a password
// that is being checked just now signs nobody in. Paired devices stay: no password opens them.
void trust_end(struct portal *portal, int64_t user);

// The account's devices that are paired: how many, and revoking all of them.
size_t trust_devices(struct portal *portal, int64_t user);
void trust_revoke_devices(struct portal *portal, int64_t user);

#endif
