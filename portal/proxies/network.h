// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PROXIES_NETWORK_H
#define QRCONFIRM_PORTAL_PROXIES_NETWORK_H

// Internet addresses as numbers, and networks of them: "192.0.2.0/24", "2001:db8::/32", or one
// address. An IPv4 address is kept as its IPv4-mapped IPv6 one. Pure.

#include <netinet/in.h>

#include "base/span.h"

#define NETWORKS_MAX     16u
#define NETWORK_TEXT_MAX 49u // bytes of an IPv6 address, a slash and its bits

struct network {
    struct in6_addr address;
    unsigned bits; // of 128: those that count
};

struct networks {
    struct network at[NETWORKS_MAX];
    size_t count;
};

void network_map_v4(const struct in_addr *v4, struct in6_addr *out);

// The address alone: no brackets, no port, no zone.
bool network_address_read(struct span text, struct in6_addr *out);

// Could it be that of a client? Not "any address", and none of a group.
bool network_address_is_of_one(const struct in6_addr *address);

enum network_verdict {
    NETWORK_OK,
    NETWORK_MALFORMED,
    NETWORK_HOST,      // bits are set beyond those that count, as in 192.0.2.1/24
    NETWORK_EVERYBODY, // /0
};

enum network_verdict network_read(struct span text, struct network *out);

bool networks_hold(const struct networks *networks, const struct in6_addr *address);

#endif
