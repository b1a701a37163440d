// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_BASE64_H
#define QRCONFIRM_NET_PROTOCOL_BASE64_H

// base64 as DSSE's envelopes carry it (docs/protocol, section 2.1): written in the standard
// alphabet with padding; read in that or the URL-safe one, never mixed, padding required, white
// space and set unused bits refused.

#include "base/span.h"
#include "net/protocol/verdict.h"

#define BASE64_LENGTH(size) (((size) + 2) / 3 * 4)

// Writes BASE64_LENGTH(bytes.n) characters and a NUL; false if `room` is too small.
bool base64_encode(struct span bytes, char *out, size_t room);

// Reads at most `room` bytes. VERDICT_BODY_TOO_LONG if there are more.
enum verdict base64_decode(struct span text, uint8_t *out, size_t room, size_t *size);

// Reads one of libsodium's variants (sodium_base64_VARIANT_*), at most `room` bytes. Its own
// reader takes bytes beyond ASCII for letters; this one refuses them.
bool base64_read(struct span text, int variant, uint8_t *out, size_t room, size_t *size);

#endif
