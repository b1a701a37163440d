// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_ADDRESS_H
#define QRCONFIRM_NET_PROTOCOL_ADDRESS_H

// What the letters of an address tell, without asking anybody. A portal that people know has a
// name. People who are led astray are often led to a number, to a device in their own network,
// or to this device itself. What a name resolves to is not looked up.

#include "net/protocol/origin.h"

enum address_kind {
    ADDRESS_NAME,
    ADDRESS_NUMBER,  // an IPv4 or IPv6 address other than those below
    ADDRESS_PRIVATE, // inside one network: RFC 1918, RFC 4193, RFC 6598, link-local
    ADDRESS_LOOPBACK // this device itself
};

// `origin` is one in normal form, as origin_check takes it; anything else is a name.
enum address_kind address_kind_of(const char *origin);

// The stable name of a kind: "private".
const char *address_kind_name(enum address_kind kind);

#endif
