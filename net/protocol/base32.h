// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_BASE32_H
#define QRCONFIRM_NET_PROTOCOL_BASE32_H

// base32 as the codes use it: the alphabet of RFC 4648 in upper case, no padding, unused last
// bits zero, so that every value has exactly one spelling.

#include "base/span.h"

#define BASE32_LENGTH(size) (((size)*8 + 4) / 5) // characters for `size` bytes

// True for a character of the alphabet.
bool base32_is_digit(uint8_t character);

// Writes BASE32_LENGTH(bytes.n) characters and a NUL.
void base32_encode(struct span bytes, char *out);

// Reads exactly `size` bytes; false (and `out` untouched) if `text` is not their one spelling.
bool base32_decode(struct span text, uint8_t *out, size_t size);

#endif
