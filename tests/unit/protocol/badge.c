// SPDX-License-Identifier: MIT
// Badges: their text, and the names that follow from one. What is no badge is among the codes
// of the vectors (unit.protocol.challenge).
#include "tests/unit/vectors/vectors.h"

#include <string.h>

#include "net/protocol/badge.h"
#include "net/protocol/identity.h"

static void badges_are_spelled_as_in_the_vectors(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("badge"), i, row)
    {
        struct span text = vector_text_span(row, "text");
        struct challenge code;
        uint8_t tag[CHALLENGE_TAG_SIZE], bytes[BADGE_SIZE];
        char again[BADGE_TEXT_SIZE + 1];

        challenge_parse(text, &code);
        assert_int_equal(code.kind, PAYLOAD_BADGE);
        vector_hex_exact(row, "tag", tag, sizeof(tag));
        vector_hex_exact(row, "badge", bytes, sizeof(bytes));
        assert_memory_equal(code.badge.tag, tag, sizeof(tag));
        assert_memory_equal(code.badge.bytes, bytes, sizeof(bytes));

        badge_write(&code.badge, again);
        assert_span_equal(span_str(again), text, "the text");
    }
    assert_int_equal(i, 4);
}

static void assert_hash(const json_t *row, const char *member, struct span of, size_t size)
{
    uint8_t hash[HASH_SIZE], kept[HASH_SIZE];
    assert_true(hash_sha256(of, hash));
    vector_hex_exact(row, member, kept, size);
    assert_memory_equal(hash, kept, size);
}

// What the portal keeps, and by what a kiosk finds the person again.
static void names_of_the_vectors_follow_from_the_badge(void **state)
{
    (void)state;
    static const char label[] = "qrlogin badge v1";
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("badge"), i, row)
    {
        uint8_t named[sizeof(label) - 1 + BADGE_SIZE];
        uint8_t *badge = named + sizeof(label) - 1;
        memcpy(named, label, sizeof(label) - 1);
        vector_hex_exact(row, "badge", badge, BADGE_SIZE);
        assert_hash(row, "sha256", span_of(badge, BADGE_SIZE), HASH_SIZE);
        assert_hash(row, "kiosk_name", span_of(named, sizeof(named)), 16);
    }
}

// Nobody takes it for a code that signs in or pairs, and two badges are two.
static void badge_is_no_code_of_a_page(void **state)
{
    (void)state;
    struct challenge a, b;
    const json_t *rows = vectors_section("badge");
    challenge_parse(vector_text_span(json_array_get(rows, 0), "text"), &a);
    challenge_parse(vector_text_span(json_array_get(rows, 1), "text"), &b);

    assert_false(payload_is_sign_in(a.kind) || payload_is_pairing(a.kind));
    assert_string_equal(challenge_origin(&a), "");
    assert_true(challenge_is_same(&a, &a));
    assert_false(challenge_is_same(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(badges_are_spelled_as_in_the_vectors),
        cmocka_unit_test(names_of_the_vectors_follow_from_the_badge),
        cmocka_unit_test(badge_is_no_code_of_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
