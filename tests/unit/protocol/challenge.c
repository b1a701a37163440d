// SPDX-License-Identifier: MIT
// What a code says: the protocol's vectors, the other kinds, and hostile shapes.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/challenge.h"

static enum payload_kind kind_of_bytes(const void *bytes, size_t size)
{
    struct challenge challenge;
    challenge_parse(span_of(bytes, size), &challenge);
    return challenge.kind;
}

static enum payload_kind kind_of(const char *text)
{
    return kind_of_bytes(text, strlen(text));
}

// The vectors' word for a kind: what is not of the two protocols is one kind there.
static const char *vector_kind(enum payload_kind kind)
{
    switch (kind) {
    case PAYLOAD_LOGIN:
        return "login";
    case PAYLOAD_PAIRING:
        return "pair";
    case PAYLOAD_BADGE:
        return "badge";
    case PAYLOAD_BITRIX24:
        return "bitrix24";
    case PAYLOAD_NEWER_VERSION:
        return "version";
    case PAYLOAD_DAMAGED:
        return "bad";
    default:
        return "other";
    }
}

static void assert_hex(const json_t *row, const char *member, const uint8_t *bytes, size_t size)
{
    static struct vector_bytes expected;
    vector_hex(row, member, &expected);
    assert_span_equal(span_of(bytes, size), vector_span(&expected), member);
}

static void assert_login(const struct login_challenge *login, const json_t *expect)
{
    assert_int_equal(login->has_origin, json_is_string(json_object_get(expect, "origin")));
    if (login->has_origin)
        assert_string_equal(login->origin.text, vector_text(expect, "origin"));
    assert_hex(expect, "tag", login->tag, sizeof(login->tag));
    assert_hex(expect, "id", login->id, sizeof(login->id));
    assert_hex(expect, "frame", login->frame, login->frame_size);
}

static void codes_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("qr"), i, row)
    {
        const json_t *expect = json_object_get(row, "expect");
        struct challenge challenge;
        challenge_parse(vector_text_span(row, "text"), &challenge);

        if (strcmp(vector_kind(challenge.kind), vector_text(expect, "kind")) != 0)
            fail_msg("'%s' is '%s'", vector_text(row, "text"), vector_kind(challenge.kind));

        if (challenge.kind == PAYLOAD_LOGIN)
            assert_login(&challenge.login, expect);
        if (challenge.kind == PAYLOAD_PAIRING) {
            assert_string_equal(challenge.pairing.origin.text, vector_text(expect, "origin"));
            assert_hex(expect, "fpr", challenge.pairing.fingerprint, PAIRING_FPR_SIZE);
            assert_hex(expect, "token", challenge.pairing.token, PAIRING_TOKEN_SIZE);
        }

        if (challenge.kind == PAYLOAD_BADGE) {
            assert_hex(expect, "tag", challenge.badge.tag, CHALLENGE_TAG_SIZE);
            assert_hex(expect, "badge", challenge.badge.bytes, BADGE_SIZE);
        }

        if (challenge.kind == PAYLOAD_BITRIX24) {
            assert_string_equal(challenge.bitrix24.site_id, vector_text(expect, "siteId"));
            assert_string_equal(challenge.bitrix24.unique_id, vector_text(expect, "uniqueId"));
            assert_string_equal(challenge.bitrix24.channel_tag,
                                vector_text(expect, "channelTag"));
        }
    }

    assert_int_equal(i, 91);
}

static void other_codes_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum payload_kind kind;
    } rows[] = {
        {"WIFI:T:WPA;S:x;P:y;;", PAYLOAD_WIFI},
        {"wifi:S:x;;", PAYLOAD_WIFI},
        {"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", PAYLOAD_CONTACT},
        {"MECARD:N:Doe,John;;", PAYLOAD_CONTACT},
        {"otpauth://totp/x?secret=ABC", PAYLOAD_OTP_SEED},
        {"OTPAUTH://TOTP/X?SECRET=ABC", PAYLOAD_OTP_SEED},
        {"otpauth-migration://offline?data=AAA", PAYLOAD_OTP_SEED},
        {"otpauth://totp/\xff", PAYLOAD_OTP_SEED},
        {"https://portal.example.com/", PAYLOAD_LINK},
        {"http://x", PAYLOAD_LINK},
        {"https://b24.to/gi/abc", PAYLOAD_LINK},
        {"HTTPS://B24.TO/a/s1/x/y/", PAYLOAD_LINK},
        {"myapp+x://y", PAYLOAD_LINK},
        {"https://shop.example/q/search", PAYLOAD_LINK},
        {"https://with space", PAYLOAD_TEXT},
        {"https://", PAYLOAD_TEXT},
        {"://x", PAYLOAD_TEXT},
        {"1http://x", PAYLOAD_TEXT},
        {"tel:+15550100", PAYLOAD_TEXT},
        {"", PAYLOAD_TEXT},
        {"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82\r\n\t!", PAYLOAD_TEXT},
        {"\x01", PAYLOAD_BYTES},
        {"abc\x7f", PAYLOAD_BYTES},
        {"\xc2\x85", PAYLOAD_BYTES},
        {"\xff\xfe", PAYLOAD_BYTES},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (kind_of(rows[i].text) != rows[i].kind)
            fail_msg("'%s' is '%s'", rows[i].text, payload_kind_name(kind_of(rows[i].text)));
    }
}

static const char login[] =
    "HTTPS://PORTAL.EXAMPLE.COM/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZ4";

static void a_nul_byte_is_a_byte(void **state)
{
    (void)state;
    assert_int_equal(kind_of_bytes(login, sizeof(login) - 1), PAYLOAD_LOGIN);
    assert_int_equal(kind_of_bytes(login, sizeof(login)), PAYLOAD_DAMAGED);
    assert_int_equal(kind_of_bytes("abc\0def", 7), PAYLOAD_BYTES);
    assert_int_equal(kind_of_bytes("https://b24.to/a/s1/u/c\0d/", 26), PAYLOAD_DAMAGED);
}

// Every prefix of a code ends at the end of its bytes and gets some kind, but none is a login.
static void no_cut_code_is_a_login(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof(login) - 1; size++) {
        uint8_t *exact = malloc(size + 1); // its end is watched by the address sanitizer
        assert_non_null(exact);
        memcpy(exact, login, size);
        assert_int_not_equal(kind_of_bytes(exact, size), PAYLOAD_LOGIN);
        free(exact);
    }
}

static void long_codes(void **state)
{
    (void)state;
    char text[1024];
    snprintf(text, sizeof(text), "HTTPS://%0600d/Q/1/KGOK5E7JHLIBC/YDA4FQ6EYXDMPSGJZLF4ZTOOZ4",
             1);
    assert_int_equal(kind_of(text), PAYLOAD_DAMAGED);
    memset(text, 'A', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    memcpy(text, "https://b24.to/a/", 17);
    assert_int_equal(kind_of(text), PAYLOAD_DAMAGED);
    memset(text, '/', sizeof(text) - 1);
    memcpy(text, "QRL:", 4);
    assert_int_equal(kind_of(text), PAYLOAD_DAMAGED);
}

static void every_kind_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = PAYLOAD_LOGIN; a <= PAYLOAD_BYTES; a++) {
        for (int b = a + 1; b <= PAYLOAD_BYTES; b++)
            assert_string_not_equal(payload_kind_name((enum payload_kind)a),
                                    payload_kind_name((enum payload_kind)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_the_vectors),
        cmocka_unit_test(other_codes_are_named),
        cmocka_unit_test(a_nul_byte_is_a_byte),
        cmocka_unit_test(no_cut_code_is_a_login),
        cmocka_unit_test(long_codes),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
