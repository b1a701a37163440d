// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_HTTP_LOOP_H
#define QRCONFIRM_PORTAL_HTTP_LOOP_H

// The inside of the web server, for its own files: the loop, its workers, and what stands
// between them.

#include <event2/bufferevent.h>
#include <openssl/ssl.h>

#include "portal/http_exchange.h"

#define HTTP_IDLE_S 60 // without a byte, while a request is awaited or comes in

struct http_server {
    struct http_server_options options;
    struct event_base *base;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    SSL_CTX *tls; // NULL: plain http
    struct event *wake, *tick, *deadline;
    struct workers quick, slow;
    struct job look_elsewhere;
    pthread_t thread;
    struct exchange_list all;
    bool ending; // of the loop: it waits for the last responses

    // Between threads: with the lock, and an eventfd that wakes the loop.
    pthread_mutex_t lock;
    int wake_fd;
    struct exchange_list done;
    bool news, stop, looks;
};

// Any thread.
void http_loop_wake(struct http_server *server);

#endif
