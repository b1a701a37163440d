// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_KNOWN_CODES_H
#define QRCONFIRM_NET_KNOWN_CODES_H

// What the pairings of this device tell of the codes that their portals show.

#include "base/known_code.h"
#include "net/pairings/pairing.h"

// Fills in what is known by all pairings, as far as there is room. Any thread.
void known_codes_of(struct pairing_store *pairings, struct known_codes *out);

#endif
