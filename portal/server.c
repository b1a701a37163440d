// SPDX-License-Identifier: MIT
#include "portal/server.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "portal/request_language.h"

#define THREAD_STACK                                                                           \
    (1024u * 1024u) // bytes; sanitizers need more than the default of small systems
#define STREAM_BLOCK      4096u
#define CONNECTION_MEMORY 32768u // bytes: request line and headers

#define CONTENT_POLICY                                                                         \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// TLS 1.2 and 1.3, fresh keys for every session, no CBC.
#define TLS_PRIORITIES                                                                         \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC"
#define TRANSPORT_POLICY "max-age=31536000" // a year, of this host alone

struct server {
    struct portal *portal;
    const struct mode *mode;
    struct request_log log;
    struct MHD_Daemon *daemon;
    atomic_bool told_of_proxy;
};

// One request while its body comes in.
struct exchange {
    struct text body;
    bool too_long;
    int64_t began; // milliseconds of CLOCK_BOOTTIME
};

static enum MHD_Result receive(struct exchange *exchange, const char *data, size_t *size)
{
    size_t room = REQUEST_BODY_MAX - exchange->body.n;
    if (*size > room)
        exchange->too_long = true;
    text_add(&exchange->body, data, *size < room ? *size : room);
    *size = 0;
    return MHD_YES;
}

static ssize_t stream_block(void *userdata, uint64_t position, char *out, size_t room)
{
    (void)position;
    size_t n = stream_read(userdata, out, room);
    return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void stream_over(void *userdata)
{
    stream_free(userdata);
}

// A reply that is cut on the way, to try what the other side makes of it.
struct cut {
    struct text body;
    size_t bytes; // that are sent
};

static ssize_t cut_block(void *userdata, uint64_t position, char *out, size_t room)
{
    const struct cut *cut = userdata;
    if (position >= cut->bytes)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t n = cut->bytes - (size_t)position;
    if (n > room)
        n = room;
    memcpy(out, cut->body.p + position, n);
    return (ssize_t)n;
}

static void cut_over(void *userdata)
{
    struct cut *cut = userdata;
    text_free(&cut->body);
    free(cut);
}

// Takes over the body. NULL if memory is short.
static struct MHD_Response *cut_response(struct reply *reply)
{
    struct cut *cut = calloc(1, sizeof(*cut));
    if (!cut)
        return NULL;
    *cut = (struct cut){reply->body, reply->bytes};
    struct MHD_Response *response =
        MHD_create_response_from_callback(cut->body.n, STREAM_BLOCK, cut_block, cut, cut_over);
    if (response)
        reply->body = (struct text){0};
    else
        free(cut);
    return response;
}

static void add_headers(const struct portal *portal, const struct reply *reply,
                        struct MHD_Response *response)
{
    MHD_add_response_header(response, "Content-Type", reply->type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    MHD_add_response_header(response, "Content-Security-Policy", CONTENT_POLICY);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");

    // Not on this computer's own name: other programs answer there, by plain http.
    if (!portal->plain_http && !origin_is_loopback(portal->origin))
        MHD_add_response_header(response, "Strict-Transport-Security", TRANSPORT_POLICY);

    MHD_add_response_header(response, "Referrer-Policy",
                            reply->no_referrer ? "no-referrer" : "same-origin");

    if (reply->header)
        MHD_add_response_header(response, reply->header, reply->header_value);
    if (reply->location[0])
        MHD_add_response_header(response, "Location", reply->location);

    if (reply->retry_after > 0) {
        char seconds[24];
        snprintf(seconds, sizeof(seconds), "%lld", (long long)reply->retry_after);
        MHD_add_response_header(response, "Retry-After", seconds);
    }

    for (size_t i = 0; i < reply->cookie_count; i++) {
        struct text cookie = {0};
        reply_cookie_text(portal, &reply->cookies[i], &cookie);
        MHD_add_response_header(response, "Set-Cookie", cookie.p);
        text_free(&cookie);
    }
}

static enum MHD_Result send_reply(struct server *server, struct MHD_Connection *connection,
                                  struct reply *reply)
{
    struct MHD_Response *response;
    if (reply->bytes == 0)
        return MHD_NO; // closes the connection

    if (reply->bytes < reply->body.n) {
        response = cut_response(reply);
    } else if (reply->stream) {
        response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
                                                     stream_block, reply->stream, stream_over);
        if (response)
            reply->stream = NULL; // the response frees it
    } else {
        response = MHD_create_response_from_buffer(reply->body.n, reply->body.p,
                                                   MHD_RESPMEM_MUST_COPY);
    }

    if (!response)
        return MHD_NO;

    add_headers(server->portal, reply, response);
    enum MHD_Result result = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return result;
}

// Query, then cookie, then Accept-Language; a choice by query is remembered.
static void choose_language(const struct portal *portal, struct request *request,
                            struct reply *reply)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    request_cookie(portal, request, COOKIE_LANGUAGE, cookie);
    const struct language *accepted =
        language_accepted(request_header(request, "Accept-Language"));
    request->language = language_chosen(cookie, accepted);
    const char *asked = request_query(request, "lang");
    if (asked) {
        request->language = language_chosen(asked, request->language);
        reply_cookie(reply, COOKIE_LANGUAGE, request->language->code, 31536000, false);
    }
}

static enum http_method method_of(const char *method)
{
    if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
        return HTTP_GET;
    return strcmp(method, "POST") == 0 ? HTTP_POST : HTTP_OTHER;
}

// Told once: every address of this portal's would then be that of the server before it.
static void notice_proxy(struct server *server, const struct request *request)
{
    bool passed_on = request_header(request, "X-Forwarded-For") ||
                     request_header(request, "Forwarded") || request_header(request, "Via");
    if (passed_on && !atomic_exchange(&server->told_of_proxy, true))
        fputs("qrportal: a request came through another server: " SERVER_NO_PROXY "\n", stderr);
}

static enum MHD_Result answer(struct server *server, struct MHD_Connection *connection,
                              const char *path, const char *method, struct exchange *exchange)
{
    static const char *const method_names[] = {"GET", "POST", "other"};
    struct portal *portal = server->portal;
    const union MHD_ConnectionInfo *client =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct request request = {.method = method_of(method),
                              .path = path,
                              .body = span_of(exchange->body.p, exchange->body.n),
                              .body_too_long = exchange->too_long,
                              .connection = connection};

    struct reply reply;
    reply_init(&reply);

    const char *route = "unknown";
    address_text(client ? client->client_addr : NULL, request.address);
    notice_proxy(server, &request);
    choose_language(portal, &request, &reply);

    routes_answer(server->mode, portal, &request, &reply, &route);
    request_log_write(&server->log,
                      &(struct request_log_line){
                          .time = (long long)portal_wall_s(portal),
                          .address = request.address,
                          .method = method_names[request.method],
                          .route = route,
                          .action = reply.action ? reply.action : "",
                          .status = reply.status,
                          .code = reply.refusal ? reply.refusal : outcome_code(reply.outcome),
                          .ms = (long long)(portal_boot_ms(portal) - exchange->began)});

    enum MHD_Result result = send_reply(server, connection, &reply);
    reply_destroy(&reply);
    return result;
}

static enum MHD_Result on_request(void *userdata, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
    (void)version;
    struct server *server = userdata;
    struct exchange *exchange = *state;
    if (!exchange) {
        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
            return MHD_NO;
        exchange->began = portal_boot_ms(server->portal);
        *state = exchange;
        return MHD_YES;
    }
    if (*size > 0)
        return receive(exchange, data, size);
    return answer(server, connection, path, method, exchange);
}

static void on_completed(void *userdata, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)userdata;
    (void)connection;
    (void)code;
    struct exchange *exchange = *state;
    if (exchange)
        text_free(&exchange->body);
    free(exchange);
    *state = NULL;
}

static struct MHD_Daemon *start_daemon(struct server *server,
                                       const struct server_options *options)
{
    const struct tls_identity *tls = options->tls;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | (tls ? (unsigned)MHD_USE_TLS : 0);
    // Plain http ends the list before the certificate.
    enum MHD_OPTION key = tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, options->socket,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
        SERVER_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, SERVER_PER_ADDRESS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, SERVER_IDLE_S, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)THREAD_STACK, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        key, tls ? tls->key_pem : NULL, MHD_OPTION_HTTPS_MEM_CERT,
        tls ? tls->certificate_pem : NULL, MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES,
        MHD_OPTION_END);
}

struct server *server_start(struct portal *portal, const struct server_options *options,
                            struct fault *fault)
{
    struct server *server = calloc(1, sizeof(*server));
    if (!server) {
        fault_set(fault, FAILURE_MEMORY, "starting the server");
        goto close_socket;
    }
    server->portal = portal;
    server->mode = options->mode;
    if (options->request_log && !request_log_open(&server->log, options->request_log, fault))
        goto free_server;
    server->daemon = start_daemon(server, options);
    if (!server->daemon) {
        fault_set(fault, FAILURE_INTERNAL,
                  "the server does not start; are tls.key and tls.crt a pair?");
        goto close_log;
    }
    return server;

close_log:
    request_log_close(&server->log);
free_server:
    free(server);
close_socket:
    close(options->socket);
    return NULL;
}

bool server_reopen_log(struct server *server, struct fault *fault)
{
    return request_log_reopen(&server->log, fault);
}

void server_stop(struct server *server)
{
    changes_stop(&server->portal->changes);
    MHD_stop_daemon(server->daemon); // closes the socket
    request_log_close(&server->log);
    free(server);
}
