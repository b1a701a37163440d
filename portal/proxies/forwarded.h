// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PROXIES_FORWARDED_H
#define QRCONFIRM_PORTAL_PROXIES_FORWARDED_H

// Who a request came from, as the proxies on its way wrote it down: a list with an entry of
// each, the nearest last. What stands before the entry of the first proxy that is trusted may
// be anybody's invention: proxy.h says which entry counts. Pure.
//
// Source of method: RFC 7239 (Forwarded), sections 4 and 6; X-Forwarded-For has no standard,
// and is read as nginx, HAProxy and Apache write it.

#include <netinet/in.h>

#include "base/span.h"

#define FORWARDED_BYTES_MAX 4096u // of all such headers of a request
#define FORWARDED_HOPS_MAX  32u

struct forwarded_hop {
    bool named; // false: something else than an address stands there, as "unknown"
    struct in6_addr address;
};

struct forwarded {
    struct forwarded_hop hop[FORWARDED_HOPS_MAX];
    size_t count;
    size_t bytes; // of what was read
};

enum forwarded_verdict {
    FORWARDED_OK,
    FORWARDED_TOO_LONG,
    FORWARDED_TOO_MANY,
    FORWARDED_MALFORMED // the list itself: an entry that names no address is `named` false
};

// The value of one header; those of the same name are read in their order. `forwarded` begins
// all zero.
enum forwarded_verdict forwarded_read_x(struct forwarded *forwarded, struct span value);
enum forwarded_verdict forwarded_read(struct forwarded *forwarded, struct span value);

#endif
