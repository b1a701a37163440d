// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_SERVER_H
#define QRCONFIRM_PORTAL_SERVER_H

// The HTTPS server: libmicrohttpd with GnuTLS, one thread a connection, so that a page that
// waits for news simply waits. Limits of size and time are here; what is answered is not.

#include "portal/request_log.h"
#include "portal/routes.h"
#include "portal/tls.h"

#define SERVER_CONNECTIONS_MAX 512u
#define SERVER_PER_ADDRESS_MAX 256u
#define SERVER_IDLE_S          60u
#define SERVER_HOST_MAX        64u // bytes of the address listened on

// Binds "ADDRESS:PORT" ("127.0.0.1:8443", "[::1]:0"). Port 0 takes any; `port` tells which.
// Returns a socket that listens, or -1 with USAGE or INTERNAL.
int server_listen(const char *listen, unsigned *port, bool *loopback, struct fault *fault);

struct server;

// What is said where one is found; docs/portal.md says more.
#define SERVER_NO_PROXY                                                                        \
    "it cannot stand behind one yet: devices are not paired, or everybody seems to be that "   \
    "server; see docs/portal.md"

struct server_options {
    int socket;                     // from server_listen; taken over
    const struct tls_identity *tls; // NULL: plain http, for tests
    const struct mode *mode;
    const char *request_log; // path, or NULL
};

// `portal` outlives the server. NULL on failure, which closes the socket.
struct server *server_start(struct portal *portal, const struct server_options *options,
                            struct fault *fault);

// The request log was moved away: goes on in a new one. False: in the old one, and why.
bool server_reopen_log(struct server *server, struct fault *fault);

// Ends the pages that wait, lets the others finish, and frees the server.
void server_stop(struct server *server);

#endif
