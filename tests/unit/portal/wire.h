// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_TESTS_PORTAL_WIRE_H
#define QRCONFIRM_TESTS_PORTAL_WIRE_H

// A portal that is asked over TLS, by clients with a cookie jar each.

#include <curl/curl.h>

#include "bench.h"
#include "portal/modes/modes.h"
#include "portal/requests/server.h"
#include "portal/web/listener.h"

#define WIRE_HEADERS 6

struct wire {
    struct bench bench;
    struct server *server;
    char listen[128]; // "": any port of this computer
    unsigned port;
    char log[128];
};

void wire_open(struct wire *wire, const char *mode);
void wire_restart(struct wire *wire); // the store stays
void wire_close(struct wire *wire);

struct wire_request {
    const char *path;   // below BENCH_URL
    bool whole_path;    // it is the server's, whatever BENCH_URL is
    const char *body;   // a form: makes it a POST
    const char *user;   // "login:password" of HTTP Basic
    const char *method; // instead of GET or POST
    const char *until;  // the call ends once the body holds this
    const char *headers[WIRE_HEADERS];
};

struct wire_reply {
    long status; // -1: no whole reply came
    struct text headers, body;
    json_t *json;      // NULL: the body is none
    const char *until; // of the request
};

CURL *wire_client(void);
// Fails the test if the reply asks for credentials as HTTP does (WWW-Authenticate).
void wire_ask(const struct wire *wire, CURL *client, const struct wire_request *request,
              struct wire_reply *out);
void wire_reply_free(struct wire_reply *reply);

// The whole request log; the caller frees it.
char *wire_log(const struct wire *wire);

#endif
