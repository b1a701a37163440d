// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_REQUESTS_SERVER_H
#define QRCONFIRM_PORTAL_REQUESTS_SERVER_H

// The portal on the network: what the web server (portal/web/) read goes to the handler of
// its path, and the reply goes back with the headers that every reply has. Each is a line of
// the log.

#include "portal/requests/log.h"
#include "portal/requests/routes.h"
#include "portal/web/certificate.h"

struct server;

// What is said where one is found that nobody named; docs/portal.md says more.
#define SERVER_NO_PROXY                                                                        \
    "name it, or everybody seems to be that server: qrportal config set proxy.trusted "        \
    "ADDRESS; see docs/portal.md"

struct server_options {
    int socket;                     // from listener_open; taken over
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
