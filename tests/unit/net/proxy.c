// SPDX-License-Identifier: MIT
// Which proxy a call takes, and what is said where it does not lead to the portal.
#include "tests/unit/net/scratch.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "net/http.h"
#include "net/proxy.h"
#include "tests/unit/net/parts/https_server.h"
#include "tests/unit/net/parts/rough_server.h"

#define PORTAL "https://portal.example.com/qr-login/v1/resolve"
#define PROXY  "http://proxy.example.com:3128"

#define PATIENCE_MS 60000 // far more than a busy machine needs

// ---- which one -----------------------------------------------------------------------------

// Pairs of name and value, ended by NULL.
static const char *look_up(void *userdata, const char *name)
{
    const char *const *pairs = userdata;
    for (; pairs && *pairs; pairs += 2)
        if (strcmp(pairs[0], name) == 0)
            return pairs[1];
    return NULL;
}

static void expect_proxy(const char *url, const char *const *pairs, const char *variable,
                         const char *name)
{
    const struct proxy_variables variables = {look_up, (void *)(uintptr_t)pairs};
    struct proxy proxy;
    proxy_choose(url, &variables, &proxy);
    if (!variable) {
        assert_null(proxy.variable);
        return;
    }
    assert_non_null(proxy.variable);
    assert_string_equal(proxy.variable, variable);
    assert_string_equal(proxy.name, name);
}

static void the_first_variable_that_is_set_counts(void **state)
{
    (void)state;
    static const char *const order[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
    expect_proxy(PORTAL, NULL, NULL, NULL);

    for (size_t i = 0; i < 4; i++) {
        const char *pairs[9] = {0};
        for (size_t k = 0; k < 4; k++) {
            pairs[2 * k] = order[k];
            pairs[2 * k + 1] = k < i ? "" : PROXY; // empty is not set
        }
        expect_proxy(PORTAL, pairs, order[i], PROXY);
    }

    const char *const others[] = {"http_proxy", PROXY, "ftp_proxy", PROXY, NULL};
    expect_proxy(PORTAL, others, NULL, NULL);
}

static void login_and_password_are_not_named(void **state)
{
    (void)state;
    static const char *const urls[][2] = {
        {"http://anna:secret@proxy.example.com:3128", PROXY},
        {"http://anna:se@cret@proxy.example.com:3128/", PROXY},
        {"anna:secret@proxy.example.com:3128", "proxy.example.com:3128"},
        {"socks5h://anna:secret@[2001:db8::1]:1080", "socks5h://[2001:db8::1]:1080"},
        {"proxy.example.com", "proxy.example.com"}};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        const char *const pairs[] = {"https_proxy", urls[i][0], NULL};
        expect_proxy(PORTAL, pairs, "https_proxy", urls[i][1]);
    }
}

static void a_loopback_host_needs_none(void **state)
{
    (void)state;
    static const char *const pairs[] = {"https_proxy", PROXY, NULL};
    static const char *const near[] = {"https://localhost/x", "https://localhost:8443/x",
                                       "http://127.0.0.1:80/x", "https://127.4.5.6/x",
                                       "https://[::1]:8443/x"};
    static const char *const far[] = {"https://localhost.example.com/x", "https://10.0.0.1/x",
                                      "https://[2001:db8::1]/x", "https://xlocalhost/x"};
    for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
        expect_proxy(near[i], pairs, NULL, NULL);
    for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
        expect_proxy(far[i], pairs, "https_proxy", PROXY);
}

static void no_proxy_names_hosts_and_networks(void **state)
{
    (void)state;
    static const struct {
        const char *list, *url;
        bool through;
    } cases[] = {{"*", PORTAL, false},
                 {"portal.example.com", PORTAL, false},
                 {"PORTAL.example.COM", PORTAL, false},
                 {"example.com", PORTAL, false},
                 {".example.com", PORTAL, false},
                 {"other.org,  example.com", PORTAL, false},
                 {"other.org example.com", PORTAL, false},
                 {"ample.com", PORTAL, true},
                 {"al.example.com", PORTAL, true},
                 {"www.portal.example.com", PORTAL, true},
                 {".", PORTAL, true},
                 {"", PORTAL, true},
                 {"10.0.0.0/8", PORTAL, true},
                 {"10.0.0.0/8", "https://10.200.1.2/x", false},
                 {"10.0.0.0/8", "https://11.0.0.1/x", true},
                 {"10.1.2.0/23", "https://10.1.3.9:8443/x", false},
                 {"10.1.2.0/23", "https://10.1.4.9/x", true},
                 {"10.1.2.3", "https://10.1.2.3/x", false},
                 {"10.1.2.3", "https://10.1.2.4/x", true},
                 {"10.1.2.0/x", "https://10.1.2.4/x", true},
                 {"10.1.2.0/33", "https://10.1.2.4/x", true},
                 {"2001:db8::/32", "https://[2001:db8:1::5]:8443/x", false},
                 {"2001:db8::/32", "https://[2001:db9::5]/x", true},
                 {"0.0.0.0/0", "https://[2001:db9::5]/x", true},
                 {"0.0.0.0/0", "https://9.9.9.9/x", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const lower[] = {"https_proxy", PROXY, "no_proxy", cases[i].list, NULL};
        const char *const upper[] = {"https_proxy", PROXY, "NO_PROXY", cases[i].list, NULL};
        const char *variable = cases[i].through ? "https_proxy" : NULL;
        expect_proxy(cases[i].url, lower, variable, PROXY);
        expect_proxy(cases[i].url, upper, variable, PROXY);
    }
}

// ---- real calls ----------------------------------------------------------------------------

static struct certificate own;
static struct https_server server;
static struct http_client *client;
static struct http_reply reply; // large
static struct statement_pins pins;
static char proxy_url[96];

static const char *own_proxy(void *userdata, const char *name)
{
    (void)userdata;
    return strcmp(name, "https_proxy") == 0 ? proxy_url : NULL;
}

static struct net_environment environment;

static int set_up(void **state)
{
    (void)state;
    net_environment_system(&environment, NULL);
    environment.variable = own_proxy;
    pins.count = 1;
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
    https_server_start(&server, &own);
    client = http_client_new(&environment, NULL, NULL);
    assert_non_null(client);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    http_client_free(client);
    https_server_stop(&server);
    return 0;
}

static const char *call_through(const char *login, int port, struct fault *fault)
{
    char url[96];
    snprintf(proxy_url, sizeof(proxy_url), "http://%s127.0.0.1:%d", login, port);
    snprintf(url, sizeof(url), "https://portal.example.com:%d/ok", server.port);
    struct http_request request = {.url = url,
                                   .content_type = "application/json",
                                   .body = span_str("{}"),
                                   .trust = HTTP_TRUST_PINS,
                                   .pins = &pins};
    *fault = (struct fault){0};
    bool ok = http_call(client, &request, NULL, &reply, fault);
    assert_int_equal(ok, fault->failure == FAILURE_NONE);
    return failure_code(fault->failure);
}

static void expect_named(const struct fault *fault, int port)
{
    char name[64];
    snprintf(name, sizeof(name), "proxy http://127.0.0.1:%d of https_proxy", port);
    if (!strstr(fault->detail, name))
        fail_msg("%s", fault->detail);
    assert_null(strstr(fault->detail, "secret"));
}

static void a_dead_proxy_is_named(void **state)
{
    (void)state;
    struct rough_server dead;
    struct fault fault;
    rough_bind(&dead, span_of(NULL, 0)); // nobody listens
    assert_string_equal(call_through("anna:secret@", dead.port, &fault), "net.proxy");
    expect_named(&fault, dead.port);
    assert_false(reply.sent);
    rough_start(&dead); // it cuts
    assert_string_equal(call_through("anna:secret@", dead.port, &fault), "net.proxy");
    expect_named(&fault, dead.port);
    assert_false(reply.sent);
    rough_stop(&dead);
}

static void what_a_proxy_says_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *line, *code;
    } cases[] = {{"407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"",
                  "net.proxy-password"},
                 {"407 Proxy Authentication Required", "net.proxy-password"},
                 {"403 Forbidden", "net.proxy-refused"},
                 {"302 Found\r\nLocation: https://elsewhere.example/", "net.proxy-refused"},
                 {"405 Method Not Allowed", "net.proxy-refused"},
                 {"429 Too Many Requests", "net.proxy"},
                 {"500 Internal Server Error", "net.proxy"},
                 {"502 Bad Gateway", "net.proxy"},
                 {"503 Service Unavailable", "net.proxy"},
                 {"504 Gateway Timeout", "net.proxy"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char words[256];
        struct rough_server rough;
        struct fault fault;
        snprintf(words, sizeof(words),
                 "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                 cases[i].line);
        rough_bind(&rough, span_str(words));
        rough_start(&rough);

        const char *code = call_through("anna:secret@", rough.port, &fault);
        if (strcmp(code, cases[i].code) != 0)
            print_error("%s: %s\n", cases[i].line, fault.detail);
        assert_string_equal(code, cases[i].code);
        expect_named(&fault, rough.port);
        assert_false(reply.sent);
        rough_stop(&rough);
    }
}

static void what_is_no_proxy_is_told(void **state)
{
    (void)state;
    struct rough_server rough;
    struct fault fault;
    rough_bind(&rough, span_str("220 mail.example.com ESMTP\r\n"));
    rough_start(&rough);
    assert_string_equal(call_through("", rough.port, &fault), "net.proxy");
    expect_named(&fault, rough.port);
    rough_stop(&rough);
}

// Moves bytes both ways until one side ends.
static void pump(int a, int b)
{
    struct pollfd ends[] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    char bytes[8192];
    while (poll(ends, 2, PATIENCE_MS) > 0) {
        for (int i = 0; i < 2; i++) {
            if (!ends[i].revents)
                continue;
            ssize_t got = recv(ends[i].fd, bytes, sizeof(bytes), 0);
            if (got <= 0 || send(ends[1 - i].fd, bytes, (size_t)got, MSG_NOSIGNAL) != got)
                return;
        }
    }
}

// A proxy of one connection, which leads to the server whatever host it is asked for.
static void *be_proxy(void *userdata)
{
    static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    char heard[2048] = "";
    size_t size = 0;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server.port),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int client_side = accept(*(const int *)userdata, NULL, NULL);
    int server_side = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    while (!strstr(heard, "\r\n\r\n") && size < sizeof(heard) - 1) {
        ssize_t got = recv(client_side, heard + size, sizeof(heard) - 1 - size, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
        heard[size] = 0;
    }

    if (strstr(heard, "Proxy-Authorization: Basic YW5uYTpzZWNyZXQ=") && // anna:secret
        connect(server_side, (const struct sockaddr *)&to, sizeof(to)) == 0 &&
        send(client_side, ok, sizeof(ok) - 1, MSG_NOSIGNAL) > 0)
        pump(client_side, server_side);

    close(server_side);
    close(client_side);
    return NULL;
}

static void a_proxy_leads_to_the_portal(void **state)
{
    (void)state;
    struct rough_server port;
    struct fault fault;
    pthread_t thread;
    rough_bind(&port, span_of(NULL, 0));
    assert_int_equal(listen(port.listener, 1), 0);
    assert_int_equal(pthread_create(&thread, NULL, be_proxy, &port.listener), 0);
    assert_string_equal(call_through("anna:secret@", port.port, &fault), "none");
    assert_true(reply.sent);
    assert_int_equal(reply.status, 200);

    // What fails behind it is the portal's own, and the proxy is named all the same.
    pins.hash[0][0] ^= 1;
    http_client_free(client);
    pthread_join(thread, NULL);
    client = http_client_new(&environment, NULL, NULL);
    assert_int_equal(pthread_create(&thread, NULL, be_proxy, &port.listener), 0);
    assert_string_equal(call_through("anna:secret@", port.port, &fault), "net.pin");
    expect_named(&fault, port.port);
    assert_false(reply.sent);
    pthread_join(thread, NULL);
    close(port.listener);
}

#define CALL(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    certificate_make(&own, "portal.example.com", 0, INT64_C(4000000000));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_variable_that_is_set_counts),
        cmocka_unit_test(login_and_password_are_not_named),
        cmocka_unit_test(a_loopback_host_needs_none),
        cmocka_unit_test(no_proxy_names_hosts_and_networks),
        CALL(a_dead_proxy_is_named),
        CALL(what_a_proxy_says_is_told),
        CALL(what_is_no_proxy_is_told),
        CALL(a_proxy_leads_to_the_portal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
