// SPDX-License-Identifier: MIT
// The running server, asked over TLS: cookies, origins, live push, refusals, pages, the log.
#include "wire.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#define ORIGIN       "Origin: https://portal.example.com"
#define JSON         "Content-Type: application/json"
#define FORM         "Content-Type: application/x-www-form-urlencoded"
#define PASSWORD     "correct horse"
#define PASSWORD_URL "correct+horse"

struct place {
    struct wire wire;
    int64_t user;
    struct bench_device device;
};

static struct place place;

// Asks as a browser that has nothing but these headers; a body makes it a POST.
static void fetch_until(const char *path, const char *body, const char *const headers[],
                        const char *until, struct wire_reply *out)
{
    CURL *client = wire_client();
    struct wire_request request = {
        .path = path, .whole_path = true, .body = body, .until = until};
    for (size_t i = 0; headers && headers[i]; i++)
        request.headers[i] = headers[i];
    wire_ask(&place.wire, client, &request, out);
    curl_easy_cleanup(client);
}

static void fetch(const char *path, const char *body, const char *const headers[],
                  struct wire_reply *out)
{
    fetch_until(path, body, headers, NULL, out);
}

static int open_place(void **state)
{
    (void)state;
    wire_open(&place.wire, "qr-login");
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

// The value of a cookie that the reply sets, as "name=value".
static void set_cookie(const struct wire_reply *fetched, const char *name, char *out,
                       size_t size)
{
    const char *at = strstr(fetched->headers.p, name);
    out[0] = '\0';
    if (at)
        snprintf(out, size, "%.*s", (int)strcspn(at, ";\r\n"), at);
}

static void cookie_header(const char *cookie, char *out, size_t size)
{
    snprintf(out, size, "Cookie: %s", cookie);
}

// A new login page; `header` is the Cookie header of its browser.
static void new_page(char *header, size_t size, struct portal_challenge *challenge)
{
    char cookie[128];
    struct wire_reply fetched = {0};
    fetch("/app/qr-login/v1/challenge", "{}", (const char *const[]){ORIGIN, JSON, NULL},
          &fetched);
    assert_int_equal(fetched.status, 201);
    set_cookie(&fetched, "__Host-qrl=", cookie, sizeof(cookie));
    cookie_header(cookie, header, size);
    portal_begin(&place.wire.bench.portal);
    assert_true(
        challenges_by_cookie(&place.wire.bench.portal, strchr(cookie, '=') + 1, challenge));
    portal_end(&place.wire.bench.portal, true);
    wire_reply_free(&fetched);
}

static void expect(const char *path, const char *body, const char *const headers[], long status,
                   const char *part)
{
    struct wire_reply fetched = {0};
    fetch(path, body, headers, &fetched);
    if (fetched.status != status || !strstr(fetched.body.p, part))
        fail_msg("%s: %ld %s; expected %ld %s", path, fetched.status, fetched.body.p, status,
                 part);
    wire_reply_free(&fetched);
}

static void challenge_cookie_is_bound_to_the_browser(void **state)
{
    (void)state;
    struct wire_reply fetched = {0};
    fetch("/app/qr-login/v1/challenge", "{}", (const char *const[]){ORIGIN, JSON, NULL},
          &fetched);

    const char *cookie = strstr(fetched.headers.p, "__Host-qrl=");
    assert_non_null(cookie);

    char attributes[256];
    snprintf(attributes, sizeof(attributes), "%.*s", (int)strcspn(cookie, "\r\n"), cookie);
    assert_non_null(strstr(attributes, "; HttpOnly"));
    assert_non_null(strstr(attributes, "; Secure"));
    assert_non_null(strstr(attributes, "; SameSite=Strict"));
    assert_non_null(strstr(attributes, "; Path=/;"));
    assert_null(strstr(attributes, "Domain"));
    assert_non_null(strstr(fetched.headers.p, "Cache-Control: no-store"));
    wire_reply_free(&fetched);
}

static void another_browser_gets_nothing_by_the_id(void **state)
{
    (void)state;
    char first[160], second[160], id[2 * CHALLENGE_ID_SIZE + 1], path[256], body[128],
        named[64];
    struct portal_challenge challenge, other;
    struct statement_receipt receipt;

    new_page(first, sizeof(first), &challenge);
    sodium_bin2hex(id, sizeof(id), challenge.id, sizeof(challenge.id));
    snprintf(path, sizeof(path), "/app/qr-login/v1/challenge?id=%s&challenge=%s", id, id);
    expect(path, NULL, NULL, 404, "unknown-challenge");

    expect("/app/qr-login/v1/challenge", NULL,
           (const char *const[]){
               "Cookie: __Host-qrl=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", NULL},
           404, "unknown-challenge");

    bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
    new_page(second, sizeof(second), &other);
    expect(path, NULL, (const char *const[]){second, NULL}, 200, "\"waiting\"");
    snprintf(named, sizeof(named), "X-Challenge-Id: %s", id);
    expect(path, NULL, (const char *const[]){second, named, NULL}, 200, "\"waiting\"");
    expect(path, NULL, (const char *const[]){named, NULL}, 404, "unknown-challenge");

    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"id\":\"%s\"}", receipt.pickup_code, id);
    expect("/app/qr-login/v1/claim", body,
           (const char *const[]){second, named, ORIGIN, JSON, NULL}, 409, "not-approved");
    expect("/app/qr-login/v1/claim", body, (const char *const[]){ORIGIN, JSON, NULL}, 404,
           "unknown-challenge");
    expect("/app/qr-login/v1/claim", body, (const char *const[]){first, ORIGIN, JSON, NULL},
           200, "{\"next\":\"done\"}");
}

static void posts_need_the_origin_and_json(void **state)
{
    (void)state;
    const char *path = "/app/qr-login/v1/challenge";

    expect(path, "{}", (const char *const[]){JSON, NULL}, 400, "malformed");
    expect(path, "{}", (const char *const[]){"Origin: null", JSON, NULL}, 400, "malformed");
    expect(path, "{}",
           (const char *const[]){"Origin: https://portal.example.com.evil", JSON, NULL}, 400,
           "malformed");
    expect(path, "{}", (const char *const[]){ORIGIN, "Content-Type: text/plain", NULL}, 400,
           "malformed");
    expect(path, "{}", (const char *const[]){ORIGIN, "Content-Type: application/jsonx", NULL},
           400, "malformed");
    expect(path, "[]", (const char *const[]){ORIGIN, JSON, NULL}, 400, "malformed");
    expect(path, "{\"new\":1}", (const char *const[]){ORIGIN, JSON, NULL}, 400, "malformed");
    expect(path, "{\"new\":true,\"new\":true}", (const char *const[]){ORIGIN, JSON, NULL}, 400,
           "malformed");

    expect(path, "{}",
           (const char *const[]){ORIGIN, "Content-Type: application/json; charset=utf-8", NULL},
           201, "waiting");

    expect("/app/login", "name=anna&password=x", (const char *const[]){FORM, NULL}, 400,
           "message");
}

static void page_keeps_its_challenge_until_it_asks_for_another(void **state)
{
    (void)state;
    char header[160];
    struct portal_challenge challenge;
    new_page(header, sizeof(header), &challenge);
    expect("/app/qr-login/v1/challenge", "{}",
           (const char *const[]){header, ORIGIN, JSON, NULL}, 200, "waiting");
    assert_int_equal(bench_state(&place.wire.bench, &challenge), CHALLENGE_CREATED);
    expect("/app/qr-login/v1/challenge", "{\"new\":true}",
           (const char *const[]){header, ORIGIN, JSON, NULL}, 201, "waiting");
    assert_int_equal(bench_state(&place.wire.bench, &challenge), CHALLENGE_EXPIRED);
}

struct waiting {
    pthread_t thread;
    const char *path;
    const char *headers[WIRE_HEADERS];
    const char *until;
    struct wire_reply fetched;
};

static void *wait_for_news(void *userdata)
{
    struct waiting *waiting = userdata;
    fetch_until(waiting->path, NULL, waiting->headers, waiting->until, &waiting->fetched);
    return NULL;
}

// What waits gets the news, whether it began to wait before or after the change.
static void poll_returns_at_the_change(void **state)
{
    (void)state;
    char header[160];
    struct portal_challenge challenge;
    struct waiting waiting = {.path = "/app/qr-login/v1/challenge?seen=waiting"};
    uint8_t hash[HASH_SIZE];
    new_page(header, sizeof(header), &challenge);
    waiting.headers[0] = header;
    assert_int_equal(pthread_create(&waiting.thread, NULL, wait_for_news, &waiting), 0);
    assert_int_equal(bench_do_resolve(&place.wire.bench, &place.device, &challenge, hash),
                     OUTCOME_OK);
    pthread_join(waiting.thread, NULL);
    assert_int_equal(waiting.fetched.status, 200);
    assert_non_null(strstr(waiting.fetched.body.p, "\"scanned\""));
    wire_reply_free(&waiting.fetched);
}

static void stream_pushes_every_state(void **state)
{
    (void)state;
    char header[160], body[64];
    struct portal_challenge challenge;
    struct statement_receipt receipt;
    struct waiting waiting = {.path = "/app/qr-login/v1/challenge", .until = "\"claimed\""};

    new_page(header, sizeof(header), &challenge);
    waiting.headers[0] = header;
    waiting.headers[1] = "Accept: text/event-stream";

    assert_int_equal(pthread_create(&waiting.thread, NULL, wait_for_news, &waiting), 0);
    bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", receipt.pickup_code);
    expect("/app/qr-login/v1/claim", body, (const char *const[]){header, ORIGIN, JSON, NULL},
           200, "done");

    pthread_join(waiting.thread, NULL);
    assert_int_equal(waiting.fetched.status, 200);
    assert_non_null(strstr(waiting.fetched.headers.p, "text/event-stream"));
    assert_non_null(strstr(waiting.fetched.body.p, "data: {"));
    assert_non_null(strstr(waiting.fetched.body.p, "\"claimed\""));
    assert_null(strstr(waiting.fetched.body.p, "anna"));

    wire_reply_free(&waiting.fetched);
}

static void stopping_ends_the_pages_that_wait(void **state)
{
    (void)state;
    char header[160];
    struct portal_challenge challenge;
    struct waiting waiting = {.path = "/app/qr-login/v1/challenge"};
    new_page(header, sizeof(header), &challenge);
    waiting.headers[0] = header;
    waiting.headers[1] = "Accept: text/event-stream";
    assert_int_equal(pthread_create(&waiting.thread, NULL, wait_for_news, &waiting), 0);
    server_stop(place.wire.server);
    place.wire.server = NULL;
    pthread_join(waiting.thread, NULL);
    wire_reply_free(&waiting.fetched);
}

static void switched_off_it_is_gone_everywhere(void **state)
{
    (void)state;
    static const char *const device_calls[] = {"enrol",  "resolve",    "decision",
                                               "rotate", "endsession", "unpair"};
    char header[160], path[64];
    struct portal_challenge challenge;
    struct statement_receipt receipt;

    new_page(header, sizeof(header), &challenge);
    bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
    expect("/app/login", NULL, NULL, 200, "id=\"qr-open\"");
    bench_config(&place.wire.bench, "allow-qr", "off");

    struct wire_reply page = {0};
    fetch("/app/login", NULL, NULL, &page);
    assert_int_equal(page.status, 200);
    assert_null(strstr(page.body.p, "qr-open"));
    assert_null(strstr(page.body.p, "qr-dialog"));
    wire_reply_free(&page);

    expect("/app/qr-login/v1/challenge", "{}", (const char *const[]){ORIGIN, JSON, NULL}, 403,
           "qr-disabled");
    expect("/app/qr-login/v1/challenge", NULL, (const char *const[]){header, NULL}, 403,
           "qr-disabled");
    expect("/app/qr-login/v1/challenge", NULL, NULL, 403, "qr-disabled");

    char body[64];
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", receipt.pickup_code);
    expect("/app/qr-login/v1/claim", body, (const char *const[]){header, ORIGIN, JSON, NULL},
           403, "qr-disabled");

    // Devices are told so only after their envelope was found good: see the test of decisions.
    for (size_t i = 0; i < sizeof(device_calls) / sizeof(device_calls[0]); i++) {
        snprintf(path, sizeof(path), "/app/qr-login/v1/%s", device_calls[i]);
        expect(path, "not an envelope", (const char *const[]){JSON, NULL}, 400, "malformed");
    }

    assert_int_equal(
        bench_number(&place.wire.bench, "SELECT count(*) FROM sessions WHERE how = 'qr'"), 0);
    expect("/.well-known/qr-login", NULL, NULL, 200, "metadata-v1");
}

static void device_calls_answer_in_problem_documents(void **state)
{
    (void)state;
    struct wire_reply fetched = {0};
    struct text large = {0};
    for (size_t i = 0; i < 20000; i++)
        text_add(&large, "x", 1);

    fetch("/app/qr-login/v1/decision", large.p, NULL, &fetched);
    assert_int_equal(fetched.status, 400);
    assert_non_null(strstr(fetched.headers.p, "application/problem+json"));
    assert_non_null(
        strstr(fetched.body.p, "https://portal.example.com/app/qr-login/problem/malformed"));
    wire_reply_free(&fetched);
    text_free(&large);

    expect("/app/qr-login/v1/decision", NULL, NULL, 405, "message");
    expect("/qr-login/v1/decision", "{}", NULL, 404, "message"); // not below the base URL
    expect("/app/nothing", NULL, NULL, 404, "message");
}

// Signs in by password; the Cookie header of the session.
static void sign_in(char *header, size_t size)
{
    char hash[USER_HASH_MAX], cookie[128];
    struct wire_reply fetched = {0};
    assert_true(users_hash_password(PASSWORD, hash));
    portal_begin(&place.wire.bench.portal);
    users_set_password_hash(&place.wire.bench.portal.store, place.user, hash);
    portal_end(&place.wire.bench.portal, true);
    fetch("/app/login", "name=anna&password=" PASSWORD_URL,
          (const char *const[]){ORIGIN, FORM, NULL}, &fetched);
    assert_int_equal(fetched.status, 303);
    assert_non_null(strstr(fetched.headers.p, "Location: https://portal.example.com/app/\r\n"));
    set_cookie(&fetched, "__Host-qrs=", cookie, sizeof(cookie));
    assert_true(cookie[0]);
    cookie_header(cookie, header, size);
    wire_reply_free(&fetched);
}

static void password_signs_in_and_log_out_ends_it(void **state)
{
    (void)state;
    char header[160];
    sign_in(header, sizeof(header));
    expect("/app/", NULL, (const char *const[]){header, NULL}, 200, "data-how=\"password\"");
    expect("/app/logout", "", (const char *const[]){header, NULL}, 400, "message"); // no origin
    expect("/app/logout", "", (const char *const[]){header, ORIGIN, NULL}, 303, "");
    expect("/app/", NULL, (const char *const[]){header, NULL}, 303, "");
}

static bool is_told_of(const char *session, const char *what)
{
    struct wire_reply fetched = {0};
    fetch("/app/", NULL, (const char *const[]){session, NULL}, &fetched);
    assert_int_equal(fetched.status, 200);
    bool told = strstr(fetched.body.p, what) != NULL;
    wire_reply_free(&fetched);
    return told;
}

// The first page says what somebody else may have done.
static void new_device_and_other_browser_are_told(void **state)
{
    (void)state;
    char first[160], second[160];
    bench_pass(&place.wire.bench, 604801); // the device of before is a week old
    sign_in(first, sizeof(first));
    assert_false(is_told_of(first, "id=\"lately\""));
    sign_in(second, sizeof(second));
    assert_true(is_told_of(first, "data-kind=\"browser\""));
    assert_false(is_told_of(first, "data-kind=\"device\""));

    struct bench_device device;
    bench_pair(&place.wire.bench, place.user, &device);
    assert_true(is_told_of(first, "data-kind=\"device\""));
}

static void health_is_that_of_the_store(void **state)
{
    (void)state;
    sqlite3 *other;
    char path[160];
    struct bench *bench = &place.wire.bench;
    expect("/app/healthz", NULL, (const char *const[]){NULL}, 200, "ok");

    // A store that refuses to be written, as on a full disk.
    snprintf(path, sizeof(path), "%s/portal.db", bench->directory);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other,
                                  "CREATE TRIGGER full BEFORE INSERT ON attempts "
                                  "BEGIN SELECT RAISE(FAIL, 'disk is full'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    expect("/app/healthz", NULL, (const char *const[]){NULL}, 200, "ok"); // of a moment ago
    bench_pass(bench, 1);
    expect("/app/healthz", NULL, (const char *const[]){NULL}, 503, "cannot be written");

    // A clock that several machines share may go back.
    assert_int_equal(sqlite3_exec(other, "DROP TRIGGER full", NULL, NULL, NULL), SQLITE_OK);
    bench_pass(bench, -3600);
    expect("/app/healthz", NULL, (const char *const[]){NULL}, 200, "ok");
    sqlite3_close(other);
}

static void password_tries_are_limited(void **state)
{
    (void)state;
    char header[160];
    sign_in(header, sizeof(header));
    for (int i = 0; i < 10; i++)
        expect("/app/login", "name=anna&password=wrong",
               (const char *const[]){ORIGIN, FORM, NULL}, 403, "login-error");
    expect("/app/login", "name=anna&password=" PASSWORD_URL,
           (const char *const[]){ORIGIN, FORM, NULL}, 429, "login-error");
    expect("/app/login", "name=nobody&password=wrong",
           (const char *const[]){ORIGIN, FORM, NULL}, 403, "login-error");
}

static void adding_a_device_needs_a_recent_password(void **state)
{
    (void)state;
    char header[160];
    sign_in(header, sizeof(header));
    const char *const headers[] = {header, ORIGIN, FORM, NULL};
    expect("/app/devices/add", "", headers, 200, "id=\"pairing-qr\"");
    bench_pass(&place.wire.bench, PASSWORD_FRESH_S);
    expect("/app/devices", NULL, headers, 200, "id=\"again-password\"");
    expect("/app/devices/add", "", headers, 403, "devices-error");
    expect("/app/devices/add", "password=wrong", headers, 403, "devices-error");
    expect("/app/devices/add", "password=" PASSWORD_URL, headers, 200, "id=\"pairing-qr\"");
    expect("/app/devices/confirm", "{\"code\":\"12\"}", headers, 403, "\"tries_left\":2");
}

static void only_administrators_switch_it(void **state)
{
    (void)state;
    char header[160];

    sign_in(header, sizeof(header));
    const char *const headers[] = {header, ORIGIN, FORM, NULL};
    expect("/app/admin", NULL, headers, 403, "message");
    expect("/app/admin", "allow_qr=on", headers, 403, "message");

    portal_begin(&place.wire.bench.portal);
    store_run(&place.wire.bench.portal.store, "UPDATE users SET admin = 1", "");
    portal_end(&place.wire.bench.portal, true);

    expect("/app/admin", "", headers, 200, "data-effective=\"no\"");
    expect("/app/admin", "allow_qr=on", headers, 200, "data-effective=\"yes\"");

    bench_config(&place.wire.bench, "allow-qr", "off");
    bench_config(&place.wire.bench, "module.crm", "21.999.9");
    expect("/app/admin", NULL, headers, 200, "data-module=\"crm\" data-ok=\"no\"");
    expect("/app/admin", "allow_qr=on", headers, 409, "data-effective=\"no\"");
}

static void pages_escape_what_people_chose(void **state)
{
    (void)state;
    char header[160];
    sign_in(header, sizeof(header));
    portal_begin(&place.wire.bench.portal);
    store_run(&place.wire.bench.portal.store, "UPDATE users SET display_name = ?", "t",
              "<script>\"&'{{base}}");
    portal_end(&place.wire.bench.portal, true);
    expect("/app/", NULL, (const char *const[]){header, NULL}, 200,
           "&lt;script&gt;&quot;&amp;&#39;{{base}}");
}

static void pages_speak_two_languages_and_run_no_inline_script(void **state)
{
    (void)state;
    static const char *const paths[] = {
        "/app/login",           "/app/",    "/app/devices", "/app/admin",
        "/Q/1/KGOK5E7JHLIBC/X", "/Q/P/A/B", "/app/none"};
    char header[160], path[64];

    sign_in(header, sizeof(header));
    portal_begin(&place.wire.bench.portal);
    store_run(&place.wire.bench.portal.store, "UPDATE users SET admin = 1", "");
    portal_end(&place.wire.bench.portal, true);

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        for (int russian = 0; russian < 2; russian++) {
            struct wire_reply page = {0};
            snprintf(path, sizeof(path), "%s", paths[i]);
            const char *language =
                russian ? "Accept-Language: ru-RU,ru;q=0.9,en;q=0.5" : "Accept-Language: en";
            // The login page is for those who are not signed in.
            fetch(path, NULL, (const char *const[]){language, i > 0 ? header : NULL, NULL},
                  &page);

            assert_true(page.status == 200 || i == 6);
            assert_non_null(
                strstr(page.body.p, russian ? "<html lang=\"ru\">" : "<html lang=\"en\">"));
            assert_non_null(strstr(
                page.body.p,
                russian
                    ? "<a id=\"language-en\" href=\"?lang=en\" lang=\"en\">English</a></div>"
                    : "<a id=\"language-ru\" href=\"?lang=ru\" lang=\"ru\">Русский</a></div>"));
            assert_non_null(strstr(page.headers.p, "script-src 'self'"));
            assert_null(strstr(page.body.p, "<style"));
            assert_null(strstr(page.body.p, " style="));
            assert_null(strstr(page.body.p, " onclick"));
            assert_null(strstr(page.body.p, "<script>"));
            assert_null(strstr(page.body.p, "//fonts"));
            wire_reply_free(&page);
        }
    }
}

static void log_holds_no_secret(void **state)
{
    (void)state;
    char line[512];

    expect("/Q/P/AAAAAAAAAAAAAAAAAAAAAAAAAA/SECRETSECRETSECRETSECRETSE", NULL, NULL, 200,
           "pairing");
    expect("/app/secret?secret=secret", NULL, NULL, 404, "message");
    expect("/app/qr-login/v1/resolve?secret", "secret", NULL, 400, "malformed");

    FILE *log = fopen(place.wire.log, "r");
    assert_non_null(log);

    size_t lines = 0;
    static const char *const paths[] = {
        "\"path\":\"/Q/P/\",\"status\":200,\"code\":\"\"",
        "\"path\":\"unknown\",\"status\":404,\"code\":\"\"",
        "\"path\":\"/qr-login/v1/resolve\",\"status\":400,\"code\":\"malformed\"",
    };
    while (fgets(line, sizeof(line), log)) {
        assert_null(strstr(line, "secret"));
        assert_null(strstr(line, "SECRET"));
        assert_true(lines < 3 && strstr(line, paths[lines]));

        json_t *parsed = json_loads(line, 0, NULL);
        assert_non_null(parsed);
        json_decref(parsed);
        lines++;
    }

    assert_int_equal(lines, 3);
    fclose(log);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(challenge_cookie_is_bound_to_the_browser),
        TEST(another_browser_gets_nothing_by_the_id),
        TEST(posts_need_the_origin_and_json),
        TEST(page_keeps_its_challenge_until_it_asks_for_another),
        TEST(poll_returns_at_the_change),
        TEST(stream_pushes_every_state),
        TEST(stopping_ends_the_pages_that_wait),
        TEST(switched_off_it_is_gone_everywhere),
        TEST(device_calls_answer_in_problem_documents),
        TEST(password_signs_in_and_log_out_ends_it),
        TEST(health_is_that_of_the_store),
        TEST(new_device_and_other_browser_are_told),
        TEST(password_tries_are_limited),
        TEST(adding_a_device_needs_a_recent_password),
        TEST(only_administrators_switch_it),
        TEST(pages_escape_what_people_chose),
        TEST(pages_speak_two_languages_and_run_no_inline_script),
        TEST(log_holds_no_secret),
    };

    return cmocka_run_group_tests_name("portal server", tests, NULL, NULL);
}
