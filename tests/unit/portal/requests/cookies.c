// SPDX-License-Identifier: MIT
// What a browser brings may have been planted in it: no cookie of the portal is ever adopted.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/sessions.h"

#define ORIGIN  "Origin: https://portal.example.com"
#define JSON    "Content-Type: application/json"
#define FORM    "Content-Type: application/x-www-form-urlencoded"
#define PLANTED "cGxhbnRlZC1wbGFudGVkLXBsYW50ZWQtcGxhbnRlZC0"

struct place {
    struct wire wire;
    int64_t user;
    struct bench_device device;
    CURL *browser;
};

static struct place place;

static int open_mode(const char *mode)
{
    wire_open(&place.wire, mode);
    place.user = bench_user(&place.wire.bench, "anna", false);
    if (strcmp(mode, "qr-login") == 0)
        bench_pair(&place.wire.bench, place.user, &place.device);
    place.browser = wire_client();
    return 0;
}

static int open_place(void **state)
{
    (void)state;
    return open_mode("qr-login");
}

static int open_box(void **state)
{
    (void)state;
    return open_mode("bitrix24");
}

static int close_place(void **state)
{
    (void)state;
    curl_easy_cleanup(place.browser);
    wire_close(&place.wire);
    return 0;
}

static void plant(CURL *browser, const char *name, const char *value)
{
    char line[256];
    snprintf(line, sizeof(line), "portal.example.com\tFALSE\t/\tTRUE\t0\t%s\t%s", name, value);
    assert_int_equal(curl_easy_setopt(browser, CURLOPT_COOKIELIST, line), CURLE_OK);
}

// The value that the browser holds; "" where it holds none.
static void held(CURL *browser, const char *name, char out[static COOKIE_VALUE_MAX + 1])
{
    struct curl_slist *cookies = NULL;
    char wanted[64];
    out[0] = '\0';
    snprintf(wanted, sizeof(wanted), "\t%s\t", name);
    assert_int_equal(curl_easy_getinfo(browser, CURLINFO_COOKIELIST, &cookies), CURLE_OK);
    for (const struct curl_slist *at = cookies; at; at = at->next) {
        const char *found = strstr(at->data, wanted);
        if (found)
            snprintf(out, COOKIE_VALUE_MAX + 1, "%s", found + strlen(wanted));
    }
    curl_slist_free_all(cookies);
}

static void post(CURL *browser, const char *path, const char *type, const char *body,
                 const char *agent, long status)
{
    struct wire_reply reply;
    const struct wire_request request = {
        .path = path, .body = body, .headers = {ORIGIN, type, agent}};
    wire_ask(&place.wire, browser, &request, &reply);
    if (reply.status != status)
        fail_msg("%s: %ld, expected %ld: %s", path, reply.status, status, reply.body.p);
    wire_reply_free(&reply);
}

// The challenge that the browser's cookie stands for.
static void challenge_of(CURL *browser, struct portal_challenge *out)
{
    char cookie[COOKIE_VALUE_MAX + 1];
    held(browser, "__Host-qrl", cookie);
    portal_begin(&place.wire.bench.portal);
    assert_true(challenges_by_cookie(&place.wire.bench.portal, cookie, out));
    portal_end(&place.wire.bench.portal, true);
}

// Opens a page and lets anna approve it; true if the digits are asked.
static bool approve(CURL *browser, struct statement_receipt *receipt)
{
    struct portal_challenge challenge;
    post(browser, "/qr-login/v1/challenge", JSON, "{\"new\":true}", NULL, 201);
    challenge_of(browser, &challenge);
    bench_approve(&place.wire.bench, &place.device, &challenge, receipt);
    return receipt->result == RECEIPT_PICKUP_CODE;
}

static void sign_in(CURL *browser)
{
    struct statement_receipt receipt;
    char body[64];
    assert_true(approve(browser, &receipt));
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", receipt.pickup_code);
    post(browser, "/qr-login/v1/claim", JSON, body, NULL, 200);
}

static bool asked_for_digits(CURL *browser)
{
    struct statement_receipt receipt;
    return approve(browser, &receipt);
}

static void planted_mark_is_not_taken(void **state)
{
    (void)state;
    char mark[COOKIE_VALUE_MAX + 1];
    CURL *attacker = wire_client();
    plant(place.browser, "__Host-qrk", PLANTED);
    plant(attacker, "__Host-qrk", PLANTED);
    sign_in(place.browser);
    post(place.browser, "/devices/mark", FORM, "mark=on", NULL, 303);
    held(place.browser, "__Host-qrk", mark);
    assert_int_equal(strlen(mark), TOKEN_TEXT);
    assert_string_not_equal(mark, PLANTED);

    assert_false(asked_for_digits(place.browser));
    assert_true(asked_for_digits(attacker));
    curl_easy_cleanup(attacker);
}

static void removing_a_mark_clears_store_and_cookie(void **state)
{
    (void)state;
    char mark[COOKIE_VALUE_MAX + 1], id[2 * TOKEN_HASH_SIZE + 1], body[128];
    uint8_t hash[TOKEN_HASH_SIZE];
    CURL *copy = wire_client();
    sign_in(place.browser);
    post(place.browser, "/devices/mark", FORM, "mark=on", NULL, 303);
    held(place.browser, "__Host-qrk", mark);
    plant(copy, "__Host-qrk", mark);
    assert_true(token_hash(mark, hash));
    sodium_bin2hex(id, sizeof(id), hash, sizeof(hash));

    snprintf(body, sizeof(body), "mark=%064d", 0); // another mark: this browser keeps its own
    post(place.browser, "/devices/unmark", FORM, body, NULL, 303);
    held(place.browser, "__Host-qrk", mark);
    assert_true(mark[0]);
    snprintf(body, sizeof(body), "mark=%s", id);
    post(place.browser, "/devices/unmark", FORM, body, NULL, 303);
    held(place.browser, "__Host-qrk", mark);
    assert_string_equal(mark, "");
    assert_int_equal(bench_number(&place.wire.bench, "SELECT count(*) FROM marks"), 0);
    assert_true(asked_for_digits(copy));
    curl_easy_cleanup(copy);
}

static void planted_challenge_is_not_continued(void **state)
{
    (void)state;
    char theirs[COOKIE_VALUE_MAX + 1], own[COOKIE_VALUE_MAX + 1];
    struct portal_challenge challenge;
    CURL *attacker = wire_client();
    const char *agent = "User-Agent: Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/133.0";
    post(attacker, "/qr-login/v1/challenge", JSON, "{}", agent, 201);
    held(attacker, "__Host-qrl", theirs);
    challenge_of(attacker, &challenge);

    plant(place.browser, "__Host-qrl", PLANTED); // never given out
    post(place.browser, "/qr-login/v1/challenge", JSON, "{}", NULL, 201);
    held(place.browser, "__Host-qrl", own);
    assert_string_not_equal(own, PLANTED);
    plant(place.browser, "__Host-qrl", theirs); // given to another browser
    post(place.browser, "/qr-login/v1/challenge", JSON, "{}", NULL, 201);
    held(place.browser, "__Host-qrl", own);
    assert_string_not_equal(own, theirs);
    assert_int_equal(bench_state(&place.wire.bench, &challenge), CHALLENGE_CREATED);
    curl_easy_cleanup(attacker);
}

static void sign_in_gives_a_session_of_its_own_and_ends_the_old(void **state)
{
    (void)state;
    char first[COOKIE_VALUE_MAX + 1], second[COOKIE_VALUE_MAX + 1];
    plant(place.browser, "__Host-qrs", PLANTED);
    sign_in(place.browser);
    held(place.browser, "__Host-qrs", first);
    assert_string_not_equal(first, PLANTED);

    sign_in(place.browser); // somebody else's session would stay alive beside it
    held(place.browser, "__Host-qrs", second);
    assert_string_not_equal(second, first);
    assert_int_equal(
        bench_number(&place.wire.bench, "SELECT count(*) FROM sessions WHERE how = 'qr'"), 1);
}

static void two_step_gives_an_id_of_its_own(void **state)
{
    (void)state;
    char pending[COOKIE_VALUE_MAX + 1];
    plant(place.browser, "__Host-qrp", PLANTED);
    portal_begin(&place.wire.bench.portal);
    store_run(&place.wire.bench.portal.store, "UPDATE users SET otp_secret = zeroblob(20)", "");
    assert_true(portal_end(&place.wire.bench.portal, true));
    sign_in(place.browser);
    held(place.browser, "__Host-qrp", pending);
    assert_int_equal(strlen(pending), TOKEN_TEXT);
    assert_string_not_equal(pending, PLANTED);
}

// A box has one cookie for guests, those who owe a code, and those who are signed in.
static void box_takes_no_session_that_it_did_not_give(void **state)
{
    (void)state;
    char guest[COOKIE_VALUE_MAX + 1];
    struct wire_reply reply;
    plant(place.browser, "PHPSESSID", PLANTED);
    wire_ask(&place.wire, place.browser, &(struct wire_request){.path = "/auth/"}, &reply);
    held(place.browser, "PHPSESSID", guest);
    assert_true(guest[0]);
    assert_string_not_equal(guest, PLANTED);
    wire_reply_free(&reply);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)
#define BOX(name)  cmocka_unit_test_setup_teardown(name, open_box, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(planted_mark_is_not_taken),
        TEST(removing_a_mark_clears_store_and_cookie),
        TEST(planted_challenge_is_not_continued),
        TEST(sign_in_gives_a_session_of_its_own_and_ends_the_old),
        TEST(two_step_gives_an_id_of_its_own),
        BOX(box_takes_no_session_that_it_did_not_give),
    };
    return cmocka_run_group_tests_name("portal cookies", tests, NULL, NULL);
}
