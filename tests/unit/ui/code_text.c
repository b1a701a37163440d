// SPDX-License-Identifier: MIT
// What codes say in each character set, and messages that are put together of their parts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ui/text/code_parts.h"
#include "ui/text/code_text.h"

static struct qr_code code, joined; // too large for a stack
static struct qr_codes codes;

static void begin(void)
{
    memset(&code, 0, sizeof(code));
}

static void add(uint32_t charset, const char *bytes, size_t size)
{
    memcpy(code.payload + code.size, bytes, size);
    code.size += size;
    code.run[code.runs++] = (struct qr_run){(uint16_t)code.size, charset};
}

static void assert_text(const char *expected, bool as_bytes)
{
    struct code_text text;
    assert_true(code_text_init(&text, &code));
    if (!span_equal(text.text, span_str(expected)))
        fail_msg("'%.*s' is not '%s'", (int)text.text.n, (const char *)text.text.p, expected);
    assert_int_equal(text.as_bytes, as_bytes);
    code_text_destroy(&text);
}

static enum payload_kind kind(void)
{
    struct challenge challenge;
    code_read(&code, &challenge);
    return challenge.kind;
}

static void declared_sets_become_text(void **state)
{
    (void)state;
    static const struct {
        uint32_t charset;
        const char *bytes, *text;
        size_t size;
    } cases[] = {
        {2, "\x81", "\u00fc", 1},
        {3, "\xc4\xe9", "\u00c4\u00e9", 2},
        {4, "\xa3", "\u0141", 1},
        {7, "\xbf", "\u041f", 1},
        {11, "\xf0", "\u011f", 1},
        {17, "\xa4", "\u20ac", 1},
        {20, "\x93\xfa\xb1", "\u65e5\uff71", 3},
        {21, "\xa3\xf3\x64\x9f", "\u0141\u00f3d\u017a", 4},
        {22, "\xcf\xf0\xe8\xe2\xe5\xf2", "\u041f\u0440\u0438\u0432\u0435\u0442", 6},
        {23, "\xc4\xe4\xfc\x80", "\u00c4\u00e4\u00fc\u20ac", 4},
        {24, "\xd3\xe1\xc7\xe3", "\u0633\u0644\u0627\u0645", 4},
        {25, "\x04\x1f\x00!\xd8\x3d\xde\x00", "\u041f!\U0001f600", 8},
        {26, "\xd0\x9f", "\u041f", 2},
        {27, "plain", "plain", 5},
        {28, "\xb9\xcf\xb1\x60", "\u5716\u5e38", 4},
        {29, "\xc4\xe3\xba\xc3", "\u4f60\u597d", 4},
        {30, "\xc7\xd1\xb1\xb9\xbe\xee", "\ud55c\uad6d\uc5b4", 6},
        {31, "\x81\x40", "\u4e02", 2},
        {32, "\x90\x30\x81\x30", "\U00010000", 4},
        {33, "\x1f\x04", "\u041f", 2},
        {34, "\x00\x01\xf6\x00", "\U0001f600", 4},
        {35, "\x00\xf6\x01\x00", "\U0001f600", 4},
        {CHARSET_KANJI, "\x93\xfa\x96\x7b", "\u65e5\u672c", 4},
        {CHARSET_HANZI, "\xc4\xe3", "\u4f60", 2},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        begin();
        add(CHARSET_UNSTATED, "<", 1);
        add(cases[i].charset, cases[i].bytes, cases[i].size);
        add(CHARSET_UNSTATED, ">", 1);
        char expected[64];
        snprintf(expected, sizeof(expected), "<%s>", cases[i].text);
        assert_text(expected, false);
        assert_int_equal(kind(), PAYLOAD_TEXT);
    }
}

static void wrong_bytes_are_marked_one_by_one(void **state)
{
    (void)state;
    begin();
    add(27,
        "a\x80\xff"
        "b",
        4);
    assert_text("a\ufffd\ufffdb", false);

    begin(); // half a character at the end
    add(25, "\x04\x1f\x04", 3);
    assert_text("\u041f\ufffd", false);

    begin();
    add(26, "\xd0\xd0\x9f", 3);
    assert_text("\ufffd\u041f", false);
}

static void unknown_sets_are_shown_in_their_bytes(void **state)
{
    (void)state;
    static const uint32_t sets[] = {14, 19, 36, 171, CHARSET_BINARY, 999999};
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        begin();
        add(22, "\xcf", 1);
        add(sets[i], "\x01\xff", 2);
        assert_text("\u041f\x01\xff", true);
        struct code_text text;
        assert_true(code_text_init(&text, &code));
        assert_int_equal(text.charset, sets[i]);
        code_text_destroy(&text);
        assert_int_equal(kind(), PAYLOAD_BYTES);
    }
}

// What is not declared stays as it is, except beside Kanji mode.
static void what_is_not_declared_is_guessed(void **state)
{
    (void)state;
    begin();
    add(CHARSET_UNSTATED, "\xcf\xf0\xe8", 3);
    assert_text("\xcf\xf0\xe8", false);
    assert_int_equal(kind(), PAYLOAD_BYTES);

    begin();
    add(CHARSET_UNSTATED, "\xb1\xb2", 2);
    add(CHARSET_KANJI, "\x93\xfa", 2);
    assert_text("\uff71\uff72\u65e5", false);

    begin(); // UTF-8 of which an encoder put a piece into Kanji mode
    add(CHARSET_UNSTATED, "\xe4\xb8", 2);
    add(CHARSET_KANJI, "\x96\xe7", 2);
    add(CHARSET_UNSTATED, "\x95\x8c", 2);
    assert_text("\u4e16\u754c", false);

    begin();
    add(CHARSET_TOO_MANY, "\xcf", 1);
    assert_text("\xcf", false);
}

static void the_kind_follows_the_text_but_for_sign_in(void **state)
{
    (void)state;
    begin();
    add(25, "\0W\0I\0F\0I\0:", 10);
    assert_int_equal(kind(), PAYLOAD_WIFI);

    begin();
    add(25, "\0o\0t\0p\0a\0u\0t\0h\0:\0/\0/", 20);
    assert_int_equal(kind(), PAYLOAD_OTP_SEED);

    // A sign-in code is its bytes: no set makes one of others.
    static const char login[] = "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/"
                                "YDA4FQ6EYXDMPSGJZLF4ZTOOZ4/XNUWJNZF";
    begin();
    add(26, login, strlen(login));
    assert_int_equal(kind(), PAYLOAD_LOGIN);
    char wide[2 * sizeof(login)];
    for (size_t i = 0; i < sizeof(login); i++) {
        wide[2 * i] = 0;
        wide[2 * i + 1] = login[i];
    }
    begin();
    add(25, wide, 2 * strlen(login));
    assert_int_equal(kind(), PAYLOAD_LINK);

    begin();
    add(CHARSET_UNSTATED, login, strlen(login));
    code.part = (struct qr_part){1, 2, 0};
    assert_int_equal(kind(), PAYLOAD_PART);

    begin();
    add(CHARSET_UNSTATED, "otpauth-migration://offline?data=", 33);
    code.part = (struct qr_part){1, 2, 0};
    assert_int_equal(kind(), PAYLOAD_OTP_SEED);
}

static void add_part(uint8_t number, uint8_t count, uint8_t parity, uint32_t charset,
                     const char *bytes)
{
    begin();
    add(charset, bytes, strlen(bytes));
    code.part = (struct qr_part){number, count, parity};
    codes.code[codes.count++] = code;
}

static void parts_make_their_message(void **state)
{
    (void)state;
    uint8_t parity = 'a' ^ 'b' ^ 'c' ^ 'd' ^ 0xcf;
    codes.count = 0;
    add_part(3, 3, parity, 22, "\xcf");
    add_part(1, 3, parity, CHARSET_UNSTATED, "ab");
    add_part(1, 3, 7, CHARSET_UNSTATED, "of another");
    const struct qr_code *first = &codes.code[1];
    assert_false(code_join(&codes, first, &joined)); // the second is not there

    add_part(2, 3, parity, CHARSET_UNSTATED, "cd");
    assert_true(code_join(&codes, first, &joined));
    assert_true(span_equal(qr_payload(&joined), span_str("abcd\xcf")));
    assert_int_equal(joined.runs, 2);
    assert_int_equal(joined.run[0].end, 4);
    assert_int_equal(joined.run[1].end, 5);
    assert_int_equal(joined.part.count, 0);

    codes.code[3].payload[0] = 'x'; // the parity says that this is not it
    assert_false(code_join(&codes, first, &joined));
    assert_ptr_equal(code_part(&codes, &first->part, 3), &codes.code[0]);
    assert_null(code_part(&codes, &first->part, 4));
}

static void a_message_has_its_limit(void **state)
{
    (void)state;
    codes.count = 0;
    for (uint8_t number = 1; number <= 2; number++) {
        begin();
        code.size = 4000;
        code.runs = 1;
        code.run[0] = (struct qr_run){4000, CHARSET_UNSTATED};
        code.part = (struct qr_part){number, 2, 0};
        codes.code[codes.count++] = code;
    }
    assert_false(code_join(&codes, &codes.code[0], &joined));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declared_sets_become_text),
        cmocka_unit_test(wrong_bytes_are_marked_one_by_one),
        cmocka_unit_test(unknown_sets_are_shown_in_their_bytes),
        cmocka_unit_test(what_is_not_declared_is_guessed),
        cmocka_unit_test(the_kind_follows_the_text_but_for_sign_in),
        cmocka_unit_test(parts_make_their_message),
        cmocka_unit_test(a_message_has_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
