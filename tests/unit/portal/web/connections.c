// SPDX-License-Identifier: MIT
// What a connection may do: by when it has to speak and to listen, how many there may be of one
// network, and what is no request.
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_MS 60000 // far more than it takes
#define DRIP_MS     20
#define SHARE       16u // of one network
#define SPARE       16u // descriptors

static struct wire wire;

static int open_wire(void **state)
{
    (void)state;
    wire_open(&wire, "qr-login");
    return 0;
}

static int close_wire(void **state)
{
    (void)state;
    wire_close(&wire);
    return 0;
}

// It counts from the next start.
static void limit(const char *name, const char *value)
{
    bench_config(&wire.bench, name, value);
    wire_restart(&wire);
}

static int connect_from(const char *address)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_port = htons((uint16_t)wire.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(client >= 0);
    assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
    assert_int_equal(bind(client, (struct sockaddr *)&from, sizeof(from)), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
    return client;
}

static void expect_end(int client)
{
    char byte;
    struct pollfd ready = {client, POLLIN, 0};
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    assert_true(recv(client, &byte, 1, 0) <= 0);
}

static void expect_end_after(int client, const char *said)
{
    char bytes[64];
    ssize_t n = 1;
    struct pollfd ready = {client, POLLIN, 0};
    assert_true(send(client, said, strlen(said), MSG_NOSIGNAL) > 0);
    while (n > 0) {
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        n = recv(client, bytes, sizeof(bytes), 0);
    }
}

static bool is_open(int client)
{
    char byte;
    return recv(client, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void expect_login_page(void)
{
    struct wire_reply reply;
    CURL *client = wire_client();
    wire_ask(&wire, client, &(struct wire_request){.path = "/login"}, &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

// TLS, for what is said in it byte for byte.
static CURL *new_tls(void)
{
    char url[64];
    CURL *client = wire_client();
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/", wire.port);
    curl_easy_setopt(client, CURLOPT_URL, url);
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(client, CURLOPT_CONNECT_ONLY, 1L);
    return client;
}

static CURL *open_tls(void)
{
    CURL *client = new_tls();
    assert_int_equal(curl_easy_perform(client), CURLE_OK);
    return client;
}

static void wait_on(CURL *client, short events, int ms)
{
    curl_socket_t socket;
    assert_int_equal(curl_easy_getinfo(client, CURLINFO_ACTIVESOCKET, &socket), CURLE_OK);
    struct pollfd ready = {socket, events, 0};
    poll(&ready, 1, ms);
}

// False once the server has closed it.
static bool say(CURL *client, const char *text, size_t size)
{
    while (size > 0) {
        size_t n = 0;
        CURLcode code = curl_easy_send(client, text, size, &n);
        if (code == CURLE_AGAIN)
            wait_on(client, POLLOUT, PATIENCE_MS);
        else if (code != CURLE_OK)
            return false;
        text += n;
        size -= n;
    }
    return true;
}

// Adds what there is by now. False once the server has closed it.
static bool hear(CURL *client, struct text *out)
{
    char bytes[4096];
    size_t n = 0;
    CURLcode code;
    while ((code = curl_easy_recv(client, bytes, sizeof(bytes), &n)) == CURLE_OK && n > 0)
        text_add(out, bytes, n);
    return code == CURLE_AGAIN;
}

static void hear_all(CURL *client, struct text *out)
{
    while (hear(client, out))
        wait_on(client, POLLIN, PATIENCE_MS);
    text_add(out, "", 0);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void expect_cut_while_dripping(const char *first)
{
    struct text heard = {0};
    CURL *client = open_tls();
    int64_t until = now_ms() + PATIENCE_MS;
    assert_true(say(client, first, strlen(first)));
    while (hear(client, &heard) && say(client, "x", 1)) {
        wait_on(client, POLLIN, DRIP_MS);
        assert_true(now_ms() < until);
    }
    assert_int_equal(heard.n, 0);
    text_free(&heard);
    curl_easy_cleanup(client);
}

static void no_drip_moves_the_time_of_a_request(void **state)
{
    (void)state;
    limit("limit.request", "1");
    expect_cut_while_dripping("GET /login HTTP/1.1\r\nHost: ");
    expect_cut_while_dripping("POST /app/login HTTP/1.1\r\nHost: portal.example.com\r\n"
                              "Content-Length: 30000\r\n\r\n");
    expect_login_page();
}

static void who_says_nothing_is_let_go(void **state)
{
    (void)state;
    limit("limit.handshake", "1");
    int silent = connect_from("127.0.0.1"), begun = connect_from("127.0.0.1");
    assert_int_equal(send(begun, "\x16", 1, MSG_NOSIGNAL), 1);
    CURL *client = new_tls();
    struct text heard = {0};
    curl_easy_perform(client); // a slow machine may be too late already

    expect_end(silent);
    expect_end(begun);
    hear_all(client, &heard);
    assert_int_equal(heard.n, 0);

    text_free(&heard);
    curl_easy_cleanup(client);
    close(silent);
    close(begun);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        n++;
    return n;
}

#define HEAD "Host: portal.example.com\r\n"

// What is answered to three requests that come at once, until the connection's time is over.
static void hear_three(const char *three, struct text *heard)
{
    limit("limit.idle", "1");
    CURL *client = open_tls();
    assert_true(say(client, three, strlen(three)));
    hear_all(client, heard);
    assert_int_equal(count(heard->p, "HTTP/1.1 "), 3);
    curl_easy_cleanup(client);
}

// Answered in their order, then kept until it is time.
static void requests_may_come_at_once(void **state)
{
    (void)state;
    const char *three = "GET /nothing HTTP/1.1\r\n" HEAD "\r\n"
                        "POST /nothing HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\na=b"
                        "GET /app/login HTTP/1.1\r\n" HEAD "\r\n";
    struct text heard = {0};
    hear_three(three, &heard);
    assert_int_equal(count(heard.p, "HTTP/1.1 404 "), 2);
    const char *last = strstr(heard.p, "HTTP/1.1 200 ");
    assert_non_null(last);
    assert_null(strstr(last, "HTTP/1.1 404 "));
    text_free(&heard);
}

// A server before this one would take its body for the answer to the next request.
static void an_answer_to_head_has_no_body(void **state)
{
    (void)state;
    const char *three = "HEAD /nothing HTTP/1.1\r\n" HEAD "\r\n"
                        "HEAD /app/healthz HTTP/1.1\r\n" HEAD "\r\n"
                        "GET /app/healthz HTTP/1.1\r\n" HEAD "\r\n";
    struct text heard = {0};
    hear_three(three, &heard);
    assert_int_equal(count(heard.p, "\r\n\r\nHTTP/1.1 "), 2);
    assert_int_equal(count(heard.p, "\r\nContent-Length: "), 3);
    assert_int_equal(count(heard.p, "\r\nContent-Length: 0\r\n"), 0);
    text_free(&heard);
}

// Of each, a server before this one could take what follows for another request.
static void where_a_request_ends_is_not_guessed(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "POST /app/login HTTP/1.1\r\n" HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /app/login HTTP/1.1\r\n" HEAD "Transfer-Encoding: gzip, chunked\r\n"
        "Content-Length: 3\r\n\r\na=b",
        "POST /app/login HTTP/1.1\r\n" HEAD
        "Content-Length: 3\r\nContent-Length: 30\r\n\r\na=b",
        "POST /app/login HTTP/1.1\r\n" HEAD "Content-Length: +3\r\n\r\na=b",
        "POST /app/login HTTP/1.1\r\n" HEAD "Content-Length : 3\r\n\r\na=b",
        "GET /app/login HTTP/1.1\r\n" HEAD "Content-Length: 30\r\n\r\n",
        "GET /app/login HTTP/1.1\r\n" HEAD "A header: x\r\n\r\n",
        "GET /app/login HTTP/1.1\r\n" HEAD "X: a\rContent-Length: 30\r\n\r\n",
        "GET /app/login HTTP/0.9\r\n" HEAD "Connection: keep-alive\r\n\r\n",
        "GET /app/login HTTP/1.23\r\n" HEAD "\r\n",
    };
    const char *next = "GET /app/login HTTP/1.1\r\n" HEAD "\r\n";

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        CURL *client = open_tls();
        struct text heard = {0};
        assert_true(say(client, requests[i], strlen(requests[i])));
        say(client, next, strlen(next));
        hear_all(client, &heard);
        if (count(heard.p, "HTTP/1.1 ") != 1 || !strstr(heard.p, "HTTP/1.1 400 "))
            fail_msg("%s: %s", requests[i], heard.p);
        text_free(&heard);
        curl_easy_cleanup(client);
    }
}

// For evhttp a line ends there, and so does a head.
static void who_says_a_nul_is_not_answered(void **state)
{
    (void)state;
    static const char requests[][80] = {
        "GET /app/login HTTP/1.1\r\n" HEAD "\0X: y\r\n\r\n",
        "GET /app/login HTTP/1.1\r\n" HEAD "X: y\0z\r\n\r\n",
        "GET /app/login HTTP/1.1\0\r\n" HEAD "X: yy\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        CURL *client = open_tls();
        struct text heard = {0};
        size_t size = strlen(requests[i]);

        assert_true(say(client, requests[i], size + 1 + strlen(requests[i] + size + 1)));
        hear_all(client, &heard);
        assert_int_equal(count(heard.p, "HTTP/1.1 "), 1);
        assert_int_equal(count(heard.p, "HTTP/1.1 400 "), 1);
        text_free(&heard);
        curl_easy_cleanup(client);
    }
}

// Two strangers want all places.
static void networks_have_their_share(void **state)
{
    (void)state;
    int first[SHARE + 1], second[SHARE];
    limit("limit.connections", "32");
    for (size_t i = 0; i < SHARE; i++)
        first[i] = connect_from("127.0.0.2");

    // One more: the first of that network goes for it.
    first[SHARE] = connect_from("127.0.0.2");
    expect_end(first[0]);
    for (size_t i = 1; i <= SHARE; i++)
        assert_true(is_open(first[i]));

    // All places are taken; who has been idle for the longest goes.
    for (size_t i = 0; i < SHARE; i++)
        second[i] = connect_from("127.0.0.3");
    expect_login_page();
    expect_end(first[1]);
    for (size_t i = 0; i < SHARE; i++)
        assert_true(is_open(second[i]));

    for (size_t i = 0; i <= SHARE; i++)
        close(first[i]);
    for (size_t i = 0; i < SHARE; i++)
        close(second[i]);
}

// Takes all descriptors that this process may have, but one.
static size_t take_descriptors(int taken[static SPARE])
{
    struct rlimit files;
    size_t count = 0;
    int lowest = dup(STDIN_FILENO);
    assert_true(lowest >= 0);
    close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = (rlim_t)lowest + SPARE;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);

    while (count < SPARE && (taken[count] = dup(STDIN_FILENO)) >= 0)
        count++;
    assert_true(count > 0);
    close(taken[--count]);
    return count;
}

// Server and clients are one process here: the last descriptor is the client's.
static void a_lack_of_descriptors_lets_an_idle_one_go(void **state)
{
    (void)state;
    int taken[SPARE];
    struct rlimit files;
    struct text heard = {0};
    CURL *idle = open_tls();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);

    size_t count = take_descriptors(taken);
    int client = connect_from("127.0.0.1");
    hear_all(idle, &heard);
    assert_int_equal(heard.n, 0);
    expect_end_after(client, "no TLS, but somebody answers\r\n\r\n");

    for (size_t i = 0; i < count; i++)
        close(taken[i]);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    expect_login_page();
    close(client);
    text_free(&heard);
    curl_easy_cleanup(idle);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_wire, close_wire)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_drip_moves_the_time_of_a_request),
        TEST(who_says_nothing_is_let_go),
        TEST(requests_may_come_at_once),
        TEST(an_answer_to_head_has_no_body),
        TEST(where_a_request_ends_is_not_guessed),
        TEST(who_says_a_nul_is_not_answered),
        TEST(networks_have_their_share),
        TEST(a_lack_of_descriptors_lets_an_idle_one_go),
    };
    return cmocka_run_group_tests_name("portal connections", tests, NULL, NULL);
}
