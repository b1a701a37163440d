// SPDX-License-Identifier: MIT
// Many at once: windows that wait, and connections that only take up room.
#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define ORIGIN      "Origin: https://portal.example.com"
#define JSON        "Content-Type: application/json"
#define SLOW        600u
#define WINDOWS     100u
#define FEW         12u
#define OF_ONE      3u
#define PATIENCE_S  60L   // far more than it takes
#define DESCRIPTORS 2048u // both ends of all of them are in this process

struct place {
    struct wire wire;
    int64_t user;
    struct bench_device device;
};

static struct place place;

static int open_place(void **state)
{
    (void)state;
    wire_open(&place.wire, "qr-login");
    bench_config(&place.wire.bench, "limit.windows", "1000");
    wire_restart(&place.wire);
    place.user = bench_user(&place.wire.bench, "anna", false);
    bench_pair(&place.wire.bench, place.user, &place.device);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    wire_close(&place.wire);
    return 0;
}

// As many descriptors as the test needs; skips it where there cannot be.
static void allow_descriptors(void)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < DESCRIPTORS)
        skip();
    if (limit.rlim_cur < DESCRIPTORS) {
        limit.rlim_cur = DESCRIPTORS;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
}

static int connect_to_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)place.wire.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(client >= 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    return client;
}

static void expect_login_page(void)
{
    struct wire_reply reply;
    CURL *client = wire_client();
    wire_ask(&place.wire, client, &(struct wire_request){.path = "/login"}, &reply);
    assert_int_equal(reply.status, 200);
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

// Half of them say the first byte of a handshake, half say nothing.
static void silent_connections_keep_nobody_out(void **state)
{
    (void)state;
    static int clients[SLOW];
    allow_descriptors();
    for (size_t i = 0; i < SLOW; i++) {
        clients[i] = connect_to_server();
        if (i % 2 == 0)
            assert_int_equal(send(clients[i], "\x16", 1, MSG_NOSIGNAL), 1);
    }

    expect_login_page();

    for (size_t i = 0; i < SLOW; i++)
        close(clients[i]);
}

static long threads(void)
{
    char line[256];
    long count = 0;
    FILE *status = fopen("/proc/self/status", "r");
    assert_non_null(status);
    while (fgets(line, sizeof(line), status)) {
        if (strncmp(line, "Threads:", 8) == 0)
            count = strtol(line + 8, NULL, 10);
    }
    fclose(status);
    return count;
}

struct window {
    CURL *client;
    struct text got;
};

static size_t take(char *data, size_t size, size_t count, void *userdata)
{
    struct window *window = userdata;
    text_add(&window->got, data, size * count);
    return size * count;
}

static bool all_have(const struct window *windows, const char *part)
{
    for (size_t i = 0; i < WINDOWS; i++) {
        if (!windows[i].got.p || !strstr(windows[i].got.p, part))
            return false;
    }
    return true;
}

static void wait_for_all(CURLM *multi, const struct window *windows, const char *part)
{
    int running = 1;
    while (!all_have(windows, part)) {
        assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
        assert_true(running == (int)WINDOWS || all_have(windows, part));
        assert_int_equal(curl_multi_poll(multi, NULL, 0, 100, NULL), CURLM_OK);
    }
}

// Makes a challenge; `header` is the Cookie header of its browser.
static void new_challenge(char *header, size_t size, struct portal_challenge *challenge)
{
    struct wire_reply reply;
    CURL *client = wire_client();
    wire_ask(&place.wire, client,
             &(struct wire_request){
                 .path = "/qr-login/v1/challenge", .body = "{}", .headers = {ORIGIN, JSON}},
             &reply);
    assert_int_equal(reply.status, 201);
    const char *cookie = strstr(reply.headers.p, "__Host-qrl=");
    assert_non_null(cookie);
    snprintf(header, size, "Cookie: %.*s", (int)strcspn(cookie, ";\r\n"), cookie);

    struct portal *portal = &place.wire.bench.portal;
    portal_begin(portal);
    assert_true(challenges_by_cookie(portal, strchr(header, '=') + 1, challenge));
    portal_end(portal, false);
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
}

static void open_page(CURLM *multi, struct window *window, const char *path,
                      struct curl_slist *headers)
{
    char url[128];
    snprintf(url, sizeof(url), "https://127.0.0.1:%u/app%s", place.wire.port, path);
    window->client = wire_client();
    curl_easy_setopt(window->client, CURLOPT_URL, url);
    curl_easy_setopt(window->client, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(window->client, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(window->client, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(window->client, CURLOPT_TIMEOUT, PATIENCE_S);
    curl_easy_setopt(window->client, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(window->client, CURLOPT_WRITEDATA, window);
    assert_int_equal(curl_multi_add_handle(multi, window->client), CURLM_OK);
}

static void open_window(CURLM *multi, struct window *window, struct curl_slist *headers)
{
    open_page(multi, window, "/qr-login/v1/challenge", headers);
}

static void close_window(CURLM *multi, struct window *window)
{
    curl_multi_remove_handle(multi, window->client);
    curl_easy_cleanup(window->client);
    text_free(&window->got);
}

static void windows_take_no_thread_and_all_hear(void **state)
{
    (void)state;
    static struct window windows[WINDOWS];
    char header[160];
    struct portal_challenge challenge;
    uint8_t hash[HASH_SIZE];
    allow_descriptors();
    new_challenge(header, sizeof(header), &challenge);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    headers = curl_slist_append(headers, "Accept: text/event-stream");
    CURLM *multi = curl_multi_init();
    long before = threads();

    for (size_t i = 0; i < WINDOWS; i++)
        open_window(multi, &windows[i], headers);
    wait_for_all(multi, windows, "\"waiting\"");
    assert_int_equal(threads(), before);
    expect_login_page();

    assert_int_equal(bench_do_resolve(&place.wire.bench, &place.device, &challenge, hash),
                     OUTCOME_OK);
    wait_for_all(multi, windows, "\"scanned\"");

    for (size_t i = 0; i < WINDOWS; i++)
        close_window(multi, &windows[i]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
}

static bool is_brief(const struct window *window)
{
    return strstr(window->got.p, "retry: ") != NULL;
}

// Until each has its first event, and only `open` of them are left.
static void wait_for_first(CURLM *multi, const struct window *windows, size_t count, int open)
{
    int running = 0;
    size_t told = 0;
    while (told < count || running != open) {
        assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
        assert_int_equal(curl_multi_poll(multi, NULL, 0, 100, NULL), CURLM_OK);
        assert_true(running >= open);
        told = 0;
        for (size_t i = 0; i < count; i++)
            told += windows[i].got.p && strstr(windows[i].got.p, "\"waiting\"") ? 1 : 0;
    }
}

// The cookie of one browser holds no more than a few.
static void one_browser_has_few_windows(void **state)
{
    (void)state;
    static struct window windows[OF_ONE + 1], other;
    char header[160];
    struct portal_challenge challenge;
    bench_config(&place.wire.bench, "limit.windows", "3");
    wire_restart(&place.wire);
    new_challenge(header, sizeof(header), &challenge);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    headers = curl_slist_append(headers, "Accept: text/event-stream");
    CURLM *multi = curl_multi_init();

    for (size_t i = 0; i <= OF_ONE; i++)
        open_window(multi, &windows[i], headers);
    wait_for_first(multi, windows, OF_ONE + 1, OF_ONE);

    // Another browser is not concerned.
    new_challenge(header, sizeof(header), &challenge);
    struct curl_slist *of_other = curl_slist_append(NULL, header);
    of_other = curl_slist_append(of_other, "Accept: text/event-stream");
    open_window(multi, &other, of_other);
    wait_for_first(multi, &other, 1, OF_ONE + 1);
    assert_false(is_brief(&other));

    close_window(multi, &other);
    for (size_t i = 0; i <= OF_ONE; i++)
        close_window(multi, &windows[i]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_slist_free_all(of_other);
}

// Opens it again until it is not sent away.
static void wait_for_place(CURLM *multi, struct window *window, struct curl_slist *headers)
{
    open_window(multi, window, headers);
    while (!window->got.p || is_brief(window) || !strstr(window->got.p, "\"waiting\"")) {
        int running = 0;
        assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
        assert_int_equal(curl_multi_poll(multi, NULL, 0, 100, NULL), CURLM_OK);
        if (running == 0) {
            close_window(multi, window);
            open_window(multi, window, headers);
        }
    }
}

// Of 16 places windows have 12.
static void windows_leave_places_to_others(void **state)
{
    (void)state;
    static struct window windows[FEW + 1];
    char header[160];
    struct portal_challenge challenge;
    bench_config(&place.wire.bench, "limit.connections", "16");
    bench_config(&place.wire.bench, "limit.network-share", "100");
    wire_restart(&place.wire);
    new_challenge(header, sizeof(header), &challenge);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    headers = curl_slist_append(headers, "Accept: text/event-stream");
    CURLM *multi = curl_multi_init();

    // One too many: it is told how things stand, and when to ask again.
    for (size_t i = 0; i <= FEW; i++)
        open_window(multi, &windows[i], headers);
    wait_for_first(multi, windows, FEW + 1, FEW);
    size_t brief = 0;
    for (size_t i = 0; i <= FEW; i++)
        brief += is_brief(&windows[i]) ? 1 : 0;
    assert_int_equal(brief, 1);
    expect_login_page();

    // One that leaves makes room for one, once the server has noticed.
    for (size_t i = 0; i <= FEW; i++)
        close_window(multi, &windows[i]);
    wait_for_place(multi, &windows[0], headers);

    close_window(multi, &windows[0]);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
}

// A session, and the Cookie header of its browser.
static void new_session(struct session *session, char *header, size_t size)
{
    const struct signin signin = {.user = place.user, .how = SIGNIN_BY_PASSWORD};
    const struct client client = {BENCH_ADDRESS, "Chromium, Linux"};
    struct portal *portal = &place.wire.bench.portal;
    struct token token;
    portal_begin(portal);
    sessions_open(portal, &signin, &client, &token);
    assert_true(sessions_find(portal, token.text, session));
    assert_true(portal_end(portal, true));
    snprintf(header, size, "Cookie: __Host-qrs=%s", token.text);
}

static void refuse_newest(const struct session *session)
{
    struct portal *portal = &place.wire.bench.portal;
    struct enrolment enrolment;
    portal_begin(portal);
    assert_true(enrolments_of_session(portal, session, &enrolment));
    enrolments_refuse(portal, &enrolment);
    assert_true(portal_end(portal, true));
}

static void wait_for(CURLM *multi, const struct window *window, const char *part)
{
    int running = 1;
    while (!window->got.p || !strstr(window->got.p, part)) {
        assert_int_equal(running, 1);
        assert_int_equal(curl_multi_perform(multi, &running), CURLM_OK);
        assert_int_equal(curl_multi_poll(multi, NULL, 0, 100, NULL), CURLM_OK);
    }
}

// Another tab begins another pairing: the page that is open then waits for that one.
static void a_pairing_page_follows_the_newest_pairing(void **state)
{
    (void)state;
    static struct window window;
    char header[160];
    struct session session;
    uint8_t token[PAIRING_TOKEN_SIZE];
    new_session(&session, header, sizeof(header));
    bench_pairing_code(&place.wire.bench, &session, token);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    CURLM *multi = curl_multi_init();

    open_page(multi, &window, "/devices/pairing", headers);
    wait_for(multi, &window, "\"open\"");
    bench_pairing_code(&place.wire.bench, &session, token);
    expect_login_page(); // by then the page was asked
    refuse_newest(&session);
    wait_for(multi, &window, "\"refused\"");

    close_window(multi, &window);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(silent_connections_keep_nobody_out),
        TEST(windows_take_no_thread_and_all_hear),
        TEST(windows_leave_places_to_others),
        TEST(one_browser_has_few_windows),
        TEST(a_pairing_page_follows_the_newest_pairing),
    };
    return cmocka_run_group_tests_name("portal crowd", tests, NULL, NULL);
}
