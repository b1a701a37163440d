// SPDX-License-Identifier: MIT
// Whatever a server answers, head and body: a reply whose every value ends in its room, or a
// fault. The answer comes from a socket of this process, as libcurl reads it.
#include "tests/fuzz/fuzz.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http.h"

#define CALL_MS 5000

// Of one answer; the next begins when the client has closed its connection.
struct server {
    int listener, port;
    struct span answer;
};

static void *answer(void *userdata)
{
    struct server *server = userdata;
    char request[4096];
    int client = accept(server->listener, NULL, NULL);
    FUZZ_MUST(client >= 0);

    if (read(client, request, sizeof(request)) > 0 && server->answer.n > 0)
        (void)!send(client, server->answer.p, server->answer.n, MSG_NOSIGNAL);
    shutdown(client, SHUT_WR);
    while (read(client, request, sizeof(request)) > 0)
        ;

    // No port is kept waiting behind it: there are not enough of them.
    const struct linger at_once = {.l_onoff = 1};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(client);
    return NULL;
}

static void listen_at_loopback(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    FUZZ_MUST(server->listener >= 0);
    FUZZ_MUST(bind(server->listener, (struct sockaddr *)&address, size) == 0);
    FUZZ_MUST(listen(server->listener, 4) == 0);
    FUZZ_MUST(getsockname(server->listener, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
}

static void check(const struct http_reply *reply)
{
    FUZZ_MUST(reply->sent && reply->size <= HTTP_REPLY_MAX);
    FUZZ_MUST(memchr(reply->content_type, 0, sizeof(reply->content_type)));
    FUZZ_MUST(memchr(reply->retry_after, 0, sizeof(reply->retry_after)));
    FUZZ_MUST(memchr(reply->location, 0, sizeof(reply->location)));
    FUZZ_MUST(reply->date_s >= 0 && !reply->has_peer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct server server = {.listener = -1};
    static struct net_environment environment;
    static struct http_reply reply;
    if (server.listener < 0) {
        listen_at_loopback(&server);
        net_environment_system(&environment, NULL);
        environment.allow_plain_http = true;
        environment.variable = NULL;
    }
    server.answer = span_of(bytes, size);
    pthread_t thread;
    FUZZ_MUST(pthread_create(&thread, NULL, answer, &server) == 0);

    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/qr-login", server.port);
    const struct http_limits limits = {
        .connect_ms = CALL_MS, .call_ms = CALL_MS, .cookies = size % 2};
    const struct http_request request = {.url = url, .tell_redirect = size % 3 == 0};
    struct fault fault = {0};
    struct http_client *client = http_client_new(&environment, &limits, NULL);
    FUZZ_MUST(client);
    if (http_call(client, &request, NULL, &reply, &fault))
        check(&reply);
    else
        FUZZ_MUST(fault.failure != FAILURE_NONE && fault.failure != FAILURE_INTERNAL);
    http_client_free(client);
    FUZZ_MUST(pthread_join(thread, NULL) == 0);
    return 0;
}
