// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_ORIGIN_H
#define QRCONFIRM_NET_PROTOCOL_ORIGIN_H

// Origins and base URLs in the one normal form that qr-login v1 allows (docs/protocol,
// section 2): lower case, default port left out, IPv6 as RFC 5952. Nothing is repaired: what is
// not in normal form is refused, so that equal addresses are equal bytes.

#include "base/span.h"

#define ORIGIN_MAX   267u // bytes
#define BASE_URL_MAX 400u // bytes

struct origin {
    char text[ORIGIN_MAX + 1]; // "https://portal.example.com:8443"
};

// What is wrong with an address, the first thing found.
enum origin_verdict {
    ORIGIN_OK,
    ORIGIN_FORM, // not http(s)://host, or too long
    ORIGIN_HOST,
    ORIGIN_NOT_LOOPBACK, // http for a host that is not this machine
    ORIGIN_PORT,
    ORIGIN_NOT_NORMAL, // the default port is spelled out
    ORIGIN_PATH        // of a base URL
};

enum origin_verdict origin_check(struct span text);

// A base URL is an origin and a path of zero or more /segments, no slash at its end.
// `origin_size` (may be NULL) tells where the path begins.
enum origin_verdict base_url_check(struct span text, size_t *origin_size);

// Joins a scheme and a lower-case host[:port] as read from a code; the default port is dropped.
enum origin_verdict origin_join(bool https, struct span host_port, struct origin *out);

// True if `text` is an origin in normal form.
static inline bool origin_is_normal(struct span text)
{
    return origin_check(text) == ORIGIN_OK;
}

static inline bool base_url_is_normal(struct span text, size_t *origin_size)
{
    return base_url_check(text, origin_size) == ORIGIN_OK;
}

// True for a path of one or more /segments of A-Z a-z 0-9 . _ ~ -
bool url_path_is_plain(struct span path);

// True for http origins: loopback only, and only where a test setting allows them.
bool origin_is_plain_http(const struct origin *origin);

#endif
