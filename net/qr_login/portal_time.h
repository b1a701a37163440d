// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_QR_LOGIN_PORTAL_TIME_H
#define QRCONFIRM_NET_QR_LOGIN_PORTAL_TIME_H

// What time it is at a portal, where nothing that it has signed says so: the device's own clock
// judges no key (docs/protocol, sections 8 and 11).

#include "net/portal_link.h"

// Asks until `until_ms` of the boot clock. `out` is seconds since 1970, 0 if the portal does
// not tell. False with a fault: it was not reached, or is not the one that was paired. May be
// called without the PIN: nothing is signed.
bool portal_time_ask(struct portal_link *link, int64_t until_ms, int64_t *out,
                     struct fault *fault);

#endif
