// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "net/protocol/base32.h"
#include "net/protocol/known_text.h"

// What is known of a code is what its portal writes, and no more.

static struct known_codes codes;

// The text, '*' where it is not known.
static const char *pattern(size_t index)
{
    static char text[KNOWN_TEXT_MAX + 1];
    assert_true(index < codes.count);
    const struct known_code *code = &codes.code[index];
    for (size_t i = 0; i < code->size; i++)
        text[i] = (char)(code->text[i] ? code->text[i] : '*');
    text[code->size] = 0;
    return text;
}

// What a portal may put there makes a challenge of it.
static enum payload_kind kind_with(size_t index, char letter)
{
    char text[KNOWN_TEXT_MAX + 1];
    struct challenge challenge;
    snprintf(text, sizeof(text), "%s", pattern(index));
    for (char *at = text; *at; at++)
        *at = (char)(*at == '*' ? letter : *at);
    challenge_parse(span_of(text, strlen(text)), &challenge);
    return challenge.kind;
}

static void all_but_what_is_new_is_known(void **state)
{
    (void)state;
    static const uint8_t tag[CHALLENGE_TAG_SIZE] = {0x51, 0x9c, 0xae, 0x93,
                                                    0xe9, 0x3a, 0xd0, 0x11};
    char tag_text[BASE32_LENGTH(CHALLENGE_TAG_SIZE) + 1], wanted[256];
    base32_encode(span_of(tag, sizeof(tag)), tag_text);
    struct origin origin = {"https://portal.example.com:8443"};
    codes.count = 0;
    known_text_login(&origin, tag, &codes);
    assert_int_equal(codes.count, 4);

    snprintf(wanted, sizeof(wanted), "HTTPS://PORTAL.EXAMPLE.COM:8443/Q/1/%s/%s", tag_text,
             "**************************");
    assert_string_equal(pattern(0), wanted);
    strcat(wanted, "/********");
    assert_string_equal(pattern(1), wanted);
    snprintf(wanted, sizeof(wanted), "QRL:1:%s:%s", tag_text, "**************************");
    assert_string_equal(pattern(2), wanted);
    strcat(wanted, ":********");
    assert_string_equal(pattern(3), wanted);

    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(codes.code[i].mode, KNOWN_ALPHANUMERIC);
        assert_int_equal(kind_with(i, 'A'), PAYLOAD_LOGIN);
    }
}

static void the_channel_of_a_bitrix24_is_not_known(void **state)
{
    (void)state;
    codes.count = 0;
    known_text_bitrix24("4gXy8Qm2LzT0aBcD", &codes);
    assert_int_equal(codes.count, 1);
    assert_int_equal(codes.code[0].mode, KNOWN_BYTES);
    assert_string_equal(pattern(0), "https://b24.to/a/s1/4gXy8Qm2LzT0aBcD/"
                                    "********************************/");
    assert_int_equal(kind_with(0, 'x'), PAYLOAD_BITRIX24);
}

static void what_there_is_no_room_for_is_left_out(void **state)
{
    (void)state;
    codes.count = KNOWN_CODES_MAX - 1;
    known_text_bitrix24("4gXy8Qm2LzT0aBcD", &codes);
    assert_int_equal(codes.count, KNOWN_CODES_MAX);
    known_text_bitrix24("4gXy8Qm2LzT0aBcD", &codes);
    assert_int_equal(codes.count, KNOWN_CODES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_what_is_new_is_known),
        cmocka_unit_test(the_channel_of_a_bitrix24_is_not_known),
        cmocka_unit_test(what_there_is_no_room_for_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
