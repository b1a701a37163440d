// SPDX-License-Identifier: MIT
// What protects a page on its way: versions of TLS, and the headers of every reply.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "portal/base/address.h"

static struct wire wire;

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

static long status_with(long version, const char *ciphers)
{
    struct wire_reply reply;
    CURL *client = wire_client();
    curl_easy_setopt(client, CURLOPT_SSLVERSION, version);
    curl_easy_setopt(client, CURLOPT_SSL_CIPHER_LIST, ciphers);
    wire_ask(&wire, client, &(struct wire_request){.path = "/login"}, &reply);
    long status = reply.status;
    wire_reply_free(&reply);
    curl_easy_cleanup(client);
    return status;
}

// The client would take the old versions: its level of security is set to nought.
static void old_versions_of_tls_are_refused(void **state)
{
    (void)state;
    const char *all = "ALL:@SECLEVEL=0";
    assert_int_equal(status_with(CURL_SSLVERSION_TLSv1_3 | CURL_SSLVERSION_MAX_TLSv1_3, all),
                     200);
    assert_int_equal(status_with(CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2, all),
                     200);
    assert_int_equal(status_with(CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1, all),
                     -1);
    assert_int_equal(status_with(CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_0, all),
                     -1);
    const long only = CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2;
    assert_int_equal(status_with(only, "ECDHE-ECDSA-AES128-GCM-SHA256"), 200);
    assert_int_equal(status_with(only, "ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0"), -1); // CBC
}

static void every_reply_has_the_headers(void **state)
{
    (void)state;
    static const char *const paths[] = {"/login", "/", "/nothing", "/assets/login.js",
                                        "/qr-login/v1/challenge"};
    static const char *const headers[] = {
        "Strict-Transport-Security: max-age=31536000\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "Content-Security-Policy: default-src 'none'; script-src 'self'",
        "frame-ancestors 'none'",
        "Referrer-Policy: ",
        "Cross-Origin-Opener-Policy: same-origin\r\n",
        "Cross-Origin-Resource-Policy: same-origin\r\n",
    };

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct wire_reply reply;
        CURL *client = wire_client();
        wire_ask(&wire, client, &(struct wire_request){.path = paths[i]}, &reply);

        for (size_t j = 0; j < sizeof(headers) / sizeof(headers[0]); j++) {
            if (!strstr(reply.headers.p, headers[j]))
                fail_msg("%s lacks %s: %s", paths[i], headers[j], reply.headers.p);
        }

        wire_reply_free(&reply);
        curl_easy_cleanup(client);
    }
}

static void names_of_this_computer_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *origin;
        bool loopback;
    } cases[] = {
        {"https://localhost:8443", true},      {"https://localhost", true},
        {"https://portal.localhost", true},    {"https://127.0.0.1:8443", true},
        {"https://127.1.2.3", true},           {"https://[::1]:8443", true},
        {"https://portal.example.com", false}, {"https://localhost.example.com", false},
        {"https://notlocalhost", false},       {"https://128.0.0.1", false},
        {"https://[2001:db8::1]", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(origin_is_loopback(cases[i].origin), cases[i].loopback);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_wire, close_wire)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(old_versions_of_tls_are_refused),
        TEST(every_reply_has_the_headers),
        cmocka_unit_test(names_of_this_computer_are_known),
    };
    return cmocka_run_group_tests_name("portal transport", tests, NULL, NULL);
}
