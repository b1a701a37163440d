// SPDX-License-Identifier: MIT
// The server on libmicrohttpd with GnuTLS: one thread a connection, so that a page that waits
// for news simply waits.
#include "portal/http_server.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "portal/environment.h"

#define CONNECTIONS_MAX 512u
#define PER_ADDRESS_MAX 256u
#define IDLE_S          60u
#define THREAD_STACK                                                                           \
    (1024u * 1024u) // bytes; sanitizers need more than the default of small systems
#define BLOCK 4096u

// TLS 1.2 and 1.3, fresh keys for every session, no CBC.
#define TLS_PRIORITIES                                                                         \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC"

struct http_server {
    const struct portal_environment *environment;
    struct changes *changes;
    struct http_handler handler;
    struct MHD_Daemon *daemon;
};

// One request while its body comes in.
struct exchange {
    struct text body;
    bool too_long;
    int64_t began;
};

static enum MHD_Result receive(struct exchange *exchange, const char *data, size_t *size)
{
    size_t room = HTTP_BODY_MAX - exchange->body.n;
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

// A response that is cut on the way, to try what the other side makes of it.
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
static struct MHD_Response *cut_response(struct http_response *response)
{
    struct cut *cut = calloc(1, sizeof(*cut));
    if (!cut)
        return NULL;
    *cut = (struct cut){response->body, response->bytes};
    struct MHD_Response *made =
        MHD_create_response_from_callback(cut->body.n, BLOCK, cut_block, cut, cut_over);
    if (made)
        response->body = (struct text){0};
    else
        free(cut);
    return made;
}

static struct MHD_Response *make_response(struct http_response *response)
{
    if (response->bytes < response->body.n)
        return cut_response(response);
    if (!response->stream)
        return MHD_create_response_from_buffer(response->body.n, response->body.p,
                                               MHD_RESPMEM_MUST_COPY);
    struct MHD_Response *made = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, BLOCK, stream_block, response->stream, stream_over);
    if (made)
        response->stream = NULL; // the response frees it
    return made;
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
                                     struct http_response *response)
{
    if (response->bytes == 0)
        return MHD_NO; // closes the connection
    struct MHD_Response *made = make_response(response);
    if (!made)
        return MHD_NO;

    for (size_t i = 0; i < response->headers.count; i++)
        MHD_add_response_header(made, response->headers.at[i].name,
                                response->headers.at[i].value);
    enum MHD_Result result = MHD_queue_response(connection, response->status, made);
    MHD_destroy_response(made);
    return result;
}

static enum MHD_Result take_field(void *userdata, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    http_fields_add(userdata, name, value ? value : "");
    return MHD_YES;
}

static enum MHD_Result answer(struct http_server *server, struct MHD_Connection *connection,
                              const char *path, const char *method,
                              const struct exchange *exchange)
{
    const union MHD_ConnectionInfo *client =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct http_request request = {.method = method,
                                   .path = path,
                                   .body = span_of(exchange->body.p, exchange->body.n),
                                   .body_too_long = exchange->too_long,
                                   .began = exchange->began};
    struct http_response response = {.bytes = HTTP_WHOLE};
    address_text(client ? client->client_addr : NULL, request.address);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, take_field, &request.headers);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_field, &request.query);

    server->handler.answer(server->handler.userdata, &request, &response);
    enum MHD_Result result = send_response(connection, &response);

    http_fields_free(&request.headers);
    http_fields_free(&request.query);
    http_fields_free(&response.headers);
    text_free(&response.body);
    stream_free(response.stream);
    return result;
}

static enum MHD_Result on_request(void *userdata, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *data, size_t *size, void **state)
{
    (void)version;
    struct http_server *server = userdata;
    struct exchange *exchange = *state;
    if (!exchange) {
        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
            return MHD_NO;
        exchange->began = environment_boot_ms(server->environment);
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

static struct MHD_Daemon *start_daemon(struct http_server *server,
                                       const struct http_server_options *options)
{
    const struct tls_identity *tls = options->tls;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | (tls ? (unsigned)MHD_USE_TLS : 0);
    // Plain http ends the list before the certificate.
    enum MHD_OPTION key = tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, options->socket,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
        CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, PER_ADDRESS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)THREAD_STACK, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_HEAD_MAX, key,
        tls ? tls->key_pem : NULL, MHD_OPTION_HTTPS_MEM_CERT, tls ? tls->certificate_pem : NULL,
        MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES, MHD_OPTION_END);
}

struct http_server *http_server_start(const struct http_server_options *options,
                                      struct fault *fault)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (!server) {
        close(options->socket);
        fault_set(fault, FAILURE_MEMORY, "starting the server");
        return NULL;
    }
    server->environment = options->environment;
    server->changes = options->changes;
    server->handler = options->handler;
    server->daemon = start_daemon(server, options);
    if (server->daemon)
        return server;

    fault_set(fault, FAILURE_INTERNAL,
              "the server does not start; are tls.key and tls.crt a pair?");
    free(server);
    close(options->socket);
    return NULL;
}

void http_server_stop(struct http_server *server)
{
    changes_stop(server->changes);
    MHD_stop_daemon(server->daemon); // closes the socket
    free(server);
}
