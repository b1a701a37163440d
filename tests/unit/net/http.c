// SPDX-License-Identifier: MIT
// The HTTP policy against a real server: what must not get through, and what it is called.
#include "tests/unit/net/scratch.h"

#include <pthread.h>

#include "net/http.h"
#include "tests/unit/net/parts/https_server.h"
#include "tests/unit/net/parts/rough_server.h"

#define NOW INT64_C(1795500000)

static struct certificate own, other;
static struct https_server server;
static struct net_environment environment;
static struct statement_pins pins;
static struct http_client *client;
static struct http_reply reply; // large
static atomic_int_fast64_t wall_clock_says;
static char ca_file[PATH_MAX + 64];

static int64_t fixed_wall_clock(void *userdata)
{
    (void)userdata;
    return atomic_load(&wall_clock_says);
}

static void new_client(int64_t call_ms)
{
    struct http_limits limits = {.connect_ms = call_ms, .call_ms = call_ms, .ca_file = ca_file};
    client = http_client_new(&environment, &limits, NULL);
    assert_non_null(client);
}

static int set_up(void **state)
{
    scratch_make(state);
    snprintf(ca_file, sizeof(ca_file), "%s", scratch_join(state, "ca.pem"));
    scratch_write(ca_file, own.pem, strlen(own.pem));
    net_environment_system(&environment, NULL);
    environment.wall_clock = fixed_wall_clock;
    atomic_store(&wall_clock_says, NOW);
    pins = (struct statement_pins){.count = 1};
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
    https_server_start(&server, &own);
    new_client(20000);
    return 0;
}

static int tear_down(void **state)
{
    http_client_free(client);
    https_server_stop(&server);
    return scratch_remove(state);
}

static bool call_at(const char *scheme, int port, const char *path, enum http_trust trust,
                    const struct http_stop *stop, struct fault *fault)
{
    char url[256];
    snprintf(url, sizeof(url), "%s://localhost:%d%s", scheme, port, path);
    struct http_request request = {.url = url,
                                   .content_type = "application/json",
                                   .body = span_str("{\"a\":1}"),
                                   .trust = trust,
                                   .pins = &pins};
    *fault = (struct fault){0};
    return http_call(client, &request, stop, &reply, fault);
}

static bool call(const char *path, enum http_trust trust, struct fault *fault)
{
    return call_at("https", server.port, path, trust, NULL, fault);
}

static void expect(const char *path, enum http_trust trust, const char *code)
{
    struct fault fault;
    bool ok = call(path, trust, &fault);
    if (!ok && strcmp(failure_code(fault.failure), code) != 0)
        print_error("%s\n", fault.detail);
    assert_string_equal(failure_code(fault.failure), code);
    assert_int_equal(ok, strcmp(code, "none") == 0);
}

static void a_pinned_key_is_enough(void **state)
{
    (void)state;
    expect("/ok", HTTP_TRUST_PINS, "none");
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.size, strlen("{\"ok\":true}"));
    assert_memory_equal(reply.body, "{\"ok\":true}", reply.size);
    assert_string_equal(reply.content_type, "Application/JSON; charset=utf-8");
    assert_string_equal(reply.retry_after, "");
}

static void one_of_several_pins_is_enough(void **state)
{
    (void)state;
    pins.count = STATEMENT_PINS_MAX;
    memcpy(pins.hash[3], own.pin, HASH_SIZE);
    memset(pins.hash[0], 1, HASH_SIZE);
    expect("/ok", HTTP_TRUST_PINS, "none");
}

static void another_key_is_refused_and_sends_nothing(void **state)
{
    (void)state;
    pins.hash[0][31] ^= 1;
    expect("/slow", HTTP_TRUST_PINS, "net.pin");
    assert_int_equal(atomic_load(&server.waiting), 0);
}

// The connection that was trusted for one pin is not used for another.
static void changed_pins_are_judged_anew(void **state)
{
    (void)state;
    expect("/ok", HTTP_TRUST_PINS, "none");
    memcpy(pins.hash[0], other.pin, HASH_SIZE);
    expect("/ok", HTTP_TRUST_PINS, "net.pin");
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
    expect("/ok", HTTP_TRUST_PINS, "none");
}

static void metadata_needs_no_trust_and_gives_none(void **state)
{
    (void)state;
    expect("/ok", HTTP_TRUST_NOBODY, "none");
    memcpy(pins.hash[0], other.pin, HASH_SIZE);
    expect("/ok", HTTP_TRUST_PINS, "net.pin");
}

static void without_pins_the_chain_is_judged(void **state)
{
    (void)state;
    expect("/ok", HTTP_TRUST_CHAIN, "none");
    scratch_write(ca_file, other.pem, strlen(other.pem));
    http_client_free(client);
    new_client(20000);
    expect("/ok", HTTP_TRUST_CHAIN, "net.tls");
    expect("/ok", HTTP_TRUST_PINS, "none"); // a pin needs no chain
}

static void serve_certificate(const char *name, int64_t not_before, int64_t not_after)
{
    static struct certificate made;
    certificate_make(&made, name, not_before, not_after);
    https_server_stop(&server);
    https_server_start(&server, &made);
    scratch_write(ca_file, made.pem, strlen(made.pem));
    memcpy(pins.hash[0], made.pin, HASH_SIZE);
    http_client_free(client);
    new_client(20000);
}

static void without_pins_name_and_dates_are_judged(void **state)
{
    (void)state;
    serve_certificate("elsewhere.example", 0, INT64_C(4000000000));
    expect("/ok", HTTP_TRUST_CHAIN, "net.tls");
    expect("/ok", HTTP_TRUST_PINS, "none");
    serve_certificate("localhost", 0, INT64_C(1000000000));
    expect("/ok", HTTP_TRUST_CHAIN, "net.tls");
    expect("/ok", HTTP_TRUST_PINS, "none");
}

static void a_dead_clock_is_named(void **state)
{
    (void)state;
    serve_certificate("localhost", INT64_C(3900000000), INT64_C(4000000000));
    expect("/ok", HTTP_TRUST_CHAIN, "net.tls");
    atomic_store(&wall_clock_says, 1000);
    expect("/ok", HTTP_TRUST_CHAIN, "net.clock");
    expect("/ok", HTTP_TRUST_PINS, "none"); // and does not matter where there are pins
}

static void redirects_are_not_followed(void **state)
{
    (void)state;
    expect("/redirect", HTTP_TRUST_PINS, "net.redirect");
}

static void replies_have_a_largest_size(void **state)
{
    (void)state;
    expect("/exact", HTTP_TRUST_PINS, "none");
    assert_int_equal(reply.size, HTTP_REPLY_MAX);
    expect("/larger", HTTP_TRUST_PINS, "net.too-large");
    expect("/endless", HTTP_TRUST_PINS, "net.too-large");
    expect("/headers", HTTP_TRUST_PINS, "net.too-large");
    expect("/ok", HTTP_TRUST_PINS, "none");
}

static void coded_replies_are_refused(void **state)
{
    (void)state;
    expect("/coded", HTTP_TRUST_PINS, "net.reply");
    expect("/identity", HTTP_TRUST_PINS, "none");
}

static void refusals_are_replies(void **state)
{
    (void)state;
    expect("/refuse", HTTP_TRUST_PINS, "none");
    assert_int_equal(reply.status, 429);
    assert_string_equal(reply.retry_after, "7");
    expect("/ok", HTTP_TRUST_PINS, "none");
    assert_string_equal(reply.retry_after, "");
}

static void one_connection_serves_many_calls(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        expect("/ok", HTTP_TRUST_PINS, "none");
    assert_int_equal(atomic_load(&server.connections), 1);
    expect("/ok", HTTP_TRUST_NOBODY, "none");
    assert_int_equal(atomic_load(&server.connections), 2);
}

static void cookies_are_not_kept(void **state)
{
    (void)state;
    expect("/ok", HTTP_TRUST_PINS, "none");
    expect("/ok", HTTP_TRUST_PINS, "none");
    assert_false(atomic_load(&server.saw_cookie));
}

static void a_slow_portal_times_out(void **state)
{
    (void)state;
    http_client_free(client);
    new_client(300);
    expect("/slow", HTTP_TRUST_PINS, "net.timeout");
}

struct leaving {
    atomic_bool left;
};

static bool has_left(void *userdata)
{
    struct leaving *leaving = userdata;
    return atomic_load(&leaving->left);
}

static void *leave_once_it_waits(void *userdata)
{
    struct leaving *leaving = userdata;
    while (atomic_load(&server.waiting) == 0)
        usleep(1000);
    atomic_store(&leaving->left, true);
    http_wake(client);
    return NULL;
}

static void a_call_can_be_left_from_another_thread(void **state)
{
    (void)state;
    struct leaving leaving = {false};
    struct http_stop stop = {.asked = has_left, .userdata = &leaving};
    struct fault fault;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, leave_once_it_waits, &leaving), 0);
    assert_false(call_at("https", server.port, "/slow", HTTP_TRUST_PINS, &stop, &fault));
    assert_string_equal(failure_code(fault.failure), "internal.interrupted");
    pthread_join(thread, NULL);
    atomic_store(&leaving.left, false);
    atomic_store(&server.release, true);
    assert_true(call_at("https", server.port, "/ok", HTTP_TRUST_PINS, &stop, &fault));
}

static void a_cut_connection_is_unreachable(void **state)
{
    (void)state;
    struct rough_server rough;
    struct fault fault;
    rough_bind(&rough, span_of(NULL, 0)); // nobody listens yet
    assert_false(call_at("https", rough.port, "/ok", HTTP_TRUST_PINS, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.unreachable");
    rough_start(&rough);
    assert_false(call_at("https", rough.port, "/ok", HTTP_TRUST_PINS, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.unreachable");
    rough_stop(&rough);
}

static void what_speaks_no_tls_is_not_trusted(void **state)
{
    (void)state;
    struct rough_server rough;
    struct fault fault;
    rough_bind(&rough, span_str("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    rough_start(&rough);
    assert_false(call_at("https", rough.port, "/ok", HTTP_TRUST_PINS, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.tls");
    assert_false(call_at("https", rough.port, "/ok", HTTP_TRUST_NOBODY, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.tls");
    rough_stop(&rough);
}

static void plain_http_needs_the_test_setting(void **state)
{
    (void)state;
    struct https_server plain;
    struct fault fault;
    http_server_start(&plain);
    // It is refused before a connection is made ...
    assert_false(call_at("http", plain.port, "/ok", HTTP_TRUST_PINS, NULL, &fault));
    assert_string_equal(failure_code(fault.failure), "net.tls");
    assert_int_equal(atomic_load(&plain.connections), 0);
    // ... but for the sandbox, on this machine.
    environment.allow_plain_http = true;
    assert_true(call_at("http", plain.port, "/ok", HTTP_TRUST_CHAIN, NULL, &fault));
    https_server_stop(&plain);
}

static void addresses_not_in_normal_form_are_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://portal.example.com/x",
                                       "ftp://localhost/x",
                                       "https://LOCALHOST/x",
                                       "https://user@localhost/x",
                                       "file:///etc/passwd",
                                       "localhost/x",
                                       "https://localhost.evil:0/x",
                                       "",
                                       "https://",
                                       "https://127.0.0.1:99999/x"};

    environment.allow_plain_http = true;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct fault fault = {0};
        struct http_request request = {.url = urls[i], .trust = HTTP_TRUST_NOBODY};
        assert_false(http_call(client, &request, NULL, &reply, &fault));
        assert_string_equal(failure_code(fault.failure), "internal.error");
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    certificate_make(&own, "localhost", 0, INT64_C(4000000000));
    certificate_make(&other, "localhost", 0, INT64_C(4000000000));

    const struct CMUnitTest tests[] = {
        TEST(a_pinned_key_is_enough),
        TEST(one_of_several_pins_is_enough),
        TEST(another_key_is_refused_and_sends_nothing),
        TEST(changed_pins_are_judged_anew),
        TEST(metadata_needs_no_trust_and_gives_none),
        TEST(without_pins_the_chain_is_judged),
        TEST(without_pins_name_and_dates_are_judged),
        TEST(a_dead_clock_is_named),
        TEST(redirects_are_not_followed),
        TEST(replies_have_a_largest_size),
        TEST(coded_replies_are_refused),
        TEST(refusals_are_replies),
        TEST(one_connection_serves_many_calls),
        TEST(cookies_are_not_kept),
        TEST(a_slow_portal_times_out),
        TEST(a_call_can_be_left_from_another_thread),
        TEST(a_cut_connection_is_unreachable),
        TEST(what_speaks_no_tls_is_not_trusted),
        TEST(plain_http_needs_the_test_setting),
        TEST(addresses_not_in_normal_form_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
