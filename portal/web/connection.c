// SPDX-License-Identifier: MIT
#include "portal/web/connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "portal/web/prelude.h"

#define UNREAD_MAX     65536 // bytes of a client that no one reads yet
#define WRITE_S        30    // without a byte that the client takes
#define ACCEPTS_A_TURN 32u   // then those that are there have their turn
#define PAUSE_S        1     // without descriptors
#define RECORD_MAX     16384 // bytes of a record of TLS

enum stage {
    STAGE_NEW,   // evhttp is about to have it
    STAGE_QUIET, // no byte of a request is there
    STAGE_READS, // some are
    STAGE_WORKS, // all are
    STAGE_ANSWERS
};

struct http_connection {
    struct http_server *server;
    struct bufferevent *bytes;        // a reference of our own
    struct evhttp_connection *evhttp; // NULL: new
    evutil_socket_t socket;
    struct event *time;
    enum stage stage;
    struct prelude *prelude; // NULL but while a proxy has to say who it connects for
    struct peer client;      // who connects, or whom a proxy connects for
    bool silent;             // its proxy named nobody: it speaks for itself
    bool foul;               // it said a NUL
    struct place place;
    void (*left)(void *userdata);
    void *userdata;
    struct list_link all;
};

static void set_time(struct http_connection *connection, int64_t seconds)
{
    const struct timeval time = {(time_t)seconds, 0};
    event_add(connection->time, &time);
}

// Are there any among so many of the last bytes?
static bool has_nul(struct evbuffer *buffer, size_t added)
{
    size_t size = evbuffer_get_length(buffer);
    struct evbuffer_ptr at;
    return evbuffer_ptr_set(buffer, &at, size > added ? size - added : 0, EVBUFFER_PTR_SET) ==
               0 &&
           evbuffer_search(buffer, "", 1, &at).pos >= 0;
}

static void on_bytes(struct evbuffer *buffer, const struct evbuffer_cb_info *info,
                     void *userdata)
{
    struct http_connection *connection = userdata;
    if (info->n_added > 0 && has_nul(buffer, info->n_added))
        connection->foul = true;
    if (connection->stage == STAGE_QUIET && info->n_added > 0) {
        connection->stage = STAGE_READS;
        set_time(connection, connection->server->options.limits.request_s);
    }
}

static void free_connection(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    list_leave(&connection->all);
    prelude_free(connection->prelude);
    if (connection->stage != STAGE_NEW) {
        if ((size_t)connection->socket < server->sockets)
            server->by_socket[connection->socket] = NULL;
        places_leave(&server->places, &connection->place);
        evbuffer_remove_cb(bufferevent_get_input(connection->bytes), on_bytes, connection);
    }
    bufferevent_decref(connection->bytes);
    event_free(connection->time);
    free(connection);
}

// evhttp is about to free it.
static void on_close(struct evhttp_connection *evhttp, void *userdata)
{
    struct http_connection *connection = userdata;
    (void)evhttp;
    if (connection->left)
        connection->left(connection->userdata);
    free_connection(connection);
}

static void end(struct http_connection *connection)
{
    evhttp_connection_free(connection->evhttp); // calls on_close
}

// For the places; whoever comes by a Unix socket counts as one network.
static struct sockaddr_in6 network_of(const struct peer *peer)
{
    return (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = peer->address};
}

static bool find_place(struct http_connection *connection)
{
    struct sockaddr_in6 address = network_of(&connection->client);
    struct place *goes;
    if (!places_come(&connection->server->places, (struct sockaddr *)&address,
                     &connection->place, &goes))
        return false;
    if (goes)
        end(goes->owner);
    return true;
}

static void enter(struct http_connection *connection)
{
    if (!find_place(connection))
        end(connection);
}

static void on_prelude(void *userdata, const struct proxy_protocol *header)
{
    struct http_connection *connection = userdata;
    prelude_free(connection->prelude);
    connection->prelude = NULL;

    if (!header || (header->named && !network_address_is_of_one(&header->address))) {
        end(connection);
        return;
    }
    if (header->named)
        connection->client = (struct peer){.address = header->address};
    connection->silent = !header->named;
    bufferevent_enable(connection->bytes, EV_READ | EV_WRITE);
    enter(connection);
}

// Its proxy has the first word; until then nobody else reads.
static void wait_for_prelude(struct http_connection *connection)
{
    bufferevent_disable(connection->bytes, EV_READ | EV_WRITE);
    connection->prelude =
        prelude_begin(connection->server->base, connection->socket, on_prelude, connection);
    if (!connection->prelude)
        end(connection);
}

static bool find_client(struct http_connection *connection)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    return getpeername(connection->socket, (struct sockaddr *)&address, &size) == 0 &&
           peer_read((struct sockaddr *)&address, &connection->client);
}

// Room for the connection of this descriptor in the server's table.
static bool make_room(struct http_server *server, size_t socket)
{
    if (socket < server->sockets)
        return true;

    size_t sockets = (socket + 1) * 2;
    struct http_connection **grown =
        shortage_realloc(server->by_socket, sockets * sizeof(struct http_connection *));
    if (!grown)
        return false;

    memset(grown + server->sockets, 0,
           (sockets - server->sockets) * sizeof(struct http_connection *));
    server->by_socket = grown;
    server->sockets = sockets;
    return true;
}

static bool remember(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (!make_room(server, (size_t)connection->socket))
        return false;
    server->by_socket[connection->socket] = connection;
    return true;
}

// evhttp has it by now, and gives itself to its callbacks: there is no other way to hear of it
// before the first request.
static void begin(struct http_connection *connection)
{
    void *evhttp = NULL;
    bufferevent_getcb(connection->bytes, NULL, NULL, NULL, &evhttp);
    connection->socket = bufferevent_getfd(connection->bytes);
    if (!evhttp || connection->socket < 0) { // it could not take it
        free_connection(connection);
        return;
    }

    connection->evhttp = evhttp;
    connection->stage = STAGE_QUIET;
    evhttp_connection_set_closecb(connection->evhttp, on_close, connection);
    evbuffer_add_cb(bufferevent_get_input(connection->bytes), on_bytes, connection);
    if (!remember(connection)) {
        end(connection);
        return;
    }

    set_time(connection, connection->server->options.limits.handshake_s);
    const struct proxies *proxies = connection->server->options.proxies;
    if (!find_client(connection))
        end(connection);
    else if (proxies->tells == PROXY_TELLS_PROTOCOL &&
             proxies_trust(proxies, &connection->client))
        wait_for_prelude(connection);
    else
        enter(connection);
}

static void on_time(evutil_socket_t socket, short what, void *userdata)
{
    struct http_connection *connection = userdata;
    (void)socket;
    (void)what;
    if (connection->stage == STAGE_NEW)
        begin(connection);
    else
        end(connection);
}

static void pause_accepting(struct http_server *server, int seconds)
{
    const struct timeval time = {seconds, 0};
    if (event_add(server->resume, &time) == 0) // else nothing would end the pause
        evconnlistener_disable(evhttp_bound_socket_get_listener(server->bound));
}

static void on_resume(evutil_socket_t socket, short what, void *userdata)
{
    struct http_server *server = userdata;
    (void)socket;
    (void)what;
    server->accepted = 0;
    if (server->bound)
        evconnlistener_enable(evhttp_bound_socket_get_listener(server->bound));
}

void connections_lack(struct http_server *server)
{
    pause_accepting(server, PAUSE_S);
    struct place *idle = places_longest_idle(&server->places);
    if (idle)
        end(idle->owner);
}

static struct bufferevent *new_bytes(struct event_base *base, SSL_CTX *tls)
{
    struct bufferevent *bytes;
    if (!tls)
        return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

    SSL *session = SSL_new(tls);
    if (!session)
        return NULL;
    bytes = bufferevent_openssl_socket_new(base, -1, session, BUFFEREVENT_SSL_ACCEPTING,
                                           BEV_OPT_CLOSE_ON_FREE);
    if (!bytes) {
        SSL_free(session);
        return NULL;
    }
    bufferevent_openssl_set_allow_dirty_shutdown(bytes, 1);
    return bytes;
}

// For whoever there is no memory to know: it is let go at once, as none of the times of a
// connection runs for it. What it says first all the same is no connection's of ours, and is
// refused (course_begin). evhttp would take bytes of its own that wait for ever.
static struct bufferevent *new_stranger(struct event_base *base)
{
    static const struct timeval at_once = {0, 1}, taken = {WRITE_S, 0};
    struct bufferevent *bytes = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (bytes)
        bufferevent_set_timeouts(bytes, &at_once, &taken);
    return bytes;
}

struct bufferevent *connection_new(struct event_base *base, void *userdata)
{
    static const struct timeval write = {WRITE_S, 0};
    struct http_server *server = userdata;
    struct http_connection *connection = shortage_calloc(1, sizeof(*connection));
    struct bufferevent *bytes = new_bytes(base, server->tls);
    struct event *time = evtimer_new(base, on_time, connection);
    if (!connection || !bytes || !time) {
        if (time)
            event_free(time);
        if (bytes)
            bufferevent_free(bytes);
        free(connection);
        connections_lack(server);
        return new_stranger(base);
    }

    bufferevent_setwatermark(bytes, EV_READ, 0, UNREAD_MAX);
    bufferevent_set_timeouts(bytes, NULL, &write);
    bufferevent_incref(bytes);
    connection->server = server;
    connection->bytes = bytes;
    connection->time = time;
    connection->place.owner = connection;
    list_add(&server->connections, &connection->all, connection);
    event_active(time, EV_TIMEOUT, 0); // before anything is read of it

    if (++server->accepted == ACCEPTS_A_TURN)
        pause_accepting(server, 0);
    return bytes;
}

bool connections_open(struct http_server *server)
{
    server->resume = evtimer_new(server->base, on_resume, server);
    server->bound = evhttp_accept_socket_with_handle(server->http, server->options.socket);
    if (!server->resume || !server->bound)
        return false;
    server->options.socket = -1; // it is evhttp's now
    return true;
}

void connections_refuse(struct http_server *server)
{
    event_del(server->resume);
    evhttp_del_accept_socket(server->http, server->bound);
    server->bound = NULL;
}

void connections_close(struct http_server *server)
{
    struct http_connection *connection;
    while ((connection = list_first(&server->connections)) != NULL)
        free_connection(connection);
    free(server->by_socket);
    if (server->resume)
        event_free(server->resume);
}

// While it is answered nothing is read of it; only its end is noticed.
static void notice_end(struct http_connection *connection)
{
    bufferevent_data_cb write;
    bufferevent_event_cb event;
    void *evhttp;
    bufferevent_getcb(connection->bytes, NULL, &write, &event, &evhttp);
    bufferevent_setcb(connection->bytes, NULL, write, event, evhttp);
    bufferevent_enable(connection->bytes, EV_READ);
}

struct http_connection *connection_find(struct http_server *server,
                                        struct evhttp_request *request)
{
    struct evhttp_connection *evhttp = evhttp_request_get_connection(request);
    evutil_socket_t socket = bufferevent_getfd(evhttp_connection_get_bufferevent(evhttp));
    struct http_connection *connection = NULL;
    if (socket >= 0 && (size_t)socket < server->sockets)
        connection = server->by_socket[socket];
    return connection && connection->evhttp == evhttp ? connection : NULL;
}

const struct peer *connection_client(const struct http_connection *connection)
{
    return &connection->client;
}

bool connection_is_silent(const struct http_connection *connection)
{
    return connection->silent;
}

bool connection_is_foul(const struct http_connection *connection)
{
    return connection->foul;
}

bool connection_carry(struct http_connection *connection, const struct peer *client)
{
    struct sockaddr_in6 address = network_of(client);
    struct place *goes;
    if (!places_move(&connection->server->places, (struct sockaddr *)&address,
                     &connection->place, &goes))
        return false;
    if (goes)
        end(goes->owner);
    return true;
}

void connection_work(struct http_connection *connection, void (*left)(void *userdata),
                     void *userdata)
{
    connection->stage = STAGE_WORKS;
    connection->left = left;
    connection->userdata = userdata;
    event_del(connection->time);
    places_work(&connection->place);
    notice_end(connection);
}

bool connection_watch(struct http_connection *connection)
{
    return places_watch(&connection->server->places, &connection->place);
}

void connection_answer(struct http_connection *connection)
{
    connection->stage = STAGE_ANSWERS;
    set_time(connection, connection->server->options.limits.reply_s);
}

void connection_rest(struct http_connection *connection)
{
    const struct http_limits *limits = &connection->server->options.limits;
    struct evbuffer *input = bufferevent_get_input(connection->bytes);
    bool more = evbuffer_get_length(input) > 0; // of the next request
    connection_forget(connection);
    connection->stage = more ? STAGE_READS : STAGE_QUIET;
    set_time(connection, more ? limits->request_s : limits->idle_s);
    places_rest(&connection->server->places, &connection->place);
}

void connection_forget(struct http_connection *connection)
{
    connection->left = NULL;
    connection->userdata = NULL;
}

void connection_drop(struct http_connection *connection)
{
    connection_forget(connection);
    end(connection);
}

bool connection_make_room(struct http_connection *connection, size_t size)
{
    return evbuffer_expand(bufferevent_get_output(connection->bytes), size) == 0;
}

void connection_gather(struct http_connection *connection)
{
    struct evbuffer *output = bufferevent_get_output(connection->bytes);
    if (evbuffer_get_length(output) <= RECORD_MAX)
        evbuffer_pullup(output, -1);
}

size_t connection_unsent(const struct http_connection *connection)
{
    return evbuffer_get_length(bufferevent_get_output(connection->bytes));
}
