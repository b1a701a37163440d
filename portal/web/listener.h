// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_LISTENER_H
#define QRCONFIRM_PORTAL_WEB_LISTENER_H

// The socket that the server listens on, opened before anything else is, so that its port is
// known.

#include <sys/socket.h>

#include "base/failure.h"

// Where to listen, read of its text.
struct listen_address {
    struct sockaddr_storage socket;
    socklen_t size;
    bool local;    // a Unix socket
    bool loopback; // nobody of another machine reaches it; a Unix socket neither
};

// "127.0.0.1:8443", "[::1]:0", "unix:/run/qrportal/portal.sock". Fails with USAGE.
bool listener_read(const char *text, struct listen_address *out, struct fault *fault);

// Port 0 takes any; `port` tells which, 0 of a Unix socket. That one can be opened by its owner
// and its group; one that a server left behind gives way. Returns a socket that listens, or -1
// with USAGE or INTERNAL.
int listener_open(const char *text, unsigned *port, struct fault *fault);

#endif
