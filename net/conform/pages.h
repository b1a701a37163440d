// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_PAGES_H
#define QRCONFIRM_NET_CONFORM_PAGES_H

// Checks of what a browser may do and see: properties 1, 2, 3, 6, 10, 14, 15 and 18.

#include "net/conform/impostor.h"

void pages_check(struct lab *lab, struct impostor *device);

#endif
