// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_SERVICE_H
#define QRCONFIRM_PORTAL_WEB_SERVICE_H

// What the web server and whom it serves share: a request, a response, the handler that makes
// the second of the first, and what it is started with.

#include "base/failure.h"
#include "portal/base/address.h"
#include "portal/base/changes.h"
#include "portal/base/environment.h"
#include "portal/base/text.h"
#include "portal/proxies/proxy.h"
#include "portal/web/certificate.h"
#include "portal/web/fields.h"
#include "portal/web/stream.h"

#define HTTP_BODY_MAX 32768u // bytes; a longer body is cut and marked
#define HTTP_HEAD_MAX 32768u // bytes: request line and headers

// Memory of the server's, which lives as long as the handler runs.
struct http_request {
    const char *method; // "GET"
    const char *path;   // decoded, without the query
    struct http_fields headers, query;
    struct span body;
    bool body_too_long;
    char address[ADDRESS_MAX + 1]; // of the client
    int64_t began;                 // milliseconds of CLOCK_BOOTTIME: when it was there whole
    const char *note;              // what the response that waits left; NULL: asked first
    bool last;                     // there is no more waiting
};

#define HTTP_WHOLE SIZE_MAX

struct http_response {
    unsigned status;
    struct http_fields headers;
    struct text body;
    struct stream *stream; // instead of a body; owned
    size_t bytes;     // after so many of the body the connection is cut; HTTP_WHOLE: it is not
    int64_t delay_ms; // it is sent so much later
    // Not answered yet: the handler is asked again when its subject has changed, and for the
    // last time after so many milliseconds. 0: answered.
    int64_t wait_ms;
    uint64_t subject; // also of a stream
    struct text note; // for the request then
};

// Releases all of it; what is left is this status.
void http_response_empty(struct http_response *response, unsigned status);

// How much there is of what has a limit.
struct http_figures {
    size_t connections, windows; // a window is one that waits for news
    size_t slow;                 // requests that wait for a worker of the slow ones
};

struct http_handler {
    // Fills in the response, which is empty but for `bytes`. Many at once, on threads of the
    // server's.
    void (*answer)(void *userdata, const struct http_request *request,
                   struct http_response *response);
    // Is it one that takes long? Those have workers of their own, so that nobody waits behind
    // them but their like; of several networks, one of each is taken in turn. On the server's
    // own thread: only to look.
    bool (*is_slow)(const struct http_request *request);
    // There is no room for it among those that are slow: fills in the response. On the server's
    // own thread.
    void (*busy)(void *userdata, const struct http_request *request,
                 struct http_response *response);
    // A trusted proxy does not say for whom it asks, in a way that could be read: it was
    // refused with 400. On the server's own thread.
    void (*refused)(void *userdata, const char *proxy, enum proxy_verdict why);
    // A trusted proxy asks for a client whose network has its share of connections: it was
    // refused with 429. On the server's own thread.
    void (*crowded)(void *userdata, const char *client);
    // Did another process change something since this was asked last? Asked each second.
    bool (*changed_elsewhere)(void *userdata);
    // Each second, on the server's own thread.
    void (*figures)(void *userdata, const struct http_figures *figures);
    void *userdata;
};

struct http_limits {
    size_t connections;   // as far as the descriptors of the process go
    size_t network_share; // percent of them that one network may have
    size_t windows;       // that wait for one subject: of one browser
    int64_t handshake_s;  // from the connection to the first byte of its first request
    int64_t request_s;    // from there to the last byte
    int64_t idle_s;       // from a response to the first byte of the next request
    int64_t reply_s;      // until a response is taken
    size_t slow;          // requests that may wait to be worked on, of those that are slow
};

struct http_server_options {
    int socket; // from listener_open; taken over
    struct http_limits limits;
    const struct proxies *proxies;  // that are trusted; they outlive the server
    const struct tls_identity *tls; // NULL: plain http, for tests
    const struct portal_environment *environment;
    struct changes *changes; // what wakes who waits; outlives the server
    struct http_handler handler;
};

#endif
