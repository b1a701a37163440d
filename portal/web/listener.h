// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_LISTENER_H
#define QRCONFIRM_PORTAL_WEB_LISTENER_H

// The socket that the server listens on, opened before anything else is, so that its port is
// known.

#include "base/failure.h"

// Binds "ADDRESS:PORT" ("127.0.0.1:8443", "[::1]:0"). Port 0 takes any; `port` tells which.
// Returns a socket that listens, or -1 with USAGE or INTERNAL.
int listener_open(const char *text, unsigned *port, bool *loopback, struct fault *fault);

#endif
