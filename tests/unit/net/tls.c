// SPDX-License-Identifier: MIT
// What a call is told when TLS does not come about: a cut line is one, a fault of TLS is
// another, and a device without memory or descriptors is neither.
#include "tests/unit/net/scratch.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "net/http.h"
#include "tests/unit/net/parts/https_server.h"
#include "tests/unit/net/parts/rough_server.h"
#include "tests/unit/net/parts/short_line.h"

#define CUT_STEP    7 // bytes
#define CALL_MS     20000
#define CHILD_S     60
#define MEMORY_STEP 37 // allocations

static struct certificate own;
static struct https_server server;
static struct https_process apart; // the server of the tests that fork
static struct short_line line;
static struct net_environment environment;
static struct statement_pins pins;
static struct http_client *client;
static struct http_reply reply; // large
static char ca_file[PATH_MAX + 64];

// ---- OpenSSL's memory, which can run out ---------------------------------------------------

static atomic_long allocations, fail_from = LONG_MAX;

static bool is_short(void)
{
    bool none = atomic_fetch_add(&allocations, 1) >= atomic_load(&fail_from);
    if (none)
        errno = ENOMEM; // as malloc does
    return none;
}

static void *own_malloc(size_t size, const char *file, int row)
{
    (void)file;
    (void)row;
    return is_short() ? NULL : malloc(size);
}

static void *own_realloc(void *bytes, size_t size, const char *file, int row)
{
    (void)file;
    (void)row;
    return is_short() ? NULL : realloc(bytes, size);
}

static void own_free(void *bytes, const char *file, int row)
{
    (void)file;
    (void)row;
    free(bytes);
}

static void run_short(long from)
{
    atomic_store(&allocations, 0);
    atomic_store(&fail_from, from);
}

// ---- the world -----------------------------------------------------------------------------

static void new_client(void)
{
    struct http_limits limits = {.connect_ms = CALL_MS, .call_ms = CALL_MS, .ca_file = ca_file};
    client = http_client_new(&environment, &limits, NULL);
    assert_non_null(client);
}

static void set_up_trust(void **state)
{
    scratch_make(state);
    snprintf(ca_file, sizeof(ca_file), "%s", scratch_join(state, "ca.pem"));
    scratch_write(ca_file, own.pem, strlen(own.pem));
    net_environment_system(&environment, NULL);
    pins = (struct statement_pins){.count = 1};
    memcpy(pins.hash[0], own.pin, HASH_SIZE);
}

static int set_up(void **state)
{
    set_up_trust(state);
    https_server_start(&server, &own);
    short_line_start(&line, server.port);
    new_client();
    return 0;
}

static int tear_down(void **state)
{
    http_client_free(client);
    short_line_stop(&line);
    https_server_stop(&server);
    return scratch_remove(state);
}

static int set_up_apart(void **state)
{
    set_up_trust(state);
    https_process_start(&apart, &own);
    new_client();
    return 0;
}

static int tear_down_apart(void **state)
{
    http_client_free(client);
    https_process_stop(&apart);
    return scratch_remove(state);
}

static const char *call_at(int port, enum http_trust trust, bool once)
{
    char url[64];
    struct fault fault = {0};
    snprintf(url, sizeof(url), "https://localhost:%d/ok", port);
    struct http_request request = {.url = url,
                                   .content_type = "application/json",
                                   .body = span_str("{\"a\":1}"),
                                   .trust = trust,
                                   .pins = &pins,
                                   .once = once};

    bool ok = http_call(client, &request, NULL, &reply, &fault);
    const char *code = failure_code(fault.failure);
    assert_int_equal(ok, strcmp(code, "none") == 0);
    return code;
}

static const char *call(enum http_trust trust)
{
    return call_at(line.port, trust, true);
}

// ---- a line that is cut --------------------------------------------------------------------

// Cuts after each few bytes of one side, from none to all of them.
static void cut_everywhere(atomic_int *limit, int all, bool by_reset)
{
    atomic_store(&line.reset, by_reset);
    for (int bytes = 0; bytes < all; bytes += CUT_STEP) {
        atomic_store(limit, bytes);
        const char *code = call(HTTP_TRUST_PINS);
        if (strcmp(code, "net.unreachable") != 0)
            print_error("cut after %d of %d bytes: %s\n", bytes, all, code);
        assert_string_equal(code, "net.unreachable");
    }
    atomic_store(limit, -1);
    assert_string_equal(call(HTTP_TRUST_PINS), "none");
}

static void a_line_cut_anywhere_is_unreachable(void **state)
{
    (void)state;
    assert_string_equal(call(HTTP_TRUST_PINS), "none");
    int told = atomic_load(&line.passed), asked = atomic_load(&line.asked);
    assert_true(told > 500 && asked > 300);

    cut_everywhere(&line.from_server, told - 60, false); // 60: of tickets and the end of TLS
    cut_everywhere(&line.from_server, told - 60, true);
    cut_everywhere(&line.from_client, asked - 60, false);
    cut_everywhere(&line.from_client, asked - 60, true);
}

static void a_line_cut_in_the_handshake_is_unreachable_for_every_trust(void **state)
{
    (void)state;
    static const enum http_trust all[] = {HTTP_TRUST_NOBODY, HTTP_TRUST_PINS, HTTP_TRUST_CHAIN};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        atomic_store(&line.from_server, 5);
        assert_string_equal(call(all[i]), "net.unreachable");
        atomic_store(&line.from_server, -1);
        assert_string_equal(call(all[i]), "none");
    }
}

// A kept connection ends, and the one that libcurl makes in its place ends in its handshake.
static void a_kept_connection_cut_twice_is_unreachable(void **state)
{
    (void)state;
    for (int bytes = 0; bytes < 200; bytes += 40) {
        atomic_store(&line.from_server, -1);
        assert_string_equal(call_at(line.port, HTTP_TRUST_PINS, false), "none");
        atomic_store(&line.from_server, bytes);
        assert_string_equal(call_at(line.port, HTTP_TRUST_PINS, false), "net.unreachable");
    }
}

// ---- what is no TLS, or refuses ------------------------------------------------------------

static const char *told_by(struct span words)
{
    struct rough_server rough;
    rough_bind(&rough, words);
    rough_start(&rough);
    const char *code = call_at(rough.port, HTTP_TRUST_PINS, true);
    rough_stop(&rough);
    return code;
}

static void what_breaks_tls_is_not_safe(void **state)
{
    (void)state;
    static const char *const words[] = {
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        "<html>You spoke TLS to a plain port</html>", "SSH-2.0-OpenSSH_9.2p1\r\n",
        "220 mail.example.com ESMTP\r\n", "\x16\x03\x03\x7f\x7f garbage"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        assert_string_equal(told_by(span_str(words[i])), "net.tls");
}

static void an_alert_is_judged_by_its_meaning(void **state)
{
    (void)state;
    static const struct {
        uint8_t description;
        const char *code;
    } alerts[] = {{10, "net.tls"},         {20, "net.tls"}, {40, "net.tls"},
                  {42, "net.tls"},         {47, "net.tls"}, {50, "net.tls"},
                  {70, "net.tls"},         {71, "net.tls"}, {112, "net.tls"},
                  {0, "net.unreachable"},   // close_notify
                  {80, "net.unreachable"},  // internal_error: short of memory, going down
                  {90, "net.unreachable"}}; // user_canceled

    for (size_t i = 0; i < sizeof(alerts) / sizeof(alerts[0]); i++) {
        uint8_t record[] = {0x15, 3, 3, 0, 2, 2, alerts[i].description};
        const char *code = told_by(span_of(record, sizeof(record)));
        if (strcmp(code, alerts[i].code) != 0)
            print_error("alert %d: %s\n", alerts[i].description, code);
        assert_string_equal(code, alerts[i].code);
    }
}

// ---- a device that is short of something ---------------------------------------------------

// In a process of its own: what a library does not give back then is not ours.
static enum failure failure_in_child(enum http_trust trust, long from, rlim_t descriptors)
{
    int told[2], status = 1;
    enum failure failure = FAILURE_COUNT;

    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        const struct rlimit limit = {descriptors, descriptors};
        enum failure seen = FAILURE_NONE;
        alarm(CHILD_S);
        if (descriptors == RLIM_INFINITY || setrlimit(RLIMIT_NOFILE, &limit) == 0) {
            run_short(from);
            failure_from_code(call_at(apart.port, trust, true), &seen);
        }
        _exit(write(told[1], &seen, sizeof(seen)) == sizeof(seen) ? 0 : 1);
    }

    close(told[1]);
    assert_int_equal(read(told[0], &failure, sizeof(failure)), sizeof(failure));
    close(told[0]);
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
    return failure;
}

static void without_memory_nothing_is_called_unsafe(void **state)
{
    (void)state;
    static const enum http_trust all[] = {HTTP_TRUST_PINS, HTTP_TRUST_CHAIN};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        long from = 0;
        enum failure failure;
        while ((failure = failure_in_child(all[i], from, RLIM_INFINITY)) != FAILURE_NONE) {
            if (failure != FAILURE_MEMORY)
                print_error("after %ld allocations: %s\n", from, failure_code(failure));
            assert_int_equal(failure, FAILURE_MEMORY);
            from += MEMORY_STEP;
        }
        assert_true(from > 1000); // it was a whole handshake
    }
}

static void without_descriptors_nothing_is_called_unreachable(void **state)
{
    (void)state;
    static const enum http_trust all[] = {HTTP_TRUST_PINS, HTTP_TRUST_CHAIN};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        assert_int_equal(failure_in_child(all[i], LONG_MAX, 3), FAILURE_DESCRIPTORS);
}

#define TEST(f)  cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define APART(f) cmocka_unit_test_setup_teardown(f, set_up_apart, tear_down_apart)

int main(void)
{
    if (CRYPTO_set_mem_functions(own_malloc, own_realloc, own_free) != 1)
        return 1;

    certificate_make(&own, "localhost", 0, INT64_C(4000000000));
    const struct CMUnitTest tests[] = {
        TEST(a_line_cut_anywhere_is_unreachable),
        TEST(a_line_cut_in_the_handshake_is_unreachable_for_every_trust),
        TEST(a_kept_connection_cut_twice_is_unreachable),
        TEST(what_breaks_tls_is_not_safe),
        TEST(an_alert_is_judged_by_its_meaning),
        APART(without_memory_nothing_is_called_unsafe),
        APART(without_descriptors_nothing_is_called_unreachable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
