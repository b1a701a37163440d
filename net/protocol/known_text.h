// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_KNOWN_TEXT_H
#define QRCONFIRM_NET_PROTOCOL_KNOWN_TEXT_H

// What a paired device knows of its portal's sign-in codes before it sees them (docs/protocol,
// section 3; the Bitrix24 code as its login page shows it): all but what is new in each. Only
// the reader of pictures uses it; what is read is judged as ever. Pure.

#include "base/known_code.h"
#include "net/protocol/challenge.h"

// Adds the codes of a qr-login portal: with and without a frame, and those without an origin.
// Those that there is no room for are left out.
void known_text_login(const struct origin *origin, const uint8_t tag[static CHALLENGE_TAG_SIZE],
                      struct known_codes *out);

// Adds the code of a Bitrix24 with that unique id, of its first site.
void known_text_bitrix24(const char *unique_id, struct known_codes *out);

#endif
