// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_PEER_KEY_H
#define QRCONFIRM_NET_PEER_KEY_H

// Whether a TLS server is the one that was paired: the key of its certificate is one of the
// pins (docs/protocol, sections 4 and 6). libcurl can compare it too, but the one of Debian 12
// crashes where memory runs short in that step.

#include "net/protocol/statement.h"

enum peer_key {
    PEER_KEY_PINNED,
    PEER_KEY_OTHER, // also where the server has shown none
    PEER_KEY_MEMORY // it could not be read, or not hashed
};

// `ssl` is OpenSSL's connection, NULL if there is none, after its handshake: the server has
// proven that the key is its own. Allocates little, and keeps nothing.
enum peer_key peer_key_check(const void *ssl, const struct statement_pins *pins);

#endif
