// SPDX-License-Identifier: MIT
#include "tests/bench/portal/client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define REQUEST_MAX   24576u // bytes: an envelope and its head
#define FIRST_ADDRESS 0x7f010000u

bool client_target_init(struct client_target *target, double patience_s)
{
    *target = (struct client_target){.tls = SSL_CTX_new(TLS_client_method()),
                                     .patience_s = patience_s};
    if (!target->tls)
        return false;
    SSL_CTX_set_mode(target->tls, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(target->tls, SSL_SESS_CACHE_OFF);
    return true;
}

void client_target_destroy(struct client_target *target)
{
    SSL_CTX_free(target->tls);
    *target = (struct client_target){0};
}

in_addr_t client_address(unsigned number)
{
    return htonl(FIRST_ADDRESS + number);
}

static void set_options(int socket, double patience_s)
{
    const int on = 1;
    struct timeval patience = {.tv_sec = (time_t)patience_s};
    patience.tv_usec = (suseconds_t)((patience_s - (double)patience.tv_sec) * 1e6);
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    // An address gives each of its ports to one connection to the portal, not to one in all.
    setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
}

bool client_open_plain(struct client *client, const struct client_target *target,
                       in_addr_t address)
{
    *client = (struct client){.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (client->socket < 0)
        return false;

    const struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = address};
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)target->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    set_options(client->socket, target->patience_s);
    if (bind(client->socket, (const struct sockaddr *)&from, sizeof(from)) == 0 &&
        connect(client->socket, (const struct sockaddr *)&to, sizeof(to)) == 0)
        return true;

    client_close(client);
    return false;
}

bool client_open(struct client *client, const struct client_target *target, in_addr_t address,
                 SSL_SESSION *session)
{
    if (!client_open_plain(client, target, address))
        return false;

    client->ssl = SSL_new(target->tls);
    if (client->ssl && SSL_set_fd(client->ssl, client->socket) == 1 &&
        (!session || SSL_set_session(client->ssl, session) == 1) &&
        SSL_connect(client->ssl) == 1)
        return true;

    client_close(client);
    return false;
}

void client_close(struct client *client)
{
    SSL_free(client->ssl);
    if (client->socket >= 0)
        close(client->socket);
    *client = (struct client){.socket = -1};
}

SSL_SESSION *client_session(const struct client *client)
{
    return client->ssl ? SSL_get1_session(client->ssl) : NULL;
}

// The whole request as one text; 0: it is too long.
static size_t write_request(const struct client_call *call, char *out, size_t room)
{
    char head[1024] = "";
    size_t n = 0;
    if (call->origin)
        n += (size_t)snprintf(head + n, sizeof(head) - n, "Origin: %s\r\n", call->origin);
    if (call->accept)
        n += (size_t)snprintf(head + n, sizeof(head) - n, "Accept: %s\r\n", call->accept);
    if (call->cookie)
        n += (size_t)snprintf(head + n, sizeof(head) - n, "Cookie: %s\r\n", call->cookie);
    if (call->body)
        n += (size_t)snprintf(head + n, sizeof(head) - n,
                              "Content-Type: %s\r\nContent-Length: %zu\r\n", call->type,
                              strlen(call->body));

    int size =
        snprintf(out, room, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s",
                 call->body ? "POST" : "GET", call->path, head, call->body ? call->body : "");
    return size > 0 && (size_t)size < room && n < sizeof(head) ? (size_t)size : 0;
}

bool client_say(struct client *client, const struct client_call *call)
{
    char request[REQUEST_MAX];
    size_t size = write_request(call, request, sizeof(request));
    return size > 0 && client->ssl && SSL_write(client->ssl, request, (int)size) == (int)size;
}

// Reads once; `n` grows by what came.
static bool read_more(struct client *client, char *text, size_t *n)
{
    if (*n >= CLIENT_REPLY_MAX)
        return false;
    int got = SSL_read(client->ssl, text + *n, (int)(CLIENT_REPLY_MAX - *n));
    if (got <= 0)
        return false;
    *n += (size_t)got;
    text[*n] = '\0';
    return true;
}

// Until the head is there; `n` is what came in all.
static bool read_head(struct client *client, struct client_reply *reply, size_t *n)
{
    char *end = NULL;
    *n = 0;
    reply->text[0] = '\0';
    while (!end) {
        if (!read_more(client, reply->text, n))
            return false;
        end = strstr(reply->text, "\r\n\r\n");
    }

    reply->body = end + 4;
    reply->size = *n - (size_t)(reply->body - reply->text);
    return sscanf(reply->text, "HTTP/1.1 %u", &reply->status) == 1;
}

// A line of the head with this name; NULL: there is none.
static const char *find_field(const struct client_reply *reply, const char *name,
                              const char *from)
{
    size_t size = strlen(name);
    const char *line = from ? from : reply->text;
    while ((line = strstr(line, "\r\n")) != NULL && line + 4 < reply->body) {
        line += 2;
        if (strncasecmp(line, name, size) == 0)
            return line + size;
    }
    return NULL;
}

bool client_ask(struct client *client, const struct client_call *call,
                struct client_reply *reply)
{
    size_t n;
    if (!client_say(client, call) || !read_head(client, reply, &n))
        return false;

    const char *length = find_field(reply, "Content-Length: ", NULL);
    size_t size = length ? strtoul(length, NULL, 10) : 0;
    while (reply->size < size) {
        if (!read_more(client, reply->text, &n))
            return false;
        reply->size = n - (size_t)(reply->body - reply->text);
    }
    return reply->size == size;
}

bool client_listen(struct client *client, const struct client_call *call,
                   struct client_reply *reply)
{
    size_t n;
    return client_say(client, call) && read_head(client, reply, &n);
}

bool client_hear(struct client *client, struct client_reply *reply)
{
    size_t n = (size_t)(reply->body - reply->text) + reply->size;
    bool heard = read_more(client, reply->text, &n);
    reply->size = n - (size_t)(reply->body - reply->text);
    return heard;
}

bool client_cookie(const struct client_reply *reply, const char *name,
                   char out[static CLIENT_COOKIE_MAX + 1])
{
    size_t size = strlen(name);
    const char *at = NULL;
    while ((at = find_field(reply, "Set-Cookie: ", at)) != NULL) {
        if (strncmp(at, name, size) != 0 || at[size] != '=')
            continue;
        const char *value = at + size + 1;
        size_t n = strcspn(value, ";\r");
        if (n > CLIENT_COOKIE_MAX)
            return false;
        memcpy(out, value, n);
        out[n] = '\0';
        return true;
    }
    return false;
}
