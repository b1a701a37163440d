// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_ATTACKS_H
#define QRCONFIRM_NET_CONFORM_ATTACKS_H

// Checks of what a paired device may say: properties 2 to 8, 16 and 18. `other` is the second
// device, or NULL.

#include "net/conform/impostor.h"

void attacks_check(struct lab *lab, struct impostor *device, struct impostor *other);

#endif
