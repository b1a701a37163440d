// SPDX-License-Identifier: MIT
// No memory for a request: each call for memory fails once, on whatever thread of the server.
// The reply is whole, or says that it was not to be had now; and the server answers the next
// one.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <strings.h>

#include "tests/unit/failing_memory.h"

static struct wire wire;

// Of a client that asks for no memory of our own code.
static struct {
    char headers[8192], body[131072];
    size_t header_size, body_size;
    long status;
} reply;

static size_t take_header(char *bytes, size_t size, size_t count, void *userdata)
{
    (void)userdata;
    assert_true(size * count < sizeof(reply.headers) - reply.header_size);
    memcpy(reply.headers + reply.header_size, bytes, size * count);
    reply.header_size += size * count;
    return size * count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *userdata)
{
    (void)userdata;
    assert_true(size * count < sizeof(reply.body) - reply.body_size);
    memcpy(reply.body + reply.body_size, bytes, size * count);
    reply.body_size += size * count;
    return size * count;
}

struct asked {
    const char *path, *body, *type; // body NULL: GET
    long status_class;              // 2: 200 and its like
    const char *whole;              // the body ends with this
};

static CURL *new_client(struct curl_slist **hosts)
{
    char resolve[64];
    CURL *client = wire_client();
    snprintf(resolve, sizeof(resolve), "portal.example.com:%u:127.0.0.1", wire.port);
    *hosts = curl_slist_append(NULL, resolve);
    curl_easy_setopt(client, CURLOPT_RESOLVE, *hosts);
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(client, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(client, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(client, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(client, CURLOPT_HEADERFUNCTION, take_header);
    return client;
}

static void ask(CURL *client, const struct asked *asked)
{
    char url[256];
    struct curl_slist *headers = curl_slist_append(NULL, "Origin: https://portal.example.com");
    headers = curl_slist_append(headers, "Accept-Language: en");
    headers = curl_slist_append(headers, asked->type ? asked->type : "Accept: */*");
    snprintf(url, sizeof(url), "https://portal.example.com:%u/app%s", wire.port, asked->path);
    memset(&reply, 0, sizeof(reply));

    curl_easy_setopt(client, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client, CURLOPT_URL, url);
    if (asked->body)
        curl_easy_setopt(client, CURLOPT_POSTFIELDS, asked->body);
    else
        curl_easy_setopt(client, CURLOPT_HTTPGET, 1L);

    if (curl_easy_perform(client) != CURLE_OK)
        reply.status = -1;
    else
        curl_easy_getinfo(client, CURLINFO_RESPONSE_CODE, &reply.status);
    curl_easy_setopt(client, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
}

static bool ends_with(const char *end)
{
    size_t n = reply.body_size;
    while (n > 0 && reply.body[n - 1] == '\n')
        n--;
    return n >= strlen(end) && memcmp(reply.body + n - strlen(end), end, strlen(end)) == 0;
}

static bool is_whole(const struct asked *asked)
{
    return reply.status / 100 == asked->status_class && ends_with(asked->whole) &&
           strcasestr(reply.headers, "Content-Security-Policy:") &&
           strcasestr(reply.headers, "Strict-Transport-Security:");
}

// The connection stands before, as that of a browser that has the page.
static void try_request(const char *what, const struct asked *asked)
{
    struct curl_slist *hosts;
    CURL *client = new_client(&hosts);
    unsigned calls = 1, without = 0;

    for (unsigned call = 1; call <= calls + 1; call++) {
        ask(client, asked);
        if (!is_whole(asked))
            fail_msg("%s, before call %u: status %ld: %s", what, call, reply.status,
                     reply.headers);
        size_t size = reply.body_size;

        failing_begin(call);
        ask(client, asked);
        calls = failing_end();

        bool no = reply.status == 503 || reply.status == 500 || reply.status == -1;
        if (!no && (!is_whole(asked) || reply.body_size != size))
            fail_msg("%s, call %u of %u: status %ld, %zu bytes, not %zu:\n%s\n%s", what, call,
                     calls, reply.status, reply.body_size, size, reply.headers, reply.body);
        assert_true(!no || call <= calls);
        without += !no && call <= calls;
    }

    print_message("%s: %u calls, %u of which it can do without\n", what, calls, without);
    curl_easy_cleanup(client);
    curl_slist_free_all(hosts);
}

static void replies_are_whole_or_there_are_none(void **state)
{
    (void)state;
    try_request(
        "the login page",
        &(struct asked){.path = "/login?lang=en", .status_class = 2, .whole = "</html>"});
    try_request("a challenge", &(struct asked){.path = "/qr-login/v1/challenge",
                                               .body = "{\"new\":false}",
                                               .status_class = 2,
                                               .type = "Content-Type: application/json",
                                               .whole = "}"});
    try_request("a login form", &(struct asked){
                                    .path = "/login",
                                    .status_class = 4,
                                    .body = "name=&password=",
                                    .whole = "</html>",
                                });
}

// Whoever comes then is not let in, or is asked to come again; who comes next is.
static void connections_are_taken_or_there_was_no_memory(void **state)
{
    (void)state;
    const struct asked asked = {
        .path = "/login?lang=en", .status_class = 2, .whole = "</html>"};
    unsigned calls = 1;
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct curl_slist *hosts;
        CURL *client = new_client(&hosts);
        failing_begin(call);
        ask(client, &asked);
        calls = failing_end();
        if (!is_whole(&asked) && (call > calls || reply.status / 100 == 2))
            fail_msg("call %u of %u: status %ld: %s", call, calls, reply.status, reply.headers);

        curl_easy_cleanup(client);
        curl_slist_free_all(hosts);
        client = new_client(&hosts);
        ask(client, &asked);
        if (!is_whole(&asked))
            fail_msg("after call %u: status %ld: %s", call, reply.status, reply.headers);
        curl_easy_cleanup(client);
        curl_slist_free_all(hosts);
    }
    print_message("a connection and a page: %u calls\n", calls);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replies_are_whole_or_there_are_none, open_wire,
                                        close_wire),
        cmocka_unit_test_setup_teardown(connections_are_taken_or_there_was_no_memory, open_wire,
                                        close_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
