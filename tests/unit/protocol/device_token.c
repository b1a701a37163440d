// SPDX-License-Identifier: MIT
#include "tests/unit/vectors/vectors.h"

#include <string.h>

#include "net/protocol/device_token.h"
#include "net/protocol/identity.h"

static void good_one(const json_t *row, struct span text)
{
    uint8_t token[PAIRING_TOKEN_SIZE], expected[PAIRING_TOKEN_SIZE];
    uint8_t hash[HASH_SIZE], kept[HASH_SIZE];
    char again[DEVICE_TOKEN_TEXT_SIZE + 1];

    vector_hex_exact(row, "token", expected, sizeof(expected));
    assert_true(device_token_read(text, token));
    assert_memory_equal(token, expected, sizeof(token));
    device_token_write(token, again);
    assert_span_equal(span_str(again), text, "the text");

    assert_true(hash_sha256(span_of(token, sizeof(token)), hash));
    vector_hex_exact(row, "sha256", kept, sizeof(kept));
    assert_memory_equal(hash, kept, sizeof(hash));
}

static void tokens_are_spelled_as_in_the_vectors(void **state)
{
    (void)state;
    size_t i, good = 0, bad = 0;
    const json_t *row;

    json_array_foreach(vectors_section("device_token"), i, row)
    {
        uint8_t token[PAIRING_TOKEN_SIZE] = {0xAA};
        struct span text = vector_text_span(row, "text");
        if (!json_object_get(row, "bad")) {
            good_one(row, text);
            good++;
            continue;
        }
        if (device_token_read(text, token))
            fail_msg("%s: was taken", vector_text(row, "bad"));
        assert_int_equal(token[0], 0xAA);
        bad++;
    }

    assert_true(good >= 3 && bad >= 10);
}

// A device token that somebody shows as a code is no code of the protocol.
static void a_token_is_no_code_to_be_scanned(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;
    json_array_foreach(vectors_section("device_token"), i, row)
    {
        struct challenge code;
        challenge_parse(vector_text_span(row, "text"), &code);
        assert_false(payload_is_pairing(code.kind) || payload_is_sign_in(code.kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_spelled_as_in_the_vectors),
        cmocka_unit_test(a_token_is_no_code_to_be_scanned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
