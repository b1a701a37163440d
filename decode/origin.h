// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_DECODE_ORIGIN_H
#define QRCONFIRM_DECODE_ORIGIN_H

// Origins and base URLs in the one normal form that qr-login v1 allows (docs/protocol,
// section 2): lower case, default port left out, IPv6 as RFC 5952. Nothing is repaired: what is
// not in normal form is refused, so that equal addresses are equal bytes.

#include "decode/span.h"

#define ORIGIN_MAX   267u // bytes
#define BASE_URL_MAX 400u // bytes

struct origin {
    char text[ORIGIN_MAX + 1]; // "https://portal.example.com:8443"
};

// True if `text` is an origin in normal form.
bool origin_is_normal(struct span text);

// True if `text` is a base URL: an origin and a path of zero or more /segments, no slash at its
// end. `origin_size` (may be NULL) tells where the path begins.
bool base_url_is_normal(struct span text, size_t *origin_size);

// True for http origins: loopback only, and only where a test setting allows them.
bool origin_is_plain_http(const struct origin *origin);

#endif
