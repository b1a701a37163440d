// SPDX-License-Identifier: MIT
// The server on libevent's evhttp. All that is evhttp's happens on the thread of the loop;
// workers hand their exchanges back through a list, and wake it.
#include "portal/web/server.h"

#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shortage.h"
#include "portal/web/connection.h"
#include "portal/web/course.h"
#include "portal/web/tls.h"

#define QUICK_WORKERS 12u
#define SLOW_WORKERS  2u
#define STOP_S        5   // that responses under way have to go out at the end
#define TICK_S        1   // until other processes' changes are seen
#define SPARE_FILES   64u // descriptors for all else

// No new connections; who waits is answered as things stand. The last one out ends the loop.
static void begin_to_end(struct http_server *server)
{
    static const struct timeval time = {STOP_S, 0};
    server->ending = true;
    connections_refuse(server);
    event_add(server->deadline, &time);

    course_end(server);
}

static void on_wake(evutil_socket_t socket, short what, void *userdata)
{
    struct http_server *server = userdata;
    uint64_t count;
    (void)what;
    if (read(socket, &count, sizeof(count)) < 0)
        return;
    atomic_store(&server->woken, false); // before it looks: what comes now wakes it again

    uint64_t news[HTTP_NEWS_MAX];
    pthread_mutex_lock(&server->lock);
    size_t news_count = server->news_count;
    memcpy(news, server->news, news_count * sizeof(news[0]));
    server->news_count = 0;
    bool stop = server->stop;
    pthread_mutex_unlock(&server->lock);

    for (size_t i = 0; i < news_count; i++)
        course_tell(server, news[i]);
    course_take_done(server);
    if (stop && !server->ending)
        begin_to_end(server);
    if (server->ending && list_is_empty(&server->all))
        event_base_loopbreak(server->base);
}

static void on_heard(void *userdata, const struct subjects *subjects)
{
    struct http_server *server = userdata;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < subjects->count; i++)
        http_loop_add_news(server, subjects->at[i]);
    pthread_mutex_unlock(&server->lock);
    http_loop_wake(server);
}

// On a worker.
static void look_elsewhere(void *userdata)
{
    struct http_server *server = userdata;
    const struct http_handler *handler = &server->options.handler;
    bool changed = handler->changed_elsewhere(handler->userdata);
    pthread_mutex_lock(&server->lock);
    server->looks = false;
    if (changed)
        http_loop_add_news(server, SUBJECT_EVERYTHING);
    pthread_mutex_unlock(&server->lock);
    if (changed)
        http_loop_wake(server);
}

static void tell_figures(struct http_server *server)
{
    const struct http_handler *handler = &server->options.handler;
    const struct http_figures figures = {.connections = server->places.taken,
                                         .windows = server->places.windows,
                                         .slow = workers_waiting(&server->slow)};
    handler->figures(handler->userdata, &figures);
}

static void on_tick(evutil_socket_t socket, short what, void *userdata)
{
    struct http_server *server = userdata;
    (void)socket;
    (void)what;

    pthread_mutex_lock(&server->lock);
    bool looks = server->looks;
    server->looks = true;
    pthread_mutex_unlock(&server->lock);
    if (!looks)
        workers_add(&server->quick, &server->look_elsewhere);
    tell_figures(server);
}

static int find_server(const struct event_base *base, const struct event *event, void *out)
{
    (void)base;
    if (event_get_callback(event) != on_tick)
        return 0;
    *(struct http_server **)out = event_get_callback_arg(event);
    return 1;
}

// It would be called without end. The listener's userdata is evhttp's own, which knows no
// server; the base of events does.
static void on_accept_error(struct evconnlistener *listener, void *userdata)
{
    struct http_server *server = NULL;
    (void)userdata;
    event_base_foreach_event(evconnlistener_get_base(listener), find_server, &server);
    if (server)
        connections_lack(server);
}

static void on_deadline(evutil_socket_t socket, short what, void *userdata)
{
    struct http_server *server = userdata;
    (void)socket;
    (void)what;
    event_base_loopbreak(server->base);
}

static void on_request(struct evhttp_request *evhttp, void *userdata)
{
    struct http_server *server = userdata;
    course_begin(server, evhttp);
}

static void *run_loop(void *userdata)
{
    struct http_server *server = userdata;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE); // of a client that left: the write says so
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    event_base_dispatch(server->base);
    return NULL;
}

static void say_nothing(int severity, const char *text)
{
    (void)severity;
    (void)text;
}

static bool open_http(struct http_server *server)
{
    int on = 1, socket = server->options.socket;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); // accepted ones inherit it
    event_set_log_callback(say_nothing); // it would quote what clients sent
    server->http = evhttp_new(server->base);
    if (!server->http || evutil_make_socket_nonblocking(socket) != 0)
        return false;

    evhttp_set_bevcb(server->http, connection_new, server);
    evhttp_set_gencb(server->http, on_request, server);
    evhttp_set_max_headers_size(server->http, HTTP_HEAD_MAX);
    evhttp_set_max_body_size(server->http, 2 * HTTP_BODY_MAX);
    evhttp_set_allowed_methods(
        server->http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                          EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
    if (!connections_open(server))
        return false;
    evconnlistener_set_error_cb(evhttp_bound_socket_get_listener(server->bound),
                                on_accept_error);
    return true;
}

// What is asked of the system about a socket is gathered until the loop waits: a handshake
// changes its mind at every message.
static struct event_base *new_base(void)
{
    struct event_config *config = event_config_new();
    if (!config)
        return NULL;
    event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
    struct event_base *base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static bool open_events(struct http_server *server)
{
    static const struct timeval tick = {TICK_S, 0};
    server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    server->base = new_base();
    if (server->wake_fd < 0 || !server->base)
        return false;
    server->wake =
        event_new(server->base, server->wake_fd, EV_READ | EV_PERSIST, on_wake, server);
    server->tick = event_new(server->base, -1, EV_PERSIST, on_tick, server);
    server->deadline = evtimer_new(server->base, on_deadline, server);
    return server->wake && server->tick && server->deadline &&
           event_add(server->wake, NULL) == 0 && event_add(server->tick, &tick) == 0 &&
           open_http(server);
}

static void free_event(struct event *event)
{
    if (event)
        event_free(event);
}

// Frees all but the workers, which have ended.
static void free_server(struct http_server *server)
{
    course_forget(server);
    if (server->http)
        evhttp_free(server->http); // and its connections
    connections_close(server);
    places_destroy(&server->places);

    free_event(server->wake);
    free_event(server->tick);
    free_event(server->deadline);
    if (server->base)
        event_base_free(server->base);

    if (server->wake_fd >= 0)
        close(server->wake_fd);
    SSL_CTX_free(server->tls);
    if (server->options.socket >= 0)
        close(server->options.socket);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

// Each connection is a descriptor.
static size_t connections_of(const struct http_limits *limits)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
        return limits->connections;
    size_t room = files.rlim_cur > SPARE_FILES ? (size_t)files.rlim_cur - SPARE_FILES : 0;
    return limits->connections < room ? limits->connections : room;
}

static struct http_server *new_server(const struct http_server_options *options)
{
    struct http_server *server = shortage_calloc(1, sizeof(*server));
    if (!server) {
        close(options->socket);
        return NULL;
    }

    server->options = *options;
    server->wake_fd = -1;
    server->look_elsewhere = (struct job){.run = look_elsewhere, .userdata = server};
    places_init(&server->places, connections_of(&options->limits),
                options->limits.network_share);

    list_init(&server->connections);
    list_init(&server->all);
    list_init(&server->asked);
    list_init(&server->done);
    for (size_t i = 0; i < HTTP_SUBJECTS; i++)
        list_init(&server->waiting[i]);
    pthread_mutex_init(&server->lock, NULL);
    return server;
}

static bool start_threads(struct http_server *server)
{
    if (!workers_start(&server->quick, QUICK_WORKERS, 0))
        return false;
    if (!workers_start(&server->slow, SLOW_WORKERS, server->options.limits.slow))
        goto stop_quick;
    changes_listen(server->options.changes, on_heard, server);
    if (pthread_create(&server->thread, NULL, run_loop, server) == 0)
        return true;

    changes_listen(server->options.changes, NULL, NULL);
    workers_stop(&server->slow);
stop_quick:
    workers_stop(&server->quick);
    return false;
}

struct http_server *http_server_start(const struct http_server_options *options,
                                      struct fault *fault)
{
    struct http_server *server = new_server(options);
    if (!server) {
        fault_set(fault, FAILURE_MEMORY, "starting the server");
        return NULL;
    }

    if (options->tls && !(server->tls = http_tls_new(options->tls, fault))) {
        free_server(server);
        return NULL;
    }
    server->options.tls = NULL; // read; the caller may forget it
    if (open_events(server) && start_threads(server))
        return server;

    free_server(server);
    fault_set(fault, FAILURE_INTERNAL, "the server does not start");
    return NULL;
}

void http_server_stop(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->stop = true;
    pthread_mutex_unlock(&server->lock);
    http_loop_wake(server);

    pthread_join(server->thread, NULL);
    workers_stop(&server->quick);
    workers_stop(&server->slow);
    changes_listen(server->options.changes, NULL, NULL);
    free_server(server);
}
