// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_BADGE_H
#define QRCONFIRM_NET_PROTOCOL_BADGE_H

// The text of a badge, which names a person at a kiosk (docs/protocol, section 6.2): "QRB:1:",
// the portal's tag and 16 bytes, in base32. challenge_parse reads it, letters without case.

#include "net/protocol/challenge.h"

#define BADGE_TEXT_SIZE 46u // characters

void badge_write(const struct badge *badge, char out[static BADGE_TEXT_SIZE + 1]);

#endif
