// SPDX-License-Identifier: MIT
// Where libsodium fails, the running server signs nobody in and shows no code: a request is
// answered by a status that says no, and the same request then succeeds.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/failing.h"
#include "tests/unit/failing_sodium.h"

#define ORIGIN    "Origin: https://portal.example.com"
#define JSON      "Content-Type: application/json"
#define FORM      "Content-Type: application/x-www-form-urlencoded"
#define CHALLENGE "/app/qr-login/v1/challenge"

static struct wire wire;
static struct bench_device device;
static int64_t user;

static int open_place(void **state)
{
    (void)state;
    wire_open(&wire, "qr-login");
    user = bench_user(&wire.bench, "anna", false);
    bench_pair(&wire.bench, user, &device);
    bench_config(&wire.bench, "policy.frames", "on");
    bench_config(&wire.bench, "limit.passwords", "1000");
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    wire_close(&wire);
    return 0;
}

// ---- one request -------------------------------------------------------------------------

struct wanted {
    const char *path, *body, *headers[WIRE_HEADERS];
    long status;        // once no call fails
    long refused;       // of what says no beside 500; 0: nothing does
    const char *cookie; // that the reply then sets, "name="
    unsigned needed;    // calls; what comes behind them tells by mail that it is done; 0: all
};

// Asks once for each call of libsodium, which then fails, and once more, when none does.
// Returns how many calls there are; `cookie` gets what is set at last, as a header.
static unsigned each_call_fails(const struct wanted *wanted, char *cookie, size_t room)
{
    unsigned calls = 0;
    for (unsigned call = 1;; call++) {
        CURL *client = wire_client();
        struct wire_reply reply = {0};
        struct wire_request request = {
            .path = wanted->path, .whole_path = true, .body = wanted->body};
        memcpy(request.headers, wanted->headers, sizeof(request.headers));

        failing_begin(call);
        wire_ask(&wire, client, &request, &reply);
        calls = failing_end();
        const char *set = wanted->cookie ? strstr(reply.headers.p, wanted->cookie) : NULL;
        bool well = reply.status == wanted->status;
        if (well != (call > (wanted->needed ? wanted->needed : calls)) ||
            (!well && reply.status != 500 && reply.status != wanted->refused))
            fail_msg("call %u of %u: %ld %s", call, calls, reply.status, reply.body.p);
        if (wanted->cookie)
            assert_int_equal(set != NULL, well);
        if (set)
            snprintf(cookie, room, "Cookie: %.*s", (int)strcspn(set, ";\r\n"), set);

        wire_reply_free(&reply);
        curl_easy_cleanup(client);
        if (call > calls)
            return calls;
    }
}

// ---- what browsers ask -------------------------------------------------------------------

static char page[256], session[256];

static void a_code_is_shown_whole_or_not(void **state)
{
    (void)state;
    // A count that cannot be kept is one of too many.
    const struct wanted code = {.path = CHALLENGE,
                                .body = "{}",
                                .headers = {ORIGIN, JSON},
                                .status = 201,
                                .refused = 429,
                                .cookie = "__Host-qrl="};
    assert_true(each_call_fails(&code, page, sizeof(page)) >= 20);

    // A page whose cookie cannot be judged has no code.
    const struct wanted look = {
        .path = CHALLENGE, .headers = {page}, .status = 200, .refused = 404};
    assert_true(each_call_fails(&look, NULL, 0) >= 10);
}

static void a_browser_claims_its_session_or_not(void **state)
{
    (void)state;
    struct portal_challenge challenge;
    struct statement_receipt receipt;
    struct token token;
    char cookie[128], body[64];
    bench_config(&wire.bench, "policy.frames", "off");
    bench_challenge(&wire.bench, BENCH_ADDRESS, "", &token, &challenge);
    bench_approve(&wire.bench, &device, &challenge, &receipt);

    snprintf(cookie, sizeof(cookie), "Cookie: __Host-qrl=%s", token.text);
    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", receipt.pickup_code);
    const struct wanted claim = {.path = "/app/qr-login/v1/claim",
                                 .body = body,
                                 .headers = {ORIGIN, JSON, cookie},
                                 .status = 200,
                                 .cookie = "__Host-qrs="};
    assert_true(each_call_fails(&claim, session, sizeof(session)) >= 2);

    // Who cannot be known is asked to sign in.
    const struct wanted devices = {
        .path = "/app/devices", .headers = {session}, .status = 200, .refused = 303};
    assert_true(each_call_fails(&devices, NULL, 0) >= 1);
}

static void a_password_that_cannot_be_judged_signs_nobody_in(void **state)
{
    (void)state;
    char hash[USER_HASH_MAX];
    assert_true(users_hash_password("correct horse", hash));
    portal_begin(&wire.bench.portal);
    users_set_password_hash(&wire.bench.portal.store, user, hash);
    assert_true(portal_end(&wire.bench.portal, true));

    const struct wanted login = {.path = "/app/login",
                                 .body = "name=anna&password=correct+horse",
                                 .headers = {ORIGIN, FORM},
                                 .status = 303,
                                 .cookie = "__Host-qrs=",
                                 .needed = 2};
    assert_true(each_call_fails(&login, session, sizeof(session)) >= 2);

    const struct wanted add = {.path = "/app/devices/add",
                               .body = "password=correct+horse",
                               .headers = {ORIGIN, FORM, session},
                               .status = 200,
                               .refused = 303};
    assert_true(each_call_fails(&add, NULL, 0) >= 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_code_is_shown_whole_or_not),
        TEST(a_browser_claims_its_session_or_not),
        TEST(a_password_that_cannot_be_judged_signs_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
