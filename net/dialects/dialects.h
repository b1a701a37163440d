// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_DIALECTS_DIALECTS_H
#define QRCONFIRM_NET_DIALECTS_DIALECTS_H

// The dialects of this program. They are given to the store of pairings when it is opened; the
// worker has them from there.

#include "net/dialect.h"

extern const struct dialect *const dialects[]; // end with NULL

#endif
