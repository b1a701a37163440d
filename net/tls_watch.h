// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_TLS_WATCH_H
#define QRCONFIRM_NET_TLS_WATCH_H

// Why a TLS handshake ended, by OpenSSL's own codes: a line that was cut tells nothing about
// the portal, a fault of its TLS does, and a lack of memory concerns this device alone. libcurl
// has one code for all of them, and its text differs from version to version.
//
// A watch belongs to the thread of its HTTP client, and outlives the client's connections.

#include <stdbool.h>

enum tls_end {
    TLS_END_CUT,    // the line ended, or the server had to give up
    TLS_END_UNSAFE, // what came breaks TLS, or the server refuses this client's
    TLS_END_MEMORY  // this device is short of memory
};

struct tls_watch {
    const void *context; // SSL_CTX of the newest handshake; NULL: none since the reset
    unsigned long error; // OpenSSL's first error when it stopped; 0: none
    bool no_memory;      // then
};

// Before each call: forgets what was seen, and this thread's errors of OpenSSL.
void tls_watch_reset(struct tls_watch *watch);

// `ssl_ctx` is what libcurl hands to CURLOPT_SSL_CTX_FUNCTION.
void tls_watch_begin(struct tls_watch *watch, void *ssl_ctx);

// Of a handshake that failed.
enum tls_end tls_watch_end(const struct tls_watch *watch);

// Of a failure beside a handshake: whether OpenSSL names memory. Takes its errors away.
bool tls_watch_found_no_memory(void);

#endif
