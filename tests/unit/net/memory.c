// SPDX-License-Identifier: MIT
// No memory while the device speaks with a portal: each call for memory fails once, of our own
// code, of libcurl, of OpenSSL. It is told as that, and never as a portal that is not safe.
#include "tests/unit/net/scratch.h"

#include <openssl/crypto.h>

#include "net/http.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/net/parts/https_server.h"

#define NOW INT64_C(1795500000)

static struct certificate own;
static struct https_server server;
static struct net_environment environment;
static struct statement_pins pins = {.count = 1};
static struct http_reply reply; // large
static char ca_file[PATH_MAX + 64];

static int64_t fixed_wall_clock(void *userdata)
{
    (void)userdata;
    return NOW;
}

static int set_up(void **state)
{
    scratch_make(state);
    snprintf(ca_file, sizeof(ca_file), "%s", scratch_join(state, "ca.pem"));
    scratch_write(ca_file, own.pem, strlen(own.pem));
    net_environment_system(&environment, NULL);
    environment.wall_clock = fixed_wall_clock;
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
    https_server_start(&server, &own);
    return 0;
}

static int tear_down(void **state)
{
    https_server_stop(&server);
    return scratch_remove(state);
}

static struct http_client *new_client(struct fault *fault)
{
    const struct http_limits limits = {
        .connect_ms = 20000, .call_ms = 20000, .ca_file = ca_file, .cookies = true};
    return http_client_new(&environment, &limits, fault);
}

static void a_client_is_made_or_there_was_no_memory(void **state)
{
    (void)state;
    unsigned calls = 1;
    http_client_free(new_client(NULL)); // OpenSSL begins once, and hangs where that fails
    for (unsigned call = 1; call <= calls + 1; call++) {
        struct fault fault = {0};
        failing_begin(call);
        struct http_client *client = new_client(&fault);
        calls = failing_end();
        assert_true(client || call <= calls);
        if (!client)
            assert_string_equal(failure_code(fault.failure), failure_code(FAILURE_MEMORY));
        http_client_free(client);
    }
    print_message("a client: %u calls\n", calls);
}

// What OpenSSL makes once for the process it does not make again if there was no memory for it:
// only where it has worked before it works again.
static void call_once(const struct http_request *request)
{
    struct http_client *client = new_client(NULL);
    struct fault fault = {0};
    if (!client || !http_call(client, request, NULL, &reply, &fault))
        fail_msg("%s: %s", failure_code(fault.failure), fault.detail);
    http_client_free(client);
}

// Of the thousands of calls for one handshake each of the first is tried, and then some.
static unsigned next_call(unsigned call)
{
    return call < 300 ? call + 1 : call + 17;
}

// A reply that comes is the one that was asked for.
static void try_calls(enum http_trust trust)
{
    static const char *const headers[] = {"X-One: 1", "X-Two: 2", NULL};
    char url[128];
    unsigned calls = 1, well = 0;
    snprintf(url, sizeof(url), "https://localhost:%d/ok", server.port);
    const struct http_request request = {.url = url,
                                         .accept = "application/json",
                                         .content_type = "application/json",
                                         .body = span_str("{\"a\":1}"),
                                         .headers = headers,
                                         .trust = trust,
                                         .pins = &pins};

    bool left = true;
    call_once(&request);
    for (unsigned call = 1; left; call = next_call(call)) {
        struct fault fault = {0};
        struct http_client *client = new_client(NULL);
        assert_non_null(client);
        failing_begin(call);
        bool replied = http_call(client, &request, NULL, &reply, &fault);
        calls = failing_end();
        left = call <= calls;

        if (replied) {
            well += call <= calls;
            assert_int_equal(reply.status, 200);
            assert_int_equal(reply.size, strlen("{\"ok\":true}"));
            assert_memory_equal(reply.body, "{\"ok\":true}", reply.size);
        } else if (fault.failure != FAILURE_MEMORY || call > calls) {
            fail_msg("call %u of %u: %s: %s", call, calls, failure_code(fault.failure),
                     fault.detail);
        }
        http_client_free(client);
    }
    print_message("a call: %u calls for memory, %u of which it can do without\n", calls, well);
}

// OpenSSL 3.5 makes a connection whose record layer there was no memory for, and ends the
// program in SSL_set0_rbio() when libcurl goes on with it.
static void skip_where_openssl_ends_the_program(void)
{
    if (OpenSSL_version_num() < 0x30500000UL)
        return;
    print_message("not tried: %s\n", OpenSSL_version(OPENSSL_VERSION));
    skip();
}

static void a_call_by_pins_is_answered_or_there_was_no_memory(void **state)
{
    (void)state;
    skip_where_openssl_ends_the_program();
    try_calls(HTTP_TRUST_PINS);
}

static void a_call_by_chain_is_answered_or_there_was_no_memory(void **state)
{
    (void)state;
    skip_where_openssl_ends_the_program();
    try_calls(HTTP_TRUST_CHAIN);
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    certificate_make(&own, "localhost", NOW - 86400, NOW + 86400 * INT64_C(3650));

    const struct CMUnitTest tests[] = {
        ROW(a_call_by_pins_is_answered_or_there_was_no_memory),
        ROW(a_call_by_chain_is_answered_or_there_was_no_memory),
        ROW(a_client_is_made_or_there_was_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
