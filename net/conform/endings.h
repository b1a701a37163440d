// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_ENDINGS_H
#define QRCONFIRM_NET_CONFORM_ENDINGS_H

// Checks of how logins, keys and pairings end: properties 3, 11 and 12. The device is unpaired
// afterwards. `other` is the second device, or NULL.

#include "net/conform/impostor.h"

void endings_check(struct lab *lab, struct impostor *device, struct impostor *other);

#endif
