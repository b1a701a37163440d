// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_NET_HTTP_H
#define QRCONFIRM_NET_HTTP_H

// The one place that makes HTTP calls, and their whole policy (docs/protocol, section 4): https
// only, no redirects, no cookies, no content coding, a reply of at most 16 KiB, 10 s to connect
// and 20 s for a call. Plain http goes to loopback hosts only, and only where the environment
// allows it. A connection is kept from call to call as long as trust and pins stay the same.
// net/proxy.h chooses the proxy. A dialect that needs more (a login with cookies, a large page)
// asks for it by name, below.
//
// Threads: a client belongs to one thread. http_wake may be called from any.

#include "base/failure.h"
#include "base/span.h"
#include "net/certificate.h"
#include "net/environment.h"
#include "net/protocol/statement.h"

#define HTTP_REPLY_MAX   16384u   // bytes of a body
#define HTTP_LARGE_MAX   1048576u // bytes of a body where the request gives a place for it
#define HTTP_HEADERS_MAX 32768u   // bytes of all header lines together
#define HTTP_URL_MAX     1024u
#define HTTP_FIELD_MAX   128u // bytes of a header's value
#define HTTP_CONNECT_MS  10000
#define HTTP_CALL_MS     20000

// Who vouches for the server.
enum http_trust {
    HTTP_TRUST_NOBODY, // the signed metadata alone: its signature is what counts
    HTTP_TRUST_PINS, // the server's key is one of the pins; chain, name and dates do not count
    HTTP_TRUST_CHAIN // chain, name and dates, as a browser
};

// A place for the body of a large reply; the caller's.
struct http_large {
    uint8_t *bytes;
    size_t room; // at most HTTP_LARGE_MAX
    size_t size; // of the body that came
};

struct http_request {
    const char *url;
    const char *accept;       // media type; NULL: any
    const char *content_type; // NULL: GET
    struct span body;
    enum http_trust trust;
    const struct statement_pins *pins; // with HTTP_TRUST_PINS; not empty
    // More header lines, "Name: value", ended by NULL; what is made of them is wiped.
    const char *const *headers;
    struct http_large *large; // the body goes there instead of into the reply
    bool tell_redirect;       // a redirect is a reply like any other, with its `location`
    bool tell_peer;           // makes a new connection, and says who answered: `peer`
    // Sent once: a kept connection that turns out to be dead would make libcurl send it again,
    // so a new connection is made.
    bool once;
};

struct http_reply {
    // The request was handed to a connection that stood, so it may have arrived, whatever came
    // back; false: not one byte of it left. Told of every call.
    bool sent;
    long status;
    char content_type[HTTP_FIELD_MAX + 1]; // as it came; empty: none, or longer
    char retry_after[HTTP_FIELD_MAX + 1];
    char location[HTTP_URL_MAX + 1]; // of a redirect, as it came
    int64_t date_s;                  // of the header Date, seconds since 1970; 0: none
    bool has_peer;
    uint8_t peer[HASH_SIZE]; // pin of the server's own key
    uint8_t body[HTTP_REPLY_MAX];
    size_t size;
};

static inline struct span http_reply_body(const struct http_reply *reply)
{
    return span_of(reply->body, reply->size);
}

struct http_limits {
    int64_t connect_ms, call_ms;
    const char *ca_file; // NULL: those of the system
    bool cookies;        // what the server sets is sent back to it; never to another host
};

struct http_client;

// `limits` may be NULL for those above. NULL on failure.
struct http_client *http_client_new(const struct net_environment *environment,
                                    const struct http_limits *limits, struct fault *fault);
void http_client_free(struct http_client *client);

// Asked during a call after each http_wake, and when `fd` is readable: true ends the call.
struct http_stop {
    bool (*asked)(void *userdata);
    void *userdata;
    int fd; // readable once `asked` says yes; 0: only http_wake tells
};

// Makes one call. True for any complete reply, whatever its status. Else the fault says:
//   NET_UNREACHABLE  no name, no route, refused, or cut off, in the TLS handshake too
//   NET_TIMEOUT      no answer in time
//   NET_PROXY, NET_PROXY_PASSWORD, NET_PROXY_REFUSED   the proxy, which the fault names, does
//                    not lead to the portal: perhaps later; not without a password; not at all
//   NET_TLS          the server's certificate or its TLS cannot be trusted
//   NET_PIN          the server's key is not one of the pins
//   NET_CLOCK        the certificate is not yet valid, under a clock that cannot be right
//   NET_REDIRECT, NET_TOO_LARGE, NET_REPLY   the reply breaks the policy
//   INTERRUPTED      `stop` said so
//   MEMORY, DESCRIPTORS   this device or process is short of them
//   INTERNAL         the URL is not the address of a portal
bool http_call(struct http_client *client, const struct http_request *request,
               const struct http_stop *stop, struct http_reply *out, struct fault *fault);

// Forgets the cookies of a client that keeps them.
void http_forget_cookies(struct http_client *client);

// Makes a call under way ask its `stop` now.
void http_wake(struct http_client *client);

// True for the failures that section 4 calls a TLS failure.
bool http_is_tls_failure(enum failure failure);

#endif
