// SPDX-License-Identifier: MIT
#include "portal/requests/server.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/shortage.h"
#include "portal/core/config.h"
#include "portal/core/proxy_settings.h"
#include "portal/requests/language.h"
#include "portal/web/server.h"

#define CONTENT_POLICY                                                                         \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

#define BUSY_RETRY_S 5
#define AWAY_RETRY_S 2 // until a store that is away may be back

#define TRANSPORT_POLICY "max-age=31536000" // a year, of this host alone

static const char too_many[] =
    N_("Many people are signing in by password at this moment. Go back and try again in a few "
       "seconds, or sign in by QR.");

static const char store_away[] =
    N_("The portal cannot reach its store. Try again in a few seconds.");

struct server {
    struct portal *portal;
    const struct mode *mode;
    struct request_log log;
    struct proxies proxies;
    struct http_server *http;
    atomic_bool told_of_proxy, told_of_refusal;
};

static void add_headers(const struct portal *portal, const struct reply *reply,
                        struct http_fields *headers)
{
    http_fields_add(headers, "Content-Type", reply->type);
    http_fields_add(headers, "Cache-Control", "no-store");
    http_fields_add(headers, "Content-Security-Policy", CONTENT_POLICY);
    http_fields_add(headers, "X-Content-Type-Options", "nosniff");
    http_fields_add(headers, "Cross-Origin-Opener-Policy", "same-origin");
    http_fields_add(headers, "Cross-Origin-Resource-Policy", "same-origin");

    // Not on this computer's own name: other programs answer there, by plain http.
    if (!portal->plain_http && !origin_is_loopback(portal->origin))
        http_fields_add(headers, "Strict-Transport-Security", TRANSPORT_POLICY);

    http_fields_add(headers, "Referrer-Policy",
                    reply->no_referrer ? "no-referrer" : "same-origin");

    // A proxy that keeps what comes until there is more of it would keep the news.
    if (reply->stream)
        http_fields_add(headers, "X-Accel-Buffering", "no");
    if (reply->header)
        http_fields_add(headers, reply->header, reply->header_value);
    if (reply->location[0])
        http_fields_add(headers, "Location", reply->location);

    if (reply->retry_after > 0) {
        char seconds[24];
        snprintf(seconds, sizeof(seconds), "%lld", (long long)reply->retry_after);
        http_fields_add(headers, "Retry-After", seconds);
    }

    for (size_t i = 0; i < reply->cookie_count; i++) {
        struct text cookie = {0};
        reply_cookie_text(portal, &reply->cookies[i], &cookie);
        http_fields_add(headers, "Set-Cookie", cookie.p);
        text_free(&cookie);
    }
}

// Takes over what the reply owns.
static void hand_over(const struct portal *portal, struct reply *reply,
                      struct http_response *response)
{
    response->status = reply->status;
    add_headers(portal, reply, &response->headers);
    response->body = reply->body;
    response->stream = reply->stream;
    response->bytes = reply->bytes;
    response->delay_ms = reply->delay_ms;
    response->subject = reply->subject;
    reply->body = (struct text){0};
    reply->stream = NULL;
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
    if (!proxies_none(&server->proxies))
        return;
    bool passed_on = request_header(request, "X-Forwarded-For") ||
                     request_header(request, "Forwarded") || request_header(request, "Via");
    if (passed_on && !atomic_exchange(&server->told_of_proxy, true))
        fputs("qrportal: a request came through another server: " SERVER_NO_PROXY "\n", stderr);
}

static void read_request(const struct portal *portal, const struct http_request *http,
                         struct request *request, struct reply *reply)
{
    *request = (struct request){.method = method_of(http->method),
                                .path = http->path,
                                .body = http->body,
                                .body_too_long = http->body_too_long,
                                .http = http};
    memcpy(request->address, http->address, sizeof(request->address));
    reply_init(reply);
    choose_language(portal, request, reply);
}

static void note_request(struct server *server, const struct request *request,
                         const struct reply *reply, const char *route)
{
    static const char *const method_names[] = {"GET", "POST", "other"};
    int64_t ms = portal_boot_ms(server->portal) - request->http->began;
    bool waited = request->http->note || request->http->last;
    metrics_request(&server->portal->metrics, route, reply->outcome, waited ? -1 : ms);
    request_log_write(&server->log, &(struct request_log_line){
                                        .time = (long long)portal_wall_s(server->portal),
                                        .address = request->address,
                                        .method = method_names[request->method],
                                        .route = route,
                                        .action = reply->action ? reply->action : "",
                                        .status = reply->status,
                                        .code = reply->refusal ? reply->refusal
                                                               : outcome_code(reply->outcome),
                                        .ms = (long long)ms});
}

// Whatever it came to: it did not read what it needed, or nothing of it was kept.
static void answer_away(const struct request *request, struct reply *reply)
{
    reply_destroy(reply);
    reply_init(reply);
    reply->status = 503;
    reply->retry_after = AWAY_RETRY_S;
    reply->outcome = OUTCOME_FAULT;
    text_format(&reply->body, "%s\n", translate(request->language, store_away));
}

// The reply may lack a part, and so may what it was made of.
static void answer_starved(struct reply *reply)
{
    reply_destroy(reply);
    reply_init(reply);
    reply->status = 503;
    reply->retry_after = AWAY_RETRY_S;
    reply->outcome = OUTCOME_FAULT;
}

static void answer(void *userdata, const struct http_request *http,
                   struct http_response *response)
{
    struct server *server = userdata;
    struct portal *portal = server->portal;
    struct request request;
    struct reply reply;
    const char *route = "unknown";
    const unsigned shortages = shortage_count();
    read_request(portal, http, &request, &reply);
    notice_proxy(server, &request);

    store_was_away(&portal->store); // of this thread's request before
    routes_answer(server->mode, portal, &request, &reply, &route);
    if (store_was_away(&portal->store))
        answer_away(&request, &reply);
    else if (shortage_count() != shortages)
        answer_starved(&reply);
    if (reply.wait_ms > 0 && !http->last) {
        response->wait_ms = reply.wait_ms;
        response->subject = reply.subject;
        response->note = reply.note;
        reply.note = (struct text){0};
        reply_destroy(&reply);
        return;
    }

    hand_over(portal, &reply, response);
    // A reply without one of its headers could be shown where it must not, or lack its cookie.
    if (reply.status != 503 && shortage_count() != shortages) {
        answer_starved(&reply);
        http_response_empty(response, reply.status);
    }
    note_request(server, &request, &reply, route);
    reply_destroy(&reply);
}

// Passwords are checked in forms, and in the Authorization that a device of a box sends: each
// takes a core for a while. What devices and login pages call has neither.
static bool is_slow(const struct http_request *request)
{
    return http_fields_find(&request->headers, "Authorization") ||
           (method_of(request->method) == HTTP_POST && !strstr(request->path, "/qr-login/v1/"));
}

// Too many passwords wait to be checked.
static void busy(void *userdata, const struct http_request *http,
                 struct http_response *response)
{
    struct server *server = userdata;
    struct request request;
    struct reply reply;
    read_request(server->portal, http, &request, &reply);
    reply.status = 503;
    reply.outcome = OUTCOME_BUSY;
    reply.retry_after = BUSY_RETRY_S;
    reply.type = "text/plain; charset=utf-8";
    text_format(&reply.body, "%s\n", translate(request.language, too_many));
    note_request(server, &request, &reply, "unknown");
    hand_over(server->portal, &reply, response);
    reply_destroy(&reply);
}

static void log_refusal(struct server *server, const char *address, unsigned status,
                        const char *code)
{
    request_log_write(&server->log, &(struct request_log_line){
                                        .time = (long long)portal_wall_s(server->portal),
                                        .address = address,
                                        .method = "other",
                                        .route = "unknown",
                                        .action = "",
                                        .status = status,
                                        .code = code});
}

static void crowded(void *userdata, const char *client)
{
    log_refusal(userdata, client, 429, "network-share");
}

// Told once on standard error, and each time in the log.
static void refused(void *userdata, const char *proxy, enum proxy_verdict why)
{
    struct server *server = userdata;
    if (!atomic_exchange(&server->told_of_refusal, true))
        fprintf(stderr,
                "qrportal: requests of the proxy %s are refused: %s; see docs/portal.md\n",
                proxy[0] ? proxy : "unix", proxy_verdict_words(why));
    log_refusal(server, proxy, 400, proxy_verdict_code(why));
}

static bool changed_elsewhere(void *userdata)
{
    struct server *server = userdata;
    return store_changed_elsewhere(&server->portal->store);
}

static void note_figures(void *userdata, const struct http_figures *figures)
{
    struct metrics *metrics = &((struct server *)userdata)->portal->metrics;
    atomic_store(&metrics->connections, figures->connections);
    atomic_store(&metrics->windows, figures->windows);
    atomic_store(&metrics->queue, figures->slow);
}

static struct http_limits limits_of(struct portal *portal)
{
    struct store *store = &portal->store;
    portal_begin(portal);
    const struct http_limits limits = {
        .connections = (size_t)config_number(store, CONFIG_LIMIT_CONNECTIONS),
        .network_share = (size_t)config_number(store, CONFIG_LIMIT_NETWORK),
        .windows = (size_t)config_number(store, CONFIG_LIMIT_WINDOWS),
        .handshake_s = config_number(store, CONFIG_LIMIT_HANDSHAKE),
        .request_s = config_number(store, CONFIG_LIMIT_REQUEST),
        .idle_s = config_number(store, CONFIG_LIMIT_IDLE),
        .reply_s = config_number(store, CONFIG_LIMIT_REPLY),
        .slow = (size_t)config_number(store, CONFIG_LIMIT_PASSWORD_QUEUE),
    };
    portal_end(portal, false);
    return limits;
}

static bool proxies_of(struct portal *portal, struct proxies *out, struct fault *fault)
{
    portal_begin(portal);
    bool ok = proxy_settings(&portal->store, out, fault);
    portal_end(portal, false);
    return ok;
}

struct server *server_start(struct portal *portal, const struct server_options *options,
                            struct fault *fault)
{
    struct server *server = shortage_calloc(1, sizeof(*server));
    if (!server) {
        fault_set(fault, FAILURE_MEMORY, "starting the server");
        goto close_socket;
    }
    server->portal = portal;
    server->mode = options->mode;
    if (options->request_log && !request_log_open(&server->log, options->request_log, fault)) {
        free(server);
        goto close_socket;
    }
    if (!proxies_of(portal, &server->proxies, fault)) {
        request_log_close(&server->log);
        free(server);
        goto close_socket;
    }

    server->http = http_server_start(
        &(struct http_server_options){.socket = options->socket,
                                      .limits = limits_of(portal),
                                      .proxies = &server->proxies,
                                      .tls = options->tls,
                                      .environment = &portal->environment,
                                      .changes = &portal->changes,
                                      .handler = {answer, is_slow, busy, refused, crowded,
                                                  changed_elsewhere, note_figures, server}},
        fault);
    if (server->http)
        return server;
    request_log_close(&server->log);
    free(server);
    return NULL;

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
    http_server_stop(server->http);
    request_log_close(&server->log);
    free(server);
}
