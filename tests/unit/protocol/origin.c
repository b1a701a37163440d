// SPDX-License-Identifier: MIT
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/origin.h"

static const char *word(enum origin_verdict verdict)
{
    static const char *const words[] = {
        [ORIGIN_OK] = "ok",          [ORIGIN_FORM] = "base URL",
        [ORIGIN_HOST] = "host",      [ORIGIN_NOT_LOOPBACK] = "http is for loopback only",
        [ORIGIN_PORT] = "port",      [ORIGIN_NOT_NORMAL] = "origin not in normal form",
        [ORIGIN_PATH] = "base path",
    };
    return words[verdict];
}

static void base_urls_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("base_url"), i, row)
    {
        struct span url = vector_text_span(row, "url");
        size_t origin_size = 0;
        enum origin_verdict verdict = base_url_check(url, &origin_size);
        const char *expected = json_object_get(row, "bad") ? vector_text(row, "bad") : "ok";
        if (strcmp(word(verdict), expected) != 0)
            fail_msg("%s: '%s', not '%s'", vector_text(row, "url"), word(verdict), expected);

        if (verdict != ORIGIN_OK)
            continue;

        assert_span_equal(span_of(url.p, origin_size), vector_text_span(row, "origin"),
                          "origin");
        assert_span_equal(span_of(url.p + origin_size, url.n - origin_size),
                          vector_text_span(row, "path"), "path");
        assert_true(origin_is_normal(span_of(url.p, origin_size)));
    }

    assert_int_equal(i, 24);
}

static enum origin_verdict check(const char *text)
{
    return origin_check(span_str(text));
}

static void ipv6_is_written_as_rfc5952(void **state)
{
    (void)state;
    static const char *const good[] = {"https://[::]",
                                       "http://[::1]",
                                       "https://[1::]",
                                       "https://[2001:db8::1]",
                                       "https://[1:2:3:4:5:6:7:8]",
                                       "https://[1:0:3:4:5:6:7:8]", // one zero group is no run
                                       "https://[1:0:0:4::8]",
                                       "https://[1::4:0:0:8:9]",
                                       "https://[::ffff:192.0.2.1]",
                                       "https://[::102:304]",
                                       "https://[64:ff9b::102:304]",
                                       "https://[fe80::1]:8443",
                                       "https://[1:2:3:4:5:6::]",
                                       "https://[::3:4:5:6:7:8]"};
    static const char *const bad[] = {
        "https://[1:0:0:4:0:0:0:8]", "https://[1:0:0:4:5::8]",
        // the longest run, and of equals the first
        "https://[1::4:0:0:0:8]", "https://[1:0:0:4::7:8]", "https://[1:2:3::5:6:7:8]",
        "https://[::0]", "https://[01::]", "https://[A::]", "https://[::1.2.3.4]",
        "https://[::ffff:102:304]", "https://[1::2::3]", "https://[]", "https://[::1",
        "https://::1", "https://[fe80::1%25eth0]", "https://[127.0.0.1]", "https://[::1]x",
        "https://[::1]]", "https://[1:2:3:4:5:6:7:8:9]"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (check(good[i]) != ORIGIN_OK)
            fail_msg("%s", good[i]);
    }

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (check(bad[i]) == ORIGIN_OK)
            fail_msg("%s", bad[i]);
    }
}

static void names_have_labels_of_1_to_63_and_253_in_all(void **state)
{
    (void)state;
    char text[400];
    char label[65];
    memset(label, 'a', 64);
    label[64] = '\0';

    snprintf(text, sizeof(text), "https://%.63s", label);
    assert_int_equal(check(text), ORIGIN_OK);
    snprintf(text, sizeof(text), "https://%.64s", label);
    assert_int_equal(check(text), ORIGIN_HOST);

    snprintf(text, sizeof(text), "https://%.63s.%.63s.%.63s.%.61s:65535", label, label, label,
             label);
    assert_int_equal(strlen(text), ORIGIN_MAX);
    assert_int_equal(check(text), ORIGIN_OK);
    snprintf(text, sizeof(text), "https://%.63s.%.63s.%.63s.%.62s", label, label, label, label);
    assert_int_equal(check(text), ORIGIN_HOST);

    assert_int_equal(check("https://a-"), ORIGIN_HOST);
    assert_int_equal(check("https://-a"), ORIGIN_HOST);
    assert_int_equal(check("https://a.b."), ORIGIN_HOST);
    assert_int_equal(check("https://.a"), ORIGIN_HOST);
}

static void addresses_that_readers_of_urls_take_for_numbers(void **state)
{
    (void)state;
    assert_int_equal(check("https://1.2.3.4"), ORIGIN_OK);
    assert_int_equal(check("https://1.2.3.4.5"), ORIGIN_HOST);
    assert_int_equal(check("https://01.2.3.4"), ORIGIN_HOST);
    assert_int_equal(check("https://1.2.3.256"), ORIGIN_HOST);
    assert_int_equal(check("https://2130706433"), ORIGIN_HOST);
    assert_int_equal(check("https://a.0x"), ORIGIN_HOST);
    assert_int_equal(check("https://1.2.3.a4"), ORIGIN_OK);
}

static void ports(void **state)
{
    (void)state;
    assert_int_equal(check("https://a:1"), ORIGIN_OK);
    assert_int_equal(check("https://a:65535"), ORIGIN_OK);
    assert_int_equal(check("https://a:65536"), ORIGIN_PORT);
    assert_int_equal(check("https://a:100000"), ORIGIN_PORT);
    assert_int_equal(check("https://a:0"), ORIGIN_PORT);
    assert_int_equal(check("https://a:080"), ORIGIN_PORT);
    assert_int_equal(check("https://a:443"), ORIGIN_NOT_NORMAL);
    assert_int_equal(check("https://a:80"), ORIGIN_OK);
    assert_int_equal(check("http://localhost:80"), ORIGIN_NOT_NORMAL);
    assert_int_equal(check("http://localhost:443"), ORIGIN_OK);
    assert_int_equal(check("https://a:"), ORIGIN_HOST);
    assert_int_equal(check("https://a:8x"), ORIGIN_HOST);
    assert_int_equal(check("https://a:1:2"), ORIGIN_HOST);
}

static void other_schemes_and_shapes(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "https://",
                                      "https:/a",
                                      "HTTPS://a",
                                      "ftp://a",
                                      "https://a/",
                                      "//a",
                                      "https:///a",
                                      "https://a b",
                                      "https://a\\b",
                                      "https://a%41",
                                      "http://127.0.0.2",
                                      "http://localhost.example"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (check(bad[i]) == ORIGIN_OK)
            fail_msg("%s", bad[i]);
    }

    assert_int_equal(origin_check(span_of("https://a\0b", 11)), ORIGIN_HOST);
}

static void plain_http_is_told(void **state)
{
    (void)state;
    struct origin origin;
    assert_int_equal(origin_join(false, span_str("[::1]:8080"), &origin), ORIGIN_OK);
    assert_string_equal(origin.text, "http://[::1]:8080");
    assert_true(origin_is_plain_http(&origin));
    assert_int_equal(origin_join(true, span_str("a.example:443"), &origin), ORIGIN_OK);
    assert_string_equal(origin.text, "https://a.example");
    assert_false(origin_is_plain_http(&origin));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base_urls_of_the_vectors),
        cmocka_unit_test(ipv6_is_written_as_rfc5952),
        cmocka_unit_test(names_have_labels_of_1_to_63_and_253_in_all),
        cmocka_unit_test(addresses_that_readers_of_urls_take_for_numbers),
        cmocka_unit_test(ports),
        cmocka_unit_test(other_schemes_and_shapes),
        cmocka_unit_test(plain_http_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
