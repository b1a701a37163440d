// SPDX-License-Identifier: MIT
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define DEADLINE_S 60L // of one call; far more than it takes
#define LOG_MAX    65536u

static void serve(struct wire *wire, const char *mode)
{
    const char *listen = wire->listen[0] ? wire->listen : "127.0.0.1:0";
    static struct tls_identity tls;
    struct fault fault;
    snprintf(wire->log, sizeof(wire->log), "%s/requests.log", wire->bench.directory);
    assert_true(
        tls_load(&tls, wire->bench.directory, "portal.example.com", wire->bench.wall, &fault));
    int listener = listener_open(listen, &wire->port, &fault);
    assert_true(listener >= 0);
    const struct server_options options = {listener, &tls, mode_find(mode), wire->log};
    wire->server = server_start(&wire->bench.portal, &options, &fault);
    assert_non_null(wire->server);
}

static const char *mode_name(const struct wire *wire)
{
    return wire->bench.mode == PORTAL_BITRIX24 ? "bitrix24" : "qr-login";
}

void wire_open(struct wire *wire, const char *mode)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    *wire = (struct wire){0};
    bench_open_mode(&wire->bench, mode_find(mode)->kind);
    bench_config(&wire->bench, "limit.handshake", "600"); // no test is too slow
    bench_config(&wire->bench, "limit.request", "600");
    serve(wire, mode);
}

void wire_restart(struct wire *wire)
{
    server_stop(wire->server);
    bench_restart(&wire->bench);
    serve(wire, mode_name(wire));
}

void wire_close(struct wire *wire)
{
    if (wire->server)
        server_stop(wire->server);
    bench_close(&wire->bench);
}

CURL *wire_client(void)
{
    CURL *client = curl_easy_init();
    assert_non_null(client);
    curl_easy_setopt(client, CURLOPT_COOKIEFILE, "");
    return client;
}

static size_t take(char *data, size_t size, size_t count, void *userdata)
{
    text_add(userdata, data, size * count);
    return size * count;
}

static size_t take_body(char *data, size_t size, size_t count, void *userdata)
{
    struct wire_reply *reply = userdata;
    text_add(&reply->body, data, size * count);
    if (reply->until && strstr(reply->body.p, reply->until))
        return 0; // enough: ends the call
    return size * count;
}

static void set_up(CURL *client, const struct wire_request *request, struct curl_slist *list,
                   struct wire_reply *out)
{
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(client, CURLOPT_TIMEOUT, DEADLINE_S);
    curl_easy_setopt(client, CURLOPT_NOSIGNAL, 1L);

    curl_easy_setopt(client, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(client, CURLOPT_WRITEDATA, out);
    curl_easy_setopt(client, CURLOPT_HEADERFUNCTION, take);
    curl_easy_setopt(client, CURLOPT_HEADERDATA, &out->headers);

    curl_easy_setopt(client, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(client, CURLOPT_USERPWD, request->user);
    curl_easy_setopt(client, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);

    if (request->body)
        curl_easy_setopt(client, CURLOPT_POSTFIELDS, request->body);
    else
        curl_easy_setopt(client, CURLOPT_HTTPGET, 1L);

    curl_easy_setopt(client, CURLOPT_CUSTOMREQUEST, request->method);
}

void wire_ask(const struct wire *wire, CURL *client, const struct wire_request *request,
              struct wire_reply *out)
{
    char url[1024], resolve[64];
    struct curl_slist *headers = NULL, *hosts = NULL;

    *out = (struct wire_reply){.until = request->until};
    snprintf(url, sizeof(url), "https://portal.example.com:%u%s%s", wire->port,
             request->whole_path ? "" : "/app", request->path);
    snprintf(resolve, sizeof(resolve), "portal.example.com:%u:127.0.0.1", wire->port);

    hosts = curl_slist_append(NULL, resolve);
    for (size_t i = 0; i < WIRE_HEADERS && request->headers[i]; i++)
        headers = curl_slist_append(headers, request->headers[i]);

    set_up(client, request, headers, out);
    curl_easy_setopt(client, CURLOPT_RESOLVE, hosts);
    curl_easy_setopt(client, CURLOPT_URL, url);

    CURLcode code = curl_easy_perform(client);
    curl_easy_getinfo(client, CURLINFO_RESPONSE_CODE, &out->status);

    curl_easy_setopt(client, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(client, CURLOPT_RESOLVE, NULL);
    curl_slist_free_all(headers);
    curl_slist_free_all(hosts);

    text_add(&out->body, "", 0);
    text_add(&out->headers, "", 0);
    out->json = json_loads(out->body.p, 0, NULL);

    bool enough = code == CURLE_WRITE_ERROR && request->until;
    if (code != CURLE_OK && !enough)
        out->status = -1;

    if (strcasestr(out->headers.p, "www-authenticate"))
        fail_msg("%s asks for credentials: %s", request->path, out->headers.p);
}

void wire_reply_free(struct wire_reply *reply)
{
    text_free(&reply->headers);
    text_free(&reply->body);
    json_decref(reply->json);
}

char *wire_log(const struct wire *wire)
{
    char *text = calloc(1, LOG_MAX);
    FILE *file = fopen(wire->log, "r");
    assert_true(text && file);
    assert_true(fread(text, 1, LOG_MAX - 1, file) < LOG_MAX - 1);
    fclose(file);
    return text;
}
