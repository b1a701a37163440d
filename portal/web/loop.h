// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_LOOP_H
#define QRCONFIRM_PORTAL_WEB_LOOP_H

// The inside of the web server, for its own files: the loop, its workers, and what stands
// between them.

#include <event2/bufferevent.h>
#include <openssl/ssl.h>
#include <stdatomic.h>

#include "portal/web/exchange.h"
#include "portal/web/places.h"

#define HTTP_SUBJECTS 4096u // lists of who waits; a subject has one of them
#define HTTP_NEWS_MAX 256u  // that the loop has not heard; more of them concern everybody

struct http_server {
    struct http_server_options options;
    struct event_base *base;
    struct evhttp *http;
    SSL_CTX *tls; // NULL: plain http
    struct event *wake, *tick, *deadline;
    struct workers quick, slow;
    struct job look_elsewhere;
    pthread_t thread;
    struct list all;
    struct list asked; // of them: it is not known yet what they wait for
    struct list waiting[HTTP_SUBJECTS];
    bool ending; // of the loop: it waits for the last responses

    // Connections: connection.h.
    struct evhttp_bound_socket *bound; // NULL: none is accepted
    struct event *resume;              // accepting, after a pause
    unsigned accepted;                 // since the last pause
    struct list connections;
    struct http_connection **by_socket;
    size_t sockets;
    struct places places;

    // Between threads: with the lock, and an eventfd that wakes the loop.
    pthread_mutex_t lock;
    int wake_fd;
    struct list done;
    uint64_t news[HTTP_NEWS_MAX];
    size_t news_count;
    bool stop, looks;
    atomic_bool woken; // the eventfd has said so, and the loop has not looked yet
};

// Adds to the news; with the lock.
void http_loop_add_news(struct http_server *server, uint64_t subject);
// Any thread.
void http_loop_wake(struct http_server *server);

#endif
