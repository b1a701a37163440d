// SPDX-License-Identifier: MIT
// What people with bad intentions ask over TLS, and what they are told.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#define ORIGIN       "Origin: https://portal.example.com"
#define JSON         "Content-Type: application/json"
#define FORM         "Content-Type: application/x-www-form-urlencoded"
#define PASSWORD     "correct horse"
#define PASSWORD_URL "correct+horse"
#define CLAIM        "/qr-login/v1/claim"
#define ELSEWHERE    "https://elsewhere.example"
#define ATTEMPT      "0123456789abcdef0123456789abcdef"
#define HOME         "Location: https://portal.example.com/app/"

static struct {
    struct wire wire;
    int64_t user;
    struct bench_device device;
    CURL *browser;
} place;

static int open_place(void **state)
{
    (void)state;
    wire_open(&place.wire, "qr-login");
    place.user = bench_user(&place.wire.bench, "anna", false);
    bench_pair(&place.wire.bench, place.user, &place.device);
    portal_begin(&place.wire.bench.portal);
    store_run(&place.wire.bench.portal.store, "DELETE FROM sessions", ""); // of the pairing
    assert_true(portal_end(&place.wire.bench.portal, true));
    place.browser = wire_client();
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    curl_easy_cleanup(place.browser);
    wire_close(&place.wire);
    return 0;
}

// NULL as the body: a GET.
static void ask(CURL *browser, const char *path, const char *type, const char *body,
                struct wire_reply *out)
{
    const struct wire_request request = {.path = path, .body = body, .headers = {ORIGIN, type}};
    wire_ask(&place.wire, browser, &request, out);
}

static void expect(CURL *browser, const char *path, const char *type, const char *body,
                   long status, const char *part)
{
    struct wire_reply reply;
    ask(browser, path, type, body, &reply);
    if (reply.status != status || !strstr(reply.body.p, part))
        fail_msg("%s: %ld %s; expected %ld %s", path, reply.status, reply.body.p, status, part);
    wire_reply_free(&reply);
}

static int64_t sessions(void)
{
    return bench_number(&place.wire.bench, "SELECT count(*) FROM sessions WHERE how = 'qr'");
}

// The page that this browser shows.
static void challenge_of(CURL *browser, struct portal_challenge *out)
{
    char cookie[COOKIE_VALUE_MAX + 1] = "";
    struct curl_slist *cookies = NULL;
    assert_int_equal(curl_easy_getinfo(browser, CURLINFO_COOKIELIST, &cookies), CURLE_OK);
    for (const struct curl_slist *at = cookies; at; at = at->next) {
        const char *found = strstr(at->data, "\t__Host-qrl\t");
        if (found)
            snprintf(cookie, sizeof(cookie), "%s", found + strlen("\t__Host-qrl\t"));
    }
    curl_slist_free_all(cookies);

    portal_begin(&place.wire.bench.portal);
    assert_true(challenges_by_cookie(&place.wire.bench.portal, cookie, out));
    assert_true(portal_end(&place.wire.bench.portal, true));
}

static void new_page(CURL *browser, struct portal_challenge *out)
{
    expect(browser, "/qr-login/v1/challenge", JSON, "{\"new\":true}", 201, "\"waiting\"");
    challenge_of(browser, out);
}

// Signs in by QR; `claim` is the body that did it.
static void sign_in(CURL *browser, char *claim, size_t size)
{
    struct portal_challenge challenge;
    struct statement_receipt receipt;
    new_page(browser, &challenge);
    bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
    snprintf(claim, size, "{\"code\":\"%s\",\"attempt\":\"" ATTEMPT "\"}", receipt.pickup_code);
    expect(browser, CLAIM, JSON, claim, 200, "{\"next\":\"done\"}");
}

static void set_password(void)
{
    char hash[USER_HASH_MAX];
    assert_true(users_hash_password(PASSWORD, hash));
    portal_begin(&place.wire.bench.portal);
    users_set_password_hash(&place.wire.bench.portal.store, place.user, hash);
    assert_true(portal_end(&place.wire.bench.portal, true));
}

// Whoever sits down at the browser afterwards gets nothing by what it still has, the attempt
// that may be repeated included.
static void claim_after_logout_gives_nothing(void **state)
{
    (void)state;
    char claim[128];
    sign_in(place.browser, claim, sizeof(claim));
    assert_int_equal(sessions(), 1);
    expect(place.browser, "/logout", FORM, "", 303, "");
    assert_int_equal(sessions(), 0);

    expect(place.browser, CLAIM, JSON, claim, 409, "challenge-claimed");
    expect(place.browser, CLAIM, JSON, "{}", 409, "challenge-claimed");
    assert_int_equal(sessions(), 0);
    expect(place.browser, "/devices", FORM, NULL, 303, "");
}

// Names by which others let the caller choose where a sign-in ends.
static const char *const redirects[] = {"next",   "redirect", "redirect_uri", "return_url",
                                        "return", "backurl",  "url",          "continue"};

static void expect_own_location(const char *path, const char *body)
{
    struct wire_reply reply;
    ask(place.browser, path, FORM, body, &reply);
    if (reply.status == 303 && !strstr(reply.headers.p, HOME))
        fail_msg("%s leads elsewhere: %s", path, reply.headers.p);
    assert_true(reply.status == 303 || reply.status == 200);
    assert_null(strstr(reply.headers.p, ELSEWHERE));
    assert_null(strstr(reply.body.p, ELSEWHERE));
    wire_reply_free(&reply);
}

static void nobody_chooses_where_a_sign_in_ends(void **state)
{
    (void)state;
    set_password();
    for (size_t i = 0; i < sizeof(redirects) / sizeof(redirects[0]); i++) {
        char path[128], body[256];
        struct portal_challenge challenge;
        struct statement_receipt receipt;
        const char *name = redirects[i];

        snprintf(path, sizeof(path), "/login?%s=" ELSEWHERE "/", name);
        expect_own_location(path, NULL);
        snprintf(body, sizeof(body),
                 "%s=" ELSEWHERE "/&name=anna&password=" PASSWORD_URL "&%s=" ELSEWHERE "/",
                 name, name);
        expect_own_location(path, body);
        expect_own_location(path, NULL); // it is signed in now
        snprintf(path, sizeof(path), "/logout?%s=" ELSEWHERE "/", name);
        snprintf(body, sizeof(body), "%s=" ELSEWHERE "/", name);
        expect_own_location(path, body);

        new_page(place.browser, &challenge);
        bench_approve(&place.wire.bench, &place.device, &challenge, &receipt);
        snprintf(path, sizeof(path), CLAIM "?%s=" ELSEWHERE "/", name);
        snprintf(body, sizeof(body), "{\"code\":\"%s\",\"%s\":\"" ELSEWHERE "/\"}",
                 receipt.pickup_code, name);
        struct wire_reply reply;
        ask(place.browser, path, JSON, body, &reply);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.body.p, "{\"next\":\"done\"}");
        assert_null(strstr(reply.headers.p, "Location:"));
        wire_reply_free(&reply);
    }
}

// Posts this resolve, signed by `secret_key`. What comes back must not tell of the page.
static void expect_nothing_told(const struct statement_resolve *resolve,
                                const uint8_t *secret_key, const char *code)
{
    struct statement_body body;
    struct envelope_text envelope;
    struct wire_reply reply;
    CURL *device = wire_client();
    assert_int_equal(statement_encode(MESSAGE_RESOLVE, resolve, &body), VERDICT_OK);
    assert_true(
        envelope_seal(MESSAGE_RESOLVE, statement_span(&body), &secret_key, 1, &envelope));
    ask(device, "/qr-login/v1/resolve", JSON, envelope.text, &reply);

    assert_true(reply.status >= 400);
    if (!strstr(reply.body.p, code))
        fail_msg("expected %s: %s", code, reply.body.p);
    static const char *const secrets[] = {"anna", "127.0.0.1", "Firefox", "Windows", NULL};
    for (size_t i = 0; secrets[i]; i++) {
        assert_null(strstr(reply.body.p, secrets[i]));
        assert_null(strstr(reply.headers.p, secrets[i]));
    }
    assert_null(strstr(reply.body.p, place.device.account_id));
    // Nor anything of ours that is signed: a context would be.
    assert_null(strstr(reply.body.p, "payload"));
    wire_reply_free(&reply);
    curl_easy_cleanup(device);
}

static void refused_resolves_tell_nothing_of_the_page(void **state)
{
    (void)state;
    struct bench_device other, unpaired = place.device;
    struct portal_challenge challenge;
    struct statement_resolve resolve;
    struct bench *bench = &place.wire.bench;
    uint8_t hash[HASH_SIZE];
    curl_easy_setopt(place.browser, CURLOPT_USERAGENT,
                     "Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/133.0");
    bench_pair(bench, bench_user(bench, "boris", false), &other);
    new_page(place.browser, &challenge);
    assert_string_equal(challenge.address, BENCH_ADDRESS);

    // A key that nobody paired, and one of another device than it says.
    bench_new_key(&unpaired);
    bench_resolve(bench, &unpaired, &challenge, &resolve);
    expect_nothing_told(&resolve, unpaired.secret_key, "unknown-device");
    bench_resolve(bench, &place.device, &challenge, &resolve);
    expect_nothing_told(&resolve, other.secret_key, "statement-mismatch");

    assert_int_equal(bench_do_resolve(bench, &place.device, &challenge, hash), OUTCOME_OK);
    bench_resolve(bench, &other, &challenge, &resolve);
    expect_nothing_told(&resolve, other.secret_key, "challenge-taken");

    new_page(place.browser, &challenge);
    bench_pass(bench, 121);
    bench_resolve(bench, &place.device, &challenge, &resolve);
    expect_nothing_told(&resolve, place.device.secret_key, "challenge-expired");

    expect(place.browser, "/qr-login/v1/resolve", JSON, "{\"payload\":\"\"}", 400, "malformed");
}

// The identities of the sessions that a page lists besides its own.
static size_t listed(CURL *browser, char ids[][2 * TOKEN_HASH_SIZE + 1], size_t room)
{
    static const char mark[] = "name=\"session\" value=\"";
    struct wire_reply reply;
    size_t count = 0;
    ask(browser, "/devices", FORM, NULL, &reply);
    assert_int_equal(reply.status, 200);

    for (const char *at = strstr(reply.body.p, mark); at; at = strstr(at, mark)) {
        at += strlen(mark);
        assert_true(count < room);
        snprintf(ids[count++], 2 * TOKEN_HASH_SIZE + 1, "%s", at);
    }
    wire_reply_free(&reply);
    return count;
}

static void sessions_of_a_device_are_listed_and_ended_one_by_one(void **state)
{
    (void)state;
    char claim[128], ids[4][2 * TOKEN_HASH_SIZE + 1], body[128];
    CURL *second = wire_client(), *third = wire_client(), *stranger = wire_client();
    sign_in(place.browser, claim, sizeof(claim));
    sign_in(second, claim, sizeof(claim));
    sign_in(third, claim, sizeof(claim));
    assert_int_equal(listed(place.browser, ids, 4), 2);

    // Somebody else's list has them not, and his form does not end them.
    struct bench_device own = place.device;
    bench_pair(&place.wire.bench, bench_user(&place.wire.bench, "boris", false), &place.device);
    sign_in(stranger, claim, sizeof(claim));
    place.device = own;
    snprintf(body, sizeof(body), "session=%s", ids[0]);
    expect(stranger, "/devices/end", FORM, body, 303, "");
    assert_int_equal(sessions(), 4);

    expect(place.browser, "/devices/end", FORM, body, 303, "");
    assert_int_equal(sessions(), 3);
    assert_int_equal(listed(place.browser, ids, 4), 1);
    snprintf(body, sizeof(body), "session=%s", ids[0]);
    expect(place.browser, "/devices/end", FORM, body, 303, "");
    expect(second, "/devices", FORM, NULL, 303, "");
    expect(third, "/devices", FORM, NULL, 303, "");
    expect(place.browser, "/devices", FORM, NULL, 200, "id=\"sessions\"");
    assert_int_equal(listed(place.browser, ids, 4), 0);

    curl_easy_cleanup(second);
    curl_easy_cleanup(third);
    curl_easy_cleanup(stranger);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(claim_after_logout_gives_nothing),
        TEST(nobody_chooses_where_a_sign_in_ends),
        TEST(refused_resolves_tell_nothing_of_the_page),
        TEST(sessions_of_a_device_are_listed_and_ended_one_by_one),
    };
    return cmocka_run_group_tests_name("portal attackers", tests, NULL, NULL);
}
