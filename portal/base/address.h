// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_BASE_ADDRESS_H
#define QRCONFIRM_PORTAL_BASE_ADDRESS_H

// Network addresses of clients as text, and what the protocol asks of them.

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "po/languages.h"

#define ADDRESS_MAX 45u // bytes of an IPv6 address

// An IPv4-mapped IPv6 address is written as IPv4. Unknown families give "".
void address_text(const struct sockaddr *address, char out[static ADDRESS_MAX + 1]);

// What addresses of one network share: the whole IPv4 address, the /64 of an IPv6 one.
void address_group(const char *address, char out[static ADDRESS_MAX + 1]);

bool address_same_network(const char *a, const char *b);

// Is the host of this origin ("https://host:8443") this computer's own name or address?
bool origin_is_loopback(const char *origin);

// Words for where it is: "the portal's own computer", "local network", or "" where nothing is
// known.
const char *address_place(const char *address, const struct language *language);

#endif
