// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PROXIES_PROXY_PROTOCOL_H
#define QRCONFIRM_PORTAL_PROXIES_PROXY_PROTOCOL_H

// The PROXY protocol: what a proxy that passes bytes on says before the first of them, for whom
// it connects. Versions 1 (a line of text) and 2 (binary). Pure.
//
// Source of method: "The PROXY protocol, versions 1 & 2", haproxy.org, doc/proxy-protocol.txt.

#include <netinet/in.h>

#include "base/span.h"

// Bytes of a header. That of version 2 may have more by its own length field; addresses and
// what is known to follow them take a few hundred.
#define PROXY_PROTOCOL_MAX 2048u

struct proxy_protocol {
    bool named;              // false: the proxy speaks for itself, as in a health check
    struct in6_addr address; // of the client; whatever stands there
    size_t size;             // bytes of the header
};

enum proxy_protocol_verdict {
    PROXY_PROTOCOL_WHOLE,
    PROXY_PROTOCOL_MORE, // all bytes so far belong to the header, and more will come
    PROXY_PROTOCOL_BAD   // it is none
};

// The first bytes of a connection. `out` is set only where the header is whole.
enum proxy_protocol_verdict proxy_protocol_read(struct span bytes, struct proxy_protocol *out);

#endif
