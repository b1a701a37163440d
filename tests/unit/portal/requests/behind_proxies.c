// SPDX-License-Identifier: MIT
// The running server behind proxies: whose word about the client counts, and what becomes of
// the address that counts.
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ssl.h>

#define ORIGIN      "Origin: https://portal.example.com"
#define JSON        "Content-Type: application/json"
#define CLIENT      "203.0.113.77"
#define STRANGER    "127.0.0.2" // the clients of a test are 127.0.0.1, which may be a proxy
#define PATIENCE_MS 60000
#define V2_CLIENT   "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x4d\x7f\0\0\x01\xdc\x04\x01\xbb"

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

// They count from the next start.
static void trust(const char *networks, const char *tells)
{
    bench_config(&wire.bench, "proxy.trusted", networks);
    bench_config(&wire.bench, "proxy.address", tells);
    wire_restart(&wire);
}

static void ask_by(CURL *client, const char *path, const char *body, const char *header,
                   struct wire_reply *out)
{
    struct wire_request request = {.path = path, .body = body, .headers = {ORIGIN, JSON}};
    request.headers[2] = header;
    wire_ask(&wire, client, &request, out);
}

// The address of the last request, as the log has it.
static void assert_logged(const char *address)
{
    char *log = wire_log(&wire), expected[128], *last = NULL;
    for (char *at = log; (at = strstr(at, "\"address\":\"")); at++)
        last = at;
    assert_non_null(last);
    snprintf(expected, sizeof(expected), "\"address\":\"%s\"", address);
    if (strncmp(last, expected, strlen(expected)) != 0)
        fail_msg("%s expected in %.80s", expected, last);
    free(log);
}

// A new login page, and the address that its device will be shown.
static void expect_client(const char *from, const char *header, const char *address)
{
    struct unscanned newest = {0};
    struct wire_reply reply;
    CURL *client = wire_client();
    if (from)
        curl_easy_setopt(client, CURLOPT_INTERFACE, from);
    ask_by(client, "/qr-login/v1/challenge", "{}", header, &reply);
    if (reply.status != 201)
        fail_msg("%s: %ld %s", header, reply.status, reply.body.p);
    assert_logged(address);

    while (unscanned_take(&wire.bench.portal.unscanned, &newest))
        continue;
    assert_string_equal(newest.address, address);
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

static void expect_refusal(const char *header, const char *reason, const char *code)
{
    struct wire_reply reply;
    CURL *client = wire_client();
    ask_by(client, "/qr-login/v1/challenge", "{}", header, &reply);
    if (reply.status != 400 || !strstr(reply.body.p, reason))
        fail_msg("%.60s: %ld %s", header, reply.status, reply.body.p);

    char *log = wire_log(&wire), expected[64];
    snprintf(expected, sizeof(expected), "\"code\":\"%s\"", code);
    assert_non_null(strstr(log, expected));
    free(log);
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

static void nobody_is_believed_until_named(void **state)
{
    (void)state;
    expect_client(NULL, "X-Forwarded-For: " CLIENT, "127.0.0.1");
    expect_client(NULL, "Forwarded: for=" CLIENT, "127.0.0.1");
    expect_client(NULL, "X-Real-IP: " CLIENT, "127.0.0.1");
    expect_client(NULL, "X-Forwarded-For: garbage,,\x01", "127.0.0.1");
}

static void a_named_proxy_is_believed_and_nobody_else(void **state)
{
    (void)state;
    trust("127.0.0.1", "x-forwarded-for");
    expect_client(NULL, "X-Forwarded-For: " CLIENT, CLIENT);
    expect_client(NULL, "X-Forwarded-For: 2001:db8::7", "2001:db8::7");
    expect_client(STRANGER, "X-Forwarded-For: " CLIENT, STRANGER);
    expect_client(STRANGER, "X-Forwarded-For: 127.0.0.1", STRANGER);
    expect_client(STRANGER, NULL, STRANGER);

    // What the client had put there, the proxy appended to.
    expect_client(NULL, "X-Forwarded-For: 198.51.100.1, " CLIENT, CLIENT);
    expect_client(NULL, "X-Forwarded-For: <script>, 127.0.0.1, " CLIENT, CLIENT);
    expect_client(NULL, "X-Forwarded-For: 198.51.100.1, " CLIENT ", 127.0.0.1", CLIENT);

    // Another header is the client's own.
    expect_client(NULL, "X-Forwarded-For: " CLIENT "\r\nForwarded: for=198.51.100.1", CLIENT);
    trust("127.0.0.1", "forwarded");
    expect_client(NULL, "Forwarded: for=\"[2001:db8::7]:4711\";proto=https", "2001:db8::7");
    expect_client(NULL, "Forwarded: for=" CLIENT "\r\nX-Forwarded-For: 198.51.100.1", CLIENT);
    expect_client(STRANGER, "Forwarded: for=" CLIENT, STRANGER);
}

// The nearest one is the last, however many headers it comes in.
static void more_headers_are_one_list(void **state)
{
    (void)state;
    char many[130 * 8 + 64] = "X-Forwarded-For: 198.51.100.1";
    trust("127.0.0.1", "x-forwarded-for");
    expect_client(NULL, "X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: " CLIENT, CLIENT);

    // More than a handler gets to see: the proxy's stands behind them.
    for (int i = 0; i < 130; i++)
        snprintf(many + strlen(many), sizeof(many) - strlen(many), "\r\nX-%d: 1", i % 10);
    strcat(many, "\r\nx-forwarded-for: " CLIENT);
    expect_client(NULL, many, CLIENT);
}

static void what_a_proxy_says_must_be_addresses(void **state)
{
    (void)state;
    char header[FORWARDED_BYTES_MAX + 64] = "X-Forwarded-For: ";
    trust("127.0.0.1", "x-forwarded-for");
    expect_refusal("X-Forwarded-For: unknown", "no address", "proxy-no-address");
    expect_refusal("X-Forwarded-For: 0.0.0.0", "no address", "proxy-no-address");
    expect_refusal("X-Forwarded-For: " CLIENT ", \"><script>", "no address",
                   "proxy-no-address");

    size_t n = strlen(header);
    memset(header + n, '1', FORWARDED_BYTES_MAX + 1);
    expect_refusal(header, "too long", "proxy-too-long");

    header[n] = '\0';
    for (size_t i = 0; i <= FORWARDED_HOPS_MAX; i++)
        strcat(header, CLIENT ",");
    expect_refusal(header, "too many", "proxy-too-many");

    // A page is shown to who checks whether the portal is there; nothing is done for nobody.
    expect_refusal(NULL, "does not say for whom", "proxy-silent");
    struct wire_reply reply;
    CURL *client = wire_client();
    ask_by(client, "/login", NULL, NULL, &reply);
    assert_int_equal(reply.status, 200);
    assert_logged("127.0.0.1");
    wire_reply_free(&reply);
    curl_easy_cleanup(client);

    trust("127.0.0.1", "forwarded");
    expect_refusal("Forwarded: for=\"" CLIENT, "malformed", "proxy-malformed");
    expect_refusal("Forwarded: proto=https", "no address", "proxy-no-address");
}

// Who asks by one proxy is limited one by one.
static void limits_are_those_of_the_client(void **state)
{
    (void)state;
    struct wire_reply reply;
    CURL *client = wire_client();
    long last = 0;
    bench_config(&wire.bench, "limit.new-codes-network", "5");
    trust("127.0.0.1", "x-forwarded-for");

    for (int i = 0; i < 100 && last != 429; i++) {
        ask_by(client, "/qr-login/v1/challenge", "{\"new\":true}", "X-Forwarded-For: " CLIENT,
               &reply);
        last = reply.status;
        wire_reply_free(&reply);
    }

    assert_int_equal(last, 429);
    curl_easy_cleanup(client);
    expect_client(NULL, "X-Forwarded-For: 203.0.113.78", "203.0.113.78");
}

// The address of the portal is its own setting, whatever a request says.
static void no_header_names_the_portal(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "Host: evil.example", "X-Forwarded-Host: evil.example",
        "Forwarded: for=" CLIENT ";host=evil.example;proto=http", "X-Forwarded-Proto: http"};
    trust("127.0.0.1", "x-forwarded-for");

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        struct wire_reply reply;
        CURL *client = wire_client();
        ask_by(client, "/devices", NULL, headers[i], &reply); // not signed in
        assert_int_equal(reply.status, 303);
        assert_non_null(
            strstr(reply.headers.p, "Location: https://portal.example.com/app/login"));
        assert_null(strstr(reply.headers.p, "evil"));
        assert_null(strstr(reply.body.p, "evil"));
        wire_reply_free(&reply);
        curl_easy_cleanup(client);
    }
}

// ---- the PROXY protocol --------------------------------------------------------------------

// What is said before TLS begins, and how many of its bytes at a time.
struct before {
    const char *from;
    struct span bytes;
    size_t at_a_time;
};

static bool say(int socket, struct span bytes, size_t at_a_time)
{
    while (bytes.n > 0) {
        size_t n = bytes.n < at_a_time ? bytes.n : at_a_time;
        if (send(socket, bytes.p, n, MSG_NOSIGNAL) != (ssize_t)n)
            return false;
        bytes = span_of(bytes.p + n, bytes.n - n);
        if (bytes.n > 0)
            poll(NULL, 0, 2); // a packet of its own
    }
    return true;
}

static int connect_from(const char *address)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    int on = 1, client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    to.sin_port = htons((uint16_t)wire.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(client >= 0);
    assert_int_equal(setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
    assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
    assert_int_equal(bind(client, (struct sockaddr *)&from, sizeof(from)), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&to, sizeof(to)), 0);
    return client;
}

// The status of its reply; -1: there is none.
static long ask_by_tls(int socket)
{
    static const char request[] =
        "POST /app/qr-login/v1/challenge HTTP/1.1\r\nHost: portal.example.com\r\n" ORIGIN
        "\r\n" JSON "\r\nX-Forwarded-For: 198.51.100.1\r\nContent-Length: 2\r\n\r\n{}";
    char reply[256] = "";
    long status = -1;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *tls = SSL_new(context);
    assert_non_null(tls);

    if (SSL_set_fd(tls, socket) == 1 && SSL_connect(tls) == 1 &&
        SSL_write(tls, request, sizeof(request) - 1) > 0 &&
        SSL_read(tls, reply, sizeof(reply) - 1) > 0)
        sscanf(reply, "HTTP/1.1 %ld", &status);

    SSL_free(tls);
    SSL_CTX_free(context);
    return status;
}

static long status_after(const struct before *before, const char *address)
{
    int client = connect_from(before->from);
    long status = say(client, before->bytes, before->at_a_time) ? ask_by_tls(client) : -1;
    close(client);
    if (status > 0)
        assert_logged(address);
    return status;
}

#define BYTES(text) ((struct span){(const uint8_t *)(text), sizeof(text) - 1})

static void a_proxy_names_the_client_before_the_connection(void **state)
{
    (void)state;
    const struct span line = BYTES("PROXY TCP4 " CLIENT " 127.0.0.1 56324 443\r\n"),
                      line_v6 = BYTES("PROXY TCP6 2001:db8::7 ::1 56324 443\r\n"),
                      unknown = BYTES("PROXY UNKNOWN\r\n"), binary = BYTES(V2_CLIENT),
                      local = BYTES("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"), none = {0};
    const char *proxy = "127.0.0.1";
    trust("127.0.0.1", "proxy-protocol");

    // In one packet with the first of TLS or byte by byte.
    for (size_t size = 1; size <= 64; size *= 8) {
        assert_int_equal(status_after(&(struct before){proxy, line, size}, CLIENT), 201);
        assert_int_equal(status_after(&(struct before){proxy, binary, size}, CLIENT), 201);
    }
    assert_int_equal(status_after(&(struct before){proxy, line_v6, 64}, "2001:db8::7"), 201);
    // For itself it may look, and do nothing.
    assert_int_equal(status_after(&(struct before){proxy, unknown, 64}, proxy), 400);
    assert_int_equal(status_after(&(struct before){proxy, local, 64}, proxy), 400);

    // A proxy that says nothing, twice or something else is none.
    const struct span twice =
                          BYTES("PROXY UNKNOWN\r\nPROXY TCP4 " CLIENT " 127.0.0.1 1 443\r\n"),
                      nobody = BYTES("PROXY TCP4 0.0.0.0 127.0.0.1 1 443\r\n");
    assert_int_equal(status_after(&(struct before){proxy, none, 64}, ""), -1);
    assert_int_equal(status_after(&(struct before){proxy, twice, 64}, ""), -1);
    assert_int_equal(status_after(&(struct before){proxy, nobody, 64}, ""), -1);

    // Others say nothing, and are not heard if they do.
    assert_int_equal(status_after(&(struct before){STRANGER, none, 64}, STRANGER), 201);
    assert_int_equal(status_after(&(struct before){STRANGER, line, 64}, ""), -1);
    assert_int_equal(status_after(&(struct before){STRANGER, binary, 64}, ""), -1);
}

static void without_the_setting_no_protocol_is_heard(void **state)
{
    (void)state;
    const struct span line = BYTES("PROXY TCP4 " CLIENT " 127.0.0.1 56324 443\r\n");
    assert_int_equal(status_after(&(struct before){"127.0.0.1", line, 64}, ""), -1);
    trust("127.0.0.1", "x-forwarded-for");
    assert_int_equal(status_after(&(struct before){"127.0.0.1", line, 64}, ""), -1);
}

static void a_proxy_has_to_speak_in_time(void **state)
{
    (void)state;
    char byte;
    bench_config(&wire.bench, "limit.handshake", "1");
    trust("127.0.0.1", "proxy-protocol");
    int silent = connect_from("127.0.0.1"), begun = connect_from("127.0.0.1");
    assert_true(say(begun, BYTES("PROXY TCP4 "), 64));

    for (int i = 0; i < 2; i++) {
        struct pollfd ready = {i ? begun : silent, POLLIN, 0};
        assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
        assert_true(recv(ready.fd, &byte, 1, 0) <= 0);
        close(ready.fd);
    }
}

// ---- a Unix socket -------------------------------------------------------------------------

static void a_unix_socket_can_stand_between(void **state)
{
    (void)state;
    char path[96];
    struct wire_reply reply;
    CURL *client = wire_client();
    snprintf(path, sizeof(path), "%s/listen", wire.bench.directory);
    snprintf(wire.listen, sizeof(wire.listen), "unix:%s", path);
    trust("unix", "x-forwarded-for");

    curl_easy_setopt(client, CURLOPT_UNIX_SOCKET_PATH, path);
    ask_by(client, "/qr-login/v1/challenge", "{}", "X-Forwarded-For: " CLIENT, &reply);
    assert_int_equal(reply.status, 201);
    assert_logged(CLIENT);
    wire_reply_free(&reply);

    // The file that is left gives way to the next server.
    wire_restart(&wire);
    curl_easy_setopt(client, CURLOPT_FRESH_CONNECT, 1L);
    ask_by(client, "/login", NULL, NULL, &reply);
    assert_int_equal(reply.status, 200);
    assert_logged("");
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

static void streams_ask_not_to_be_kept_back(void **state)
{
    (void)state;
    struct wire_reply reply;
    CURL *client = wire_client();
    ask_by(client, "/qr-login/v1/challenge", "{}", NULL, &reply);
    wire_reply_free(&reply);
    const struct wire_request request = {.path = "/qr-login/v1/challenge",
                                         .until = "waiting",
                                         .headers = {"Accept: text/event-stream"}};
    wire_ask(&wire, client, &request, &reply);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.headers.p, "X-Accel-Buffering: no"));
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_wire, close_wire)

int main(void)
{
    signal(SIGPIPE, SIG_IGN); // of a connection that the server has ended
    const struct CMUnitTest tests[] = {
        TEST(nobody_is_believed_until_named),
        TEST(a_named_proxy_is_believed_and_nobody_else),
        TEST(more_headers_are_one_list),
        TEST(what_a_proxy_says_must_be_addresses),
        TEST(limits_are_those_of_the_client),
        TEST(no_header_names_the_portal),
        TEST(a_proxy_names_the_client_before_the_connection),
        TEST(without_the_setting_no_protocol_is_heard),
        TEST(a_proxy_has_to_speak_in_time),
        TEST(a_unix_socket_can_stand_between),
        TEST(streams_ask_not_to_be_kept_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
