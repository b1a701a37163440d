// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_SERVER_H
#define QRCONFIRM_PORTAL_WEB_SERVER_H

// The web server below the portal: bytes of a connection become a request, a response becomes
// bytes. It knows no page and no path; which library does the work, only its own files know.
//
// One thread waits for all connections. Handlers and streams run on a few workers, so they may
// work, but not wait: who waits for news says so, and is asked again.

#include "portal/web/service.h"

struct http_server;

// NULL on failure, which closes the socket.
struct http_server *http_server_start(const struct http_server_options *options,
                                      struct fault *fault);

// Ends the pages that wait, lets the others finish, and frees the server.
void http_server_stop(struct http_server *server);

#endif
