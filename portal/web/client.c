// SPDX-License-Identifier: MIT
#include "portal/web/client.h"

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <strings.h>

#define TOO_MANY_REQUESTS 429 // RFC 6585
#define RETRY_S           "15"

// All headers of that name, in their order: evhttp has them without a limit but that of their
// bytes, so that none which the proxy added is left out.
static enum forwarded_verdict
read_headers(enum proxy_tells tells, struct evhttp_request *request, struct forwarded *out)
{
    const char *name = proxy_tells_header(tells);
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    enum forwarded_verdict verdict = FORWARDED_OK;
    const struct evkeyval *at = headers->tqh_first;

    for (; at && verdict == FORWARDED_OK; at = at->next.tqe_next) {
        if (strcasecmp(at->key, name) != 0)
            continue;
        verdict = tells == PROXY_TELLS_FORWARDED ? forwarded_read(out, span_str(at->value))
                                                 : forwarded_read_x(out, span_str(at->value));
    }

    return verdict;
}

bool client_only_looks(struct evhttp_request *request)
{
    enum evhttp_cmd_type type = evhttp_request_get_command(request);
    return type == EVHTTP_REQ_GET || type == EVHTTP_REQ_HEAD;
}

enum proxy_verdict client_find(const struct proxies *proxies, const struct peer *peer,
                               struct evhttp_request *request, struct peer *out)
{
    struct forwarded said = {0};
    if (!proxies_trust(proxies, peer) || !proxy_tells_header(proxies->tells)) {
        *out = *peer;
        return PROXY_NAMED;
    }

    enum forwarded_verdict read = read_headers(proxies->tells, request, &said);
    if (read != FORWARDED_OK)
        return proxy_verdict_of(read);

    struct peer client;
    enum proxy_verdict verdict = proxies_client(proxies, peer, &said, &client);
    if (verdict == PROXY_SILENT && client_only_looks(request))
        verdict = PROXY_NAMED;
    if (verdict == PROXY_NAMED)
        *out = client;
    return verdict;
}

// The proxy's connection ends with it.
static void answer(struct evhttp_request *request, int status, const char *reason,
                   const char *text)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    bool is_head = evhttp_request_get_command(request) == EVHTTP_REQ_HEAD;
    struct evbuffer *body = is_head ? NULL : evbuffer_new(); // evhttp would send it
    if (body)
        evbuffer_add_printf(body, "%s\n", text);
    evhttp_add_header(headers, "Content-Type", "text/plain; charset=utf-8");
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_add_header(headers, "Connection", "close");
    evhttp_send_reply(request, status, reason, body);
    if (body)
        evbuffer_free(body);
}

void client_refuse(struct evhttp_request *request, enum proxy_verdict why)
{
    char text[160];
    snprintf(text, sizeof(text), "The proxy before this portal is not set up right: %s.",
             proxy_verdict_words(why));
    answer(request, HTTP_BADREQUEST, "Bad Request", text);
}

void client_refuse_share(struct evhttp_request *request)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    evhttp_add_header(headers, "Retry-After", RETRY_S);
    answer(request, TOO_MANY_REQUESTS, "Too Many Requests",
           "There are too many connections of this network.");
}
