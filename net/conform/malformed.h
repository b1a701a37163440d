// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_CONFORM_MALFORMED_H
#define QRCONFIRM_NET_CONFORM_MALFORMED_H

// Checks of messages that are none: properties 9 and 17.

#include "net/conform/impostor.h"

void malformed_check(struct lab *lab, struct impostor *device);

#endif
