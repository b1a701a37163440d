// SPDX-License-Identifier: MIT
// Addresses as people type, copy and say them, put into the one form of the protocol.

#include "net/protocol/typed_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void addresses_come_into_normal_form(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *origin;
    } good[] = {
        {"portal.example.com", "https://portal.example.com"},
        {"HTTPS://Portal.Example.COM/", "https://portal.example.com"},
        {" \t https://portal.example.com \r\n", "https://portal.example.com"},
        {"\xc2\xa0https://portal.example.com\xe2\x80\x8b\xef\xbb\xbf",
         "https://portal.example.com"},
        {"https://portal.example.com.", "https://portal.example.com"},
        {"https://portal.example.com.:443//", "https://portal.example.com"},
        {"https://portal.example.com:8443/a?b#c", "https://portal.example.com:8443"},
        {"https://portal.example.com:", "https://portal.example.com"},
        {"HTTP://LocalHost:80/", "http://localhost"},
        {"https://[2001:DB8:0:0::1]:443/", "https://[2001:db8::1]"},
        {"https://192.0.2.7:8443", "https://192.0.2.7:8443"},
        {"https://портал.рф", "https://xn--80awhdgm.xn--p1ai"},
        {"ПОРТАЛ.РФ.", "https://xn--80awhdgm.xn--p1ai"},
        {"https://портал。рф:8443/x", "https://xn--80awhdgm.xn--p1ai:8443"},
        {"https://XN--80AWHDGM.xn--p1ai", "https://xn--80awhdgm.xn--p1ai"},
        {"https://straße.example", "https://xn--strae-oqa.example"},
        {"https://bu\xcc\x88"
         "cher.example",
         "https://xn--bcher-kva.example"}, // not composed
        {"https://ｐｏｒｔａｌ.example", "https://portal.example"},
        {"https://例え.テスト", "https://xn--r8jz45g.xn--zckzah"},
    };

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct typed_address address;
        struct fault fault = {0};
        if (!typed_address_read(good[i].typed, &address, &fault))
            fail_msg("%s: %s (%s)", good[i].typed, failure_code(fault.failure), fault.detail);
        assert_string_equal(address.origin.text, good[i].origin);
        assert_true(origin_is_normal(span_str(address.origin.text)));
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *code;
    } bad[] = {
        {"", "address.form"},
        {"   ", "address.form"},
        {"https://", "address.form"},
        {"https:///path", "address.form"},
        {"ftp://portal.example.com", "address.form"},
        {"http://portal.example.com", "address.plain"},
        {"http://портал.рф", "address.plain"},
        {"portal example.com", "address.host"},
        {"https://anna:x@portal.example.com", "address.host"},
        {"https://por_tal.example.com", "address.host"},
        {"https://-portal.example.com", "address.host"},
        {"https://portal..example.com", "address.host"},
        {"https://.", "address.host"},
        {"https://пор тал.рф", "address.host"},
        {"https://пор\xe3\x80\x80тал.рф", "address.host"}, // a wide space
        {"https://портал\xef\xbc\x8f.рф", "address.host"}, // a wide slash
        {"https://пор\xff.рф", "address.host"},
        {"https://портал\\.рф", "address.host"},
        {"https://[2001:db8::1", "address.host"},
        {"https://[::g]", "address.host"},
        {"https://1.2.3", "address.host"},
        {"https://абвгдеёжзийклмнопрстуфхцчшщъыьэюяабвгдеёжзийклмнопрстуфхцчшщъыьэюя.рф",
         "address.host"},
        {"https://portal.example.com:0", "address.port"},
        {"https://portal.example.com:65536", "address.port"},
        {"https://portal.example.com:84a3", "address.port"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct typed_address address;
        struct fault fault = {0};
        if (typed_address_read(bad[i].typed, &address, &fault))
            fail_msg("%s: taken as %s", bad[i].typed, address.origin.text);
        if (strcmp(failure_code(fault.failure), bad[i].code) != 0)
            fail_msg("%s: %s", bad[i].typed, failure_code(fault.failure));
        assert_int_equal(failure_exit(fault.failure), EXIT_CODE_USAGE);
    }
}

static void a_base_url_keeps_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *url; // or the failure's code
    } cases[] = {
        {"https://Портал.рф:443/App/", "https://xn--80awhdgm.xn--p1ai/App"},
        {" HTTPS://PORTAL.example.com/ ", "https://portal.example.com"},
        {"https://portal.example.com/a/b///", "https://portal.example.com/a/b"},
        {"https://portal.example.com/a/../b", "address.path"},
        {"https://portal.example.com/a?b", "address.path"},
        {"https://portal.example.com/a b", "address.path"},
        {"https://portal.example.com/путь", "address.path"},
        {"https://портал_.рф/a", "address.host"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char url[BASE_URL_MAX + 1];
        struct fault fault = {0};
        bool taken = typed_address_base_url(cases[i].typed, url, &fault);
        assert_string_equal(taken ? url : failure_code(fault.failure), cases[i].url);
    }
}

// No byte of a hostile text leads out of it; a copy of just its size, for a sanitizer to see.
static void no_cut_text_leads_astray(void **state)
{
    (void)state;
    static const char whole[] = "  https://[::1]@Порт:443.рф.:84/a/\xf0\x9f\x98\x80/?#  ";

    for (size_t from = 0; from < sizeof(whole); from++) {
        for (size_t to = from; to < sizeof(whole); to++) {
            char *copy = strndup(whole + from, to - from);
            struct typed_address address;
            struct fault fault;
            assert_non_null(copy);
            if (typed_address_read(copy, &address, &fault))
                assert_true(origin_is_normal(span_str(address.origin.text)));
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_come_into_normal_form),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_base_url_keeps_its_path),
        cmocka_unit_test(no_cut_text_leads_astray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
