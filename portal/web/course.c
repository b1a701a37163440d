// SPDX-License-Identifier: MIT
#include "portal/web/course.h"

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/shortage.h"
#include "portal/web/client.h"
#include "portal/web/connection.h"

#define UNSENT_MAX    65536u // bytes for a window that does not take them
#define OWN_HEAD_SIZE 512u   // bytes that evhttp and course.c add to the head of a response

// Of a window that found no place: it asks again after so many milliseconds.
static const char retry[] = "retry: 15000\n\n";

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_timer(struct exchange *exchange, int64_t ms)
{
    if (ms < 0)
        ms = 0;
    const struct timeval time = {ms / 1000, ms % 1000 * 1000};
    event_add(exchange->timer, &time);
}

static void listen_in(struct exchange *exchange, struct list *list)
{
    list_leave(&exchange->hearing);
    list_add(list, &exchange->hearing, exchange);
}

// It is known now what it waits for.
static void listen_for(struct exchange *exchange, uint64_t subject)
{
    struct http_server *server = exchange->server;
    exchange->subject = subject;
    listen_in(exchange, subject == SUBJECT_EVERYTHING
                            ? &server->asked
                            : &server->waiting[subject % HTTP_SUBJECTS]);
}

// Nothing limits those that wait for what concerns many browsers.
static bool too_many_alike(const struct exchange *exchange)
{
    const struct http_server *server = exchange->server;
    const struct list *waiting = &server->waiting[exchange->subject % HTTP_SUBJECTS];
    size_t alike = 0;
    if (exchange->subject <= SUBJECT_CHANNELS)
        return false;

    const struct exchange *at = list_first(waiting);
    for (; at; at = list_next(waiting, &at->hearing)) {
        if (at->watches && at->subject == exchange->subject)
            alike++;
    }
    return alike >= server->options.limits.windows;
}

// Finds it a place to wait. Its subject is known.
static bool watch(struct exchange *exchange)
{
    if (!exchange->watches)
        exchange->watches = !too_many_alike(exchange) && connection_watch(exchange->connection);
    return exchange->watches;
}

static void dispose(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    list_leave(&exchange->all);
    list_leave(&exchange->hearing);
    exchange_free(exchange);
    if (server->ending && list_is_empty(&server->all))
        event_base_loopbreak(server->base);
}

// On a worker.
static void run_exchange(void *userdata)
{
    struct exchange *exchange = userdata;
    struct http_server *server = exchange->server;
    exchange_run(exchange, &server->options.handler);
    pthread_mutex_lock(&server->lock);
    list_add(&server->done, &exchange->done, exchange);
    pthread_mutex_unlock(&server->lock);
    http_loop_wake(server);
}

static void send_response(struct exchange *exchange);

// Of those that are slow there are too many.
static void refuse(struct exchange *exchange)
{
    const struct http_handler *handler = &exchange->server->options.handler;
    exchange->busy = false;
    if (!exchange->connection) {
        dispose(exchange);
        return;
    }
    exchange->response.bytes = HTTP_WHOLE;
    handler->busy(handler->userdata, &exchange->request, &exchange->response);
    send_response(exchange);
}

static void hand_to_worker(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    const struct http_handler *handler = &server->options.handler;
    bool slow = exchange->phase == EXCHANGE_ASKED && handler->is_slow &&
                handler->is_slow(&exchange->request);
    exchange->busy = true;
    exchange->news.count = 0;
    exchange->job = (struct job){.run = run_exchange, .userdata = exchange};
    if (slow)
        exchange->job.lane = exchange->network;
    struct job *refused = workers_add(slow ? &server->slow : &server->quick, &exchange->job);
    if (refused)
        refuse(refused->userdata);
}

// The response has gone out.
static void on_complete(struct evhttp_request *evhttp, void *userdata)
{
    struct exchange *exchange = userdata;
    (void)evhttp;
    connection_rest(exchange->connection);
    dispose(exchange);
}

// The client has left. What evhttp has not been given a response for is ours to free.
static void on_left(void *userdata)
{
    struct exchange *exchange = userdata;
    exchange->connection = NULL;
    if (exchange->phase != EXCHANGE_ANSWERED)
        evhttp_request_free(exchange->evhttp);
    if (!exchange->busy)
        dispose(exchange);
}

static void drop(struct exchange *exchange)
{
    connection_drop(exchange->connection);
    dispose(exchange);
}

static bool add_header(struct exchange *exchange, const char *name, const char *value)
{
    return evhttp_add_header(evhttp_request_get_output_headers(exchange->evhttp), name,
                             value) == 0;
}

// False: there is no memory for all of them, nor for the head that evhttp makes of them, and
// would leave lines out of.
static bool add_headers(struct exchange *exchange)
{
    const struct http_fields *from = &exchange->response.headers;
    size_t size = OWN_HEAD_SIZE;
    for (size_t i = 0; i < from->count; i++) {
        if (!add_header(exchange, from->at[i].name, from->at[i].value))
            return false;
        size += strlen(from->at[i].name) + strlen(from->at[i].value) + sizeof(": \r\n");
    }
    return connection_make_room(exchange->connection, size);
}

// The whole length, and how much of the body is sent: nothing to a HEAD, as a server before
// this one would take it for the next response. False: memory is short.
static bool announce(struct exchange *exchange, size_t *sent)
{
    const struct http_response *response = &exchange->response;
    bool is_head = strcmp(exchange->request.method, "HEAD") == 0;
    bool is_cut = !is_head && response->bytes < response->body.n;
    char length[24];
    *sent = is_head ? 0 : is_cut ? response->bytes : response->body.n;
    snprintf(length, sizeof(length), "%zu", response->body.n);
    return add_header(exchange, "Content-Length", length) &&
           (!is_cut || add_header(exchange, "Connection", "close"));
}

static void send_response(struct exchange *exchange)
{
    struct http_response *response = &exchange->response;
    struct evbuffer *body = response->bytes > 0 ? evbuffer_new() : NULL;
    size_t size;
    if (!body || !add_headers(exchange) || !announce(exchange, &size) ||
        evbuffer_add(body, response->body.p, size) != 0) {
        if (body)
            evbuffer_free(body);
        drop(exchange);
        return;
    }

    exchange->phase = EXCHANGE_ANSWERED;
    connection_answer(exchange->connection);
    evhttp_request_set_on_complete_cb(exchange->evhttp, on_complete, exchange);
    evhttp_send_reply(exchange->evhttp, (int)response->status, NULL, body);
    connection_gather(exchange->connection);
    evbuffer_free(body);
}

// False: it was not, memory is short.
static bool send_chunk(struct exchange *exchange, const char *bytes, size_t size)
{
    struct evbuffer *chunk = evbuffer_new();
    bool whole = chunk && evbuffer_add(chunk, bytes, size) == 0;
    if (whole) {
        evhttp_send_reply_chunk(exchange->evhttp, chunk);
        connection_gather(exchange->connection);
    }
    if (chunk)
        evbuffer_free(chunk);
    return whole;
}

// Was any of it about what it waits for?
static bool has_news(const struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->news.count; i++) {
        uint64_t subject = exchange->news.at[i];
        if (subject == exchange->subject || subject == SUBJECT_EVERYTHING ||
            exchange->subject == SUBJECT_EVERYTHING)
            return true;
    }
    return false;
}

static void end_stream(struct exchange *exchange)
{
    event_del(exchange->timer);
    exchange->phase = EXCHANGE_ANSWERED;
    connection_answer(exchange->connection);
    evhttp_request_set_on_complete_cb(exchange->evhttp, on_complete, exchange);
    evhttp_send_reply_end(exchange->evhttp); // may be complete at once
}

static void set_stream_timer(struct exchange *exchange)
{
    int64_t next = exchange->comment_at;
    if (exchange->again_at > 0 && exchange->again_at < next)
        next = exchange->again_at;
    set_timer(exchange, next - now_ms());
}

static void stream_looked(struct exchange *exchange)
{
    if (exchange->out.n > 0 && !send_chunk(exchange, exchange->out.p, exchange->out.n)) {
        drop(exchange); // the page asks again, and is told all
        return;
    }
    text_free(&exchange->out);
    int64_t again_ms = exchange->wait.again_ms;
    exchange->again_at = again_ms > 0 ? now_ms() + again_ms : 0;

    if (exchange->stream_over || exchange->brief || exchange->server->ending) {
        end_stream(exchange);
        return;
    }
    set_stream_timer(exchange);

    bool other = exchange->wait.subject != exchange->subject; // of which no news was heard yet
    if (other)
        listen_for(exchange, exchange->wait.subject);
    if (other || has_news(exchange))
        hand_to_worker(exchange);
}

static void start_stream(struct exchange *exchange)
{
    if (!add_headers(exchange) || !add_header(exchange, "Connection", "close")) {
        drop(exchange);
        return;
    }

    exchange->phase = EXCHANGE_STREAMS;
    listen_for(exchange, exchange->response.subject);
    exchange->comment_at = now_ms() + STREAM_KEEPALIVE_MS;
    evhttp_send_reply_start(exchange->evhttp, (int)exchange->response.status, NULL);

    exchange->brief = strcmp(exchange->request.method, "HEAD") == 0 || !watch(exchange);
    if (exchange->brief)
        send_chunk(exchange, retry, sizeof(retry) - 1);
    stream_looked(exchange);
}

// A comment finds out whether the browser is there; one that takes nothing is let go.
static void send_comment(struct exchange *exchange)
{
    if (connection_unsent(exchange->connection) > UNSENT_MAX) {
        drop(exchange);
        return;
    }
    exchange->comment_at = now_ms() + STREAM_KEEPALIVE_MS;
    set_stream_timer(exchange);
    send_chunk(exchange, ":\n\n", 3);
}

static void stream_time(struct exchange *exchange)
{
    int64_t now = now_ms();
    if (exchange->again_at > 0 && now >= exchange->again_at) {
        exchange->again_at = 0;
        set_stream_timer(exchange);
        hand_to_worker(exchange);
        return;
    }
    if (now >= exchange->comment_at)
        send_comment(exchange);
    else
        set_stream_timer(exchange);
}

static void on_timer(evutil_socket_t socket, short what, void *userdata)
{
    struct exchange *exchange = userdata;
    (void)socket;
    (void)what;

    if (exchange->busy) {
        exchange->time_up = true; // a stream sets its timer again when it comes back
    } else if (exchange->phase == EXCHANGE_STREAMS) {
        stream_time(exchange);
    } else if (exchange->phase == EXCHANGE_WAITS) {
        exchange->request.last = true;
        hand_to_worker(exchange);
    } else if (exchange->phase == EXCHANGE_DELAYED) {
        send_response(exchange);
    }
}

// The handler has been asked.
static void answered(struct exchange *exchange)
{
    struct http_response *response = &exchange->response;
    bool ending = exchange->server->ending;

    if (response->wait_ms > 0 && !exchange->request.last) {
        if (exchange->phase == EXCHANGE_ASKED)
            set_timer(exchange, response->wait_ms);
        exchange->phase = EXCHANGE_WAITS;
        listen_for(exchange, response->subject);
        exchange->request.last = exchange->time_up || ending || !watch(exchange);
        if (exchange->request.last || has_news(exchange))
            hand_to_worker(exchange);
        return;
    }

    event_del(exchange->timer);
    if (response->stream) {
        start_stream(exchange);
    } else if (response->delay_ms > 0 && !ending) {
        exchange->phase = EXCHANGE_DELAYED;
        set_timer(exchange, response->delay_ms);
    } else {
        send_response(exchange);
    }
}

// What the workers have done.
void course_take_done(struct http_server *server)
{
    struct list done;
    struct exchange *exchange;
    list_init(&done);
    pthread_mutex_lock(&server->lock);
    list_take_all(&done, &server->done);
    pthread_mutex_unlock(&server->lock);

    while ((exchange = list_first(&done)) != NULL) {
        list_leave(&exchange->done);
        exchange->busy = false;
        if (!exchange->connection)
            dispose(exchange);
        else if (exchange->phase == EXCHANGE_STREAMS)
            stream_looked(exchange);
        else
            answered(exchange);
    }
}

static void tell(struct exchange *exchange, uint64_t subject)
{
    bool waits = exchange->phase == EXCHANGE_WAITS || exchange->phase == EXCHANGE_STREAMS;
    if (exchange->busy)
        subjects_add(&exchange->news, subject);
    else if (waits)
        hand_to_worker(exchange);
}

void course_tell(struct http_server *server, uint64_t subject)
{
    struct exchange *exchange;
    if (subject == SUBJECT_EVERYTHING) {
        exchange = list_first(&server->all);
        for (; exchange; exchange = list_next(&server->all, &exchange->all))
            tell(exchange, subject);
        return;
    }

    exchange = list_first(&server->asked);
    for (; exchange; exchange = list_next(&server->asked, &exchange->hearing))
        tell(exchange, subject);

    struct list *waiting = &server->waiting[subject % HTTP_SUBJECTS];
    exchange = list_first(waiting);
    for (; exchange; exchange = list_next(waiting, &exchange->hearing)) {
        if (exchange->subject == subject)
            tell(exchange, subject);
    }
}

void course_end(struct http_server *server)
{
    struct exchange *exchange, *next;
    for (exchange = list_first(&server->all); exchange; exchange = next) {
        next = list_next(&server->all, &exchange->all);
        if (exchange->busy)
            continue; // it comes back
        if (exchange->phase == EXCHANGE_STREAMS) {
            end_stream(exchange);
        } else if (exchange->phase == EXCHANGE_WAITS) {
            exchange->request.last = true;
            hand_to_worker(exchange);
        } else if (exchange->phase == EXCHANGE_DELAYED) {
            send_response(exchange);
        }
    }
}

// False: it was answered.
static bool find_client(struct http_server *server, struct evhttp_request *evhttp,
                        struct http_connection *connection, struct peer *out)
{
    const struct proxies *proxies = server->options.proxies;
    const struct http_handler *handler = &server->options.handler;
    const struct peer *peer = connection_client(connection);
    enum proxy_verdict verdict = client_find(proxies, peer, evhttp, out);
    if (verdict == PROXY_NAMED && connection_is_silent(connection) &&
        !client_only_looks(evhttp))
        verdict = PROXY_SILENT;

    if (verdict != PROXY_NAMED) {
        char proxy[ADDRESS_MAX + 1];
        peer_text(peer, proxy);
        if (handler->refused)
            handler->refused(handler->userdata, proxy, verdict);
        client_refuse(evhttp, verdict);
        return false;
    }

    if (!proxies_trust(proxies, peer) || connection_carry(connection, out))
        return true;
    char client[ADDRESS_MAX + 1];
    peer_text(out, client);
    if (handler->crowded)
        handler->crowded(handler->userdata, client);
    client_refuse_share(evhttp);
    return false;
}

// evhttp takes every version below 2, answers by the same number, and tells no length below 1.
static bool is_known_version(const struct evhttp_request *evhttp)
{
    return evhttp->major == 1 && (evhttp->minor == 0 || evhttp->minor == 1);
}

// It is none, or it is in doubt where it ends: nothing that follows is one either.
static void refuse_unclear(struct evhttp_request *evhttp)
{
    evhttp->major = evhttp->minor = 1;
    evhttp_send_error(evhttp, HTTP_BADREQUEST, NULL); // ends the connection
}

void course_begin(struct http_server *server, struct evhttp_request *evhttp)
{
    struct http_connection *connection = connection_find(server, evhttp);
    struct peer client;
    if (!connection || connection_is_foul(connection) || !is_known_version(evhttp)) {
        refuse_unclear(evhttp);
        return;
    }
    if (!find_client(server, evhttp, connection, &client))
        return;

    const unsigned shortages = shortage_count();
    struct exchange *exchange = exchange_new(server, evhttp, &client);
    if (exchange)
        exchange->timer = evtimer_new(server->base, on_timer, exchange);
    if (!exchange || !exchange->timer) {
        bool starved = exchange || shortage_count() != shortages;
        exchange_free(exchange);
        if (starved)
            evhttp_send_error(evhttp, HTTP_SERVUNAVAIL, NULL);
        else
            refuse_unclear(evhttp);
        return;
    }

    exchange->connection = connection;
    connection_work(connection, on_left, exchange);
    exchange->request.began = environment_boot_ms(server->options.environment);
    list_add(&server->all, &exchange->all, exchange);
    listen_in(exchange, &server->asked);
    hand_to_worker(exchange);
}

void course_forget(struct http_server *server)
{
    struct exchange *exchange;
    while ((exchange = list_first(&server->all)) != NULL) {
        if (exchange->connection)
            connection_forget(exchange->connection);
        dispose(exchange);
    }
}
