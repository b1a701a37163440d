// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_PROXIES_PROXY_H
#define QRCONFIRM_PORTAL_PROXIES_PROXY_H

// Proxies that stand before the portal: which are trusted, and whose request it is that one of
// them passes on. Until one is named nobody is believed: the client is who connects. Pure.

#include "base/failure.h"
#include "portal/base/address.h"
#include "portal/proxies/forwarded.h"
#include "portal/proxies/network.h"

// Where a trusted proxy says for whom it asks. One place only: what a proxy does not write
// itself, it passes on from its client as it is.
enum proxy_tells {
    PROXY_TELLS_X_FORWARDED_FOR,
    PROXY_TELLS_FORWARDED, // RFC 7239
    PROXY_TELLS_PROTOCOL,  // the PROXY protocol: before the first byte of the connection
};

// Hand it on by its address: gcc 12 with -ftrivial-auto-var-init=zero loses bytes of a struct
// in6_addr in an array when an initialiser copies it.
struct proxies {
    struct networks networks; // of those that are trusted; none: nobody is
    bool local;               // who connects to a Unix socket of ours is trusted
    enum proxy_tells tells;
};

// The end of a connection.
struct peer {
    bool local; // of a Unix socket: it has no address
    struct in6_addr address;
};

// "10.0.0.5, fd00::/8, unix": networks between commas or spaces; "" is nobody. Fails with
// USAGE.
bool proxies_read(const char *text, struct proxies *out, struct fault *fault);
bool proxies_none(const struct proxies *proxies);

// "x-forwarded-for", "forwarded", "proxy-protocol". False: it is none of them.
bool proxy_tells_find(const char *word, enum proxy_tells *out);
// The header, or NULL: it tells in none.
const char *proxy_tells_header(enum proxy_tells tells);

// Is what it says about its client believed?
bool proxies_trust(const struct proxies *proxies, const struct peer *peer);

enum proxy_verdict {
    PROXY_NAMED,  // the client is known
    PROXY_SILENT, // a trusted proxy asks, and says nothing: `out` is that proxy
    PROXY_NO_ADDRESS,
    PROXY_TOO_LONG,
    PROXY_TOO_MANY,
    PROXY_MALFORMED
};

// The last address, from the nearest, that is no trusted proxy's. `said` is what stands in the
// headers, read if proxies_trust says so.
enum proxy_verdict proxies_client(const struct proxies *proxies, const struct peer *peer,
                                  const struct forwarded *said, struct peer *out);

// Of a list that could not be read.
enum proxy_verdict proxy_verdict_of(enum forwarded_verdict verdict);
// "proxy-no-address": stable, for the log.
const char *proxy_verdict_code(enum proxy_verdict verdict);
// What is wrong, in words: for the log, and for who set the proxy up. Untranslated.
const char *proxy_verdict_words(enum proxy_verdict verdict);

struct sockaddr;
bool peer_read(const struct sockaddr *address, struct peer *out); // false: an unknown family
// "" for a Unix socket.
void peer_text(const struct peer *peer, char out[static ADDRESS_MAX + 1]);

#endif
