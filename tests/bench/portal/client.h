// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_BENCH_PORTAL_CLIENT_H
#define QRCONFIRM_BENCH_PORTAL_CLIENT_H

// One connection to the portal: TLS over a socket that blocks, and HTTP/1.1 on it. It comes
// from any address of 127.0.0.0/8, so that one machine can be many networks. The certificate is
// not judged: the portal is our own child. A client is used by one thread at a time.

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/span.h"

#define CLIENT_REPLY_MAX  65535u // bytes of head and body
#define CLIENT_COOKIE_MAX 127u   // bytes of a cookie's value

// Where clients go, and how long they wait there for anything.
struct client_target {
    SSL_CTX *tls;
    unsigned port; // on 127.0.0.1
    double patience_s;
};

// False: there is no memory. To be released with client_target_destroy.
bool client_target_init(struct client_target *target, double patience_s);
void client_target_destroy(struct client_target *target);

struct client {
    int socket; // -1: not connected
    SSL *ssl;
};

// A bench's own address: 127.1.0.0 and `number`.
in_addr_t client_address(unsigned number);

// Connects from `address`, and resumes `session` where that is not NULL. False: nobody answers;
// the client is then as after client_close.
bool client_open(struct client *client, const struct client_target *target, in_addr_t address,
                 SSL_SESSION *session);
// The TCP connection alone: what speaks no TLS, or not yet.
bool client_open_plain(struct client *client, const struct client_target *target,
                       in_addr_t address);
void client_close(struct client *client); // harmless where it is not connected

// What a later connection may resume; the caller frees it. NULL: nothing.
SSL_SESSION *client_session(const struct client *client);

struct client_call {
    const char *path;
    const char *body;   // NULL: GET
    const char *type;   // of the body
    const char *origin; // NULL: the header is left out, as by a device
    const char *accept; // NULL: anything
    const char *cookie; // "name=value"; NULL: none
};

struct client_reply {
    unsigned status;
    const char *body; // inside `text`, with a NUL behind it
    size_t size;      // of the body
    char text[CLIENT_REPLY_MAX + 1];
};

// Sends alone: whoever does not wait for the reply.
bool client_say(struct client *client, const struct client_call *call);
// Sends and waits for the whole reply. False: none came; close the client then.
bool client_ask(struct client *client, const struct client_call *call,
                struct client_reply *reply);

// The same for a reply that does not end: returns with its head. What came of the body with it
// is in the reply.
bool client_listen(struct client *client, const struct client_call *call,
                   struct client_reply *reply);
// Waits for more of it and adds that to the body. False: it has ended, or nothing came.
bool client_hear(struct client *client, struct client_reply *reply);

// Copies the value of a cookie that the reply sets. False: it sets none.
bool client_cookie(const struct client_reply *reply, const char *name,
                   char out[static CLIENT_COOKIE_MAX + 1]);

#endif
