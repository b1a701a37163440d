// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_EXCHANGE_H
#define QRCONFIRM_PORTAL_WEB_EXCHANGE_H

// One request of the web server, from its last byte until its response has gone out.

#include <event2/event.h>
#include <event2/http.h>

#include "portal/web/service.h"
#include "portal/web/workers.h"

enum exchange_phase {
    EXCHANGE_ASKED,   // its handler has not answered yet
    EXCHANGE_WAITS,   // it waits for news, and is then asked again
    EXCHANGE_DELAYED, // answered, and kept back for a while
    EXCHANGE_STREAMS, // events go out
    EXCHANGE_ANSWERED // what it says is on its way
};

struct http_connection;

struct exchange {
    // Of the loop.
    struct http_server *server;
    struct http_connection *connection; // NULL: its client left
    struct evhttp_request *evhttp;
    struct event *timer; // of waiting, of a delay, of what time alone changes
    enum exchange_phase phase;
    bool busy;            // a worker has it, and with it the second half
    struct subjects news; // what changed while a worker had it
    bool time_up;         // it has waited long enough
    bool watches;         // it has a place to wait
    bool brief;           // it has none: the stream ends after its first event
    int64_t again_at;   // milliseconds of the monotonic clock: time alone changes it; 0: never
    int64_t comment_at; // the same: when a comment is due
    uint64_t subject;   // what it waits for, once it waits
    char network[ADDRESS_MAX + 1]; // of its client
    struct list_link all, hearing;

    // Of the worker that has it, else of the loop.
    struct http_request request;
    struct text path, body, note;
    struct http_response response;
    struct text out;  // events to send
    bool stream_over; // after them
    struct stream_wait wait;
    struct job job;
    struct list_link done;
};

// Copies what evhttp read. NULL if memory is short, the path is malformed, or it is in doubt
// where the request ends.
struct exchange *exchange_new(struct http_server *server, struct evhttp_request *evhttp,
                              const struct peer *client);
// Frees what is its own: not the request of evhttp.
void exchange_free(struct exchange *exchange);

// Runs the handler, and the stream where it is one: the first look is part of the answer. On a
// worker.
void exchange_run(struct exchange *exchange, const struct http_handler *handler);

#endif
