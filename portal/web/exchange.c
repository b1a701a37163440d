// SPDX-License-Identifier: MIT
#include "portal/web/exchange.h"

#include <ctype.h>
#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/shortage.h"

static const char *method_name(enum evhttp_cmd_type type)
{
    switch (type) {
    case EVHTTP_REQ_GET:
        return "GET";
    case EVHTTP_REQ_HEAD:
        return "HEAD";
    case EVHTTP_REQ_POST:
        return "POST";
    default:
        return "OTHER";
    }
}

// Decodes the path; plus is a plus there. False where it is malformed or holds a NUL.
static bool take_path(struct exchange *exchange, const char *path)
{
    size_t size;
    char *decoded = evhttp_uridecode(path, 0, &size);
    if (!decoded)
        shortage_note();
    bool ok = decoded && strlen(decoded) == size;
    if (ok)
        text_add(&exchange->path, decoded, size);
    free(decoded);
    exchange->request.path = exchange->path.p;
    return ok;
}

// "a=1&b=2"; a field that is malformed is left out.
static void take_query(struct http_fields *fields, const char *query)
{
    for (const char *at = query; *at;) {
        size_t n = strcspn(at, "&"), name_size = 0;
        while (name_size < n && at[name_size] != '=')
            name_size++;
        size_t value_at = name_size < n ? name_size + 1 : n;

        char *name = shortage_calloc(1, 2 * (n + 1)), *value = name ? name + n + 1 : NULL;
        if (name && http_form_decode(span_of((const uint8_t *)at, name_size), name, n + 1) &&
            http_form_decode(span_of((const uint8_t *)at + value_at, n - value_at), value,
                             n + 1))
            http_fields_add(fields, name, value);
        free(name);

        at += n;
        if (*at)
            at++;
    }
}

static void take_body(struct exchange *exchange)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(exchange->evhttp);
    size_t size = evbuffer_get_length(body);
    exchange->request.body_too_long = size > HTTP_BODY_MAX;
    if (size > HTTP_BODY_MAX)
        size = HTTP_BODY_MAX;

    const unsigned char *bytes = evbuffer_pullup(body, (ev_ssize_t)size);
    if (!bytes && size > 0) // it would be taken for an empty one
        shortage_note();
    text_add(&exchange->body, (const char *)bytes, bytes ? size : 0);
    exchange->request.body = span_of((const uint8_t *)exchange->body.p, exchange->body.n);
    evbuffer_drain(body, evbuffer_get_length(body));
}

// RFC 9110, section 5.6.2.
static bool is_token(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (!isalnum((unsigned char)*at) && !strchr("!#$%&'*+-.^_`|~", *at))
            return false;
    }
    return text[0] != '\0';
}

// Is there no doubt where it ends? A server before this one must not read another request into
// the same bytes, as where a lone carriage return ends a line. evhttp reads on where it is in
// doubt.
static bool is_clear(struct evhttp_request *evhttp)
{
    enum evhttp_cmd_type type = evhttp_request_get_command(evhttp);
    bool may_have_body =
        type == EVHTTP_REQ_POST || type == EVHTTP_REQ_PUT || type == EVHTTP_REQ_PATCH;
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(evhttp);
    const char *length = NULL;

    for (const struct evkeyval *at = headers->tqh_first; at; at = at->next.tqe_next) {
        if (!is_token(at->key) || strchr(at->value, '\r') ||
            strcasecmp(at->key, "Transfer-Encoding") == 0)
            return false;
        if (strcasecmp(at->key, "Content-Length") != 0)
            continue;
        if (length || at->value[strspn(at->value, "0123456789")] != '\0')
            return false;
        length = at->value;
    }

    return may_have_body || !length || strcmp(length, "0") == 0;
}

struct exchange *exchange_new(struct http_server *server, struct evhttp_request *evhttp,
                              const struct peer *client)
{
    const unsigned shortages = shortage_count();
    struct exchange *exchange = shortage_calloc(1, sizeof(*exchange));
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(evhttp);
    const char *path = uri ? evhttp_uri_get_path(uri) : NULL;
    const char *query = uri ? evhttp_uri_get_query(uri) : NULL;
    if (!exchange || !path || !is_clear(evhttp) || !take_path(exchange, path)) {
        exchange_free(exchange);
        return NULL;
    }

    exchange->server = server;
    exchange->evhttp = evhttp;
    exchange->request.method = method_name(evhttp_request_get_command(evhttp));
    take_query(&exchange->request.query, query ? query : "");
    take_body(exchange);

    const struct evkeyvalq *headers = evhttp_request_get_input_headers(evhttp);
    for (const struct evkeyval *at = headers->tqh_first; at; at = at->next.tqe_next)
        http_fields_add(&exchange->request.headers, at->key, at->value);

    peer_text(client, exchange->request.address);
    address_group(exchange->request.address, exchange->network);
    if (shortage_count() == shortages)
        return exchange;
    exchange_free(exchange); // a header is missing, or the end of a body
    return NULL;
}

static void response_free(struct http_response *response)
{
    http_fields_free(&response->headers);
    text_free(&response->body);
    text_free(&response->note);
    stream_free(response->stream);
    *response = (struct http_response){0};
}

void http_response_empty(struct http_response *response, unsigned status)
{
    response_free(response);
    response->status = status;
    response->bytes = HTTP_WHOLE;
}

void exchange_free(struct exchange *exchange)
{
    if (!exchange)
        return;
    if (exchange->timer)
        event_free(exchange->timer);
    response_free(&exchange->response);
    http_fields_free(&exchange->request.headers);
    http_fields_free(&exchange->request.query);
    text_free(&exchange->path);
    text_free(&exchange->body);
    text_free(&exchange->note);
    text_free(&exchange->out);
    free(exchange);
}

static void ask(struct exchange *exchange, const struct http_handler *handler)
{
    text_free(&exchange->note);
    exchange->note = exchange->response.note;
    exchange->response.note = (struct text){0};
    exchange->request.note = exchange->note.p;

    response_free(&exchange->response);
    exchange->response.bytes = HTTP_WHOLE;
    handler->answer(handler->userdata, &exchange->request, &exchange->response);
}

void exchange_run(struct exchange *exchange, const struct http_handler *handler)
{
    if (!exchange->response.stream) {
        ask(exchange, handler);
        if (!exchange->response.stream)
            return;
        exchange->wait.subject = exchange->response.subject;
    }
    exchange->stream_over =
        !stream_look(exchange->response.stream, &exchange->out, &exchange->wait);
}
