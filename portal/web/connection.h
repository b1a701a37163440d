// SPDX-License-Identifier: MIT
#ifndef QRCONFIRM_PORTAL_WEB_CONNECTION_H
#define QRCONFIRM_PORTAL_WEB_CONNECTION_H

// A connection of the web server: its place among the others, and the times by which it has to
// have said and taken what is due. They are absolute: a byte now and then moves none of them.
// All functions run on the thread of the loop.

#include <event2/http.h>

#include "portal/web/loop.h"

// For evhttp: makes what carries the bytes of a connection that is accepted. `userdata`: the
// server.
struct bufferevent *connection_new(struct event_base *base, void *userdata);

// From here on connections are accepted, so many at a time.
bool connections_open(struct http_server *server);
// Descriptors or memory are lacking: none is accepted for a while, and an idle one is let go.
void connections_lack(struct http_server *server);
// No new ones are.
void connections_refuse(struct http_server *server);
// Frees what is left of them, once evhttp has none.
void connections_close(struct http_server *server);

// NULL: the server does not know it.
struct http_connection *connection_find(struct http_server *server,
                                        struct evhttp_request *request);
// Who connects; of a proxy that speaks the PROXY protocol, whom it connects for.
const struct peer *connection_client(const struct http_connection *connection);
// By the PROXY protocol a proxy speaks for itself, as in its health check.
bool connection_is_silent(const struct http_connection *connection);
// It said a NUL, which no request has: for evhttp, and for nobody else, lines end there, and a
// head does where a line begins with one.
bool connection_is_foul(const struct http_connection *connection);
// A proxy asks for this client: the connection counts among those of the client's network,
// until it asks for another. False: that network has its share.
bool connection_carry(struct http_connection *connection, const struct peer *client);

// A request is there whole. No time runs until it is answered. `left` is called, once, if the
// client leaves before connection_rest.
void connection_work(struct http_connection *connection, void (*left)(void *userdata),
                     void *userdata);
// It wants to wait for news. False: too many do.
bool connection_watch(struct http_connection *connection);
// The response is on its way.
void connection_answer(struct http_connection *connection);
// The client has it.
void connection_rest(struct http_connection *connection);
// Whoever was to hear of its end will not.
void connection_forget(struct http_connection *connection);
// Ends it at once, without a word, and with it its evhttp_request.
void connection_drop(struct http_connection *connection);

// For so many bytes to the client. False: memory is short.
bool connection_make_room(struct http_connection *connection, size_t size);
// What was added in parts leaves as one record of TLS, if it is small.
void connection_gather(struct http_connection *connection);
// Bytes that the client has not taken yet.
size_t connection_unsent(const struct http_connection *connection);

#endif
