// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PROTOCOL_TYPED_ADDRESS_H
#define QRCONFIRM_NET_PROTOCOL_TYPED_ADDRESS_H

// The address of a portal as people have it at hand, put into the protocol's normal form
// (net/protocol/origin.h): spaces around it, upper case, no scheme, the default port, a dot
// after the host, slashes at the end, and letters of the country, which libidn2 writes as
// A-labels (RFC 5891, UTS #46): "https://Портал.рф/" is "https://xn--80awhdgm.xn--p1ai". Any
// thread.

#include "base/failure.h"
#include "net/protocol/origin.h"

struct typed_address {
    struct origin origin;
    struct span rest; // what stands behind the host and port, of the text that was read
};

// False: the failure says what is wrong with it, and its detail where.
bool typed_address_read(const char *typed, struct typed_address *out, struct fault *fault);

// The same with a path, as a portal has one: a base URL.
bool typed_address_base_url(const char *typed, char out[static BASE_URL_MAX + 1],
                            struct fault *fault);

#endif
