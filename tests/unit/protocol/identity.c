// SPDX-License-Identifier: MIT
// Names made from keys, frames, hashes: the protocol's vectors.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/bitrix24_binding.h"
#include "net/protocol/identity.h"

static void keys_have_the_names_of_the_vectors(void **state)
{
    (void)state;
    const char *name;
    json_t *row;
    size_t count = 0;
    json_t *keys = json_deep_copy(vectors_section("keys"));

    json_object_foreach(keys, name, row)
    {
        uint8_t key[PUBLIC_KEY_SIZE], hash[HASH_SIZE], id[KEY_ID_SIZE], is[HASH_SIZE];
        char hex[KEY_ID_HEX_SIZE + 1];
        vector_hex_exact(row, "public", key, sizeof(key));
        vector_hex_exact(row, "sha256", hash, sizeof(hash));

        assert_true(key_id_of(key, id));
        key_id_hex(id, hex);
        assert_string_equal(hex, vector_text(row, "key_id"));
        assert_true(portal_id_of(key, is));
        assert_memory_equal(is, hash, sizeof(hash));
        assert_true(public_key_is_good(key));
        count++;
    }

    json_decref(keys);
    assert_int_equal(count, 4);
}

static void portal_is_named_by_its_key(void **state)
{
    (void)state;
    const json_t *portal = vectors_section("portal");
    const json_t *row = json_object_get(vectors_section("keys"), "portal");
    uint8_t key[PUBLIC_KEY_SIZE], id[PORTAL_ID_SIZE], expected[PORTAL_ID_SIZE];
    vector_hex_exact(row, "public", key, sizeof(key));
    assert_true(portal_id_of(key, id));
    vector_hex_exact(portal, "portal_id", expected, sizeof(expected));
    assert_memory_equal(id, expected, sizeof(expected));
    vector_hex_exact(portal, "tag", expected, CHALLENGE_TAG_SIZE);
    assert_memory_equal(id, expected, CHALLENGE_TAG_SIZE);
    vector_hex_exact(portal, "fingerprint", expected, PAIRING_FPR_SIZE);
    assert_memory_equal(id, expected, PAIRING_FPR_SIZE);
}

static void weak_keys_are_refused(void **state)
{
    (void)state;
    static const uint8_t last[][2] = {{0xec, 0x7f}, {0xed, 0x7f}, {0xee, 0x7f}, {0xff, 0x7f}};

    for (size_t i = 0; i < 4; i++) {
        uint8_t key[PUBLIC_KEY_SIZE];
        memset(key, 0xff, sizeof(key));
        key[0] = last[i][0];
        key[31] = last[i][1];
        assert_false(public_key_is_good(key));
        key[31] |= 0x80;
        assert_false(public_key_is_good(key));

        // One byte less in the middle: reduced, and of no small order.
        key[15] = 0xfe;
        assert_true(public_key_is_good(key));
    }

    uint8_t key[PUBLIC_KEY_SIZE] = {0};
    assert_false(public_key_is_good(key));
    key[0] = 1;
    assert_false(public_key_is_good(key));
    key[31] = 0x80;
    assert_false(public_key_is_good(key));
    key[0] = 2;
    assert_true(public_key_is_good(key));
}

static void frames_of_the_vectors(void **state)
{
    (void)state;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("frame"), i, row)
    {
        uint8_t key[FRAME_KEY_SIZE], id[CHALLENGE_ID_SIZE];
        uint8_t expected[CHALLENGE_FRAME_SIZE], is[CHALLENGE_FRAME_SIZE];
        vector_hex_exact(row, "key", key, sizeof(key));
        vector_hex_exact(row, "challenge_id", id, sizeof(id));
        vector_hex_exact(row, "frame", expected, sizeof(expected));
        assert_true(frame_code(key, id, vector_number(row, "time"), is));
        assert_memory_equal(is, expected, sizeof(expected));
    }
    assert_int_equal(i, 3);
}

static void context_is_hashed_whole(void **state)
{
    (void)state;
    const json_t *row = vectors_section("context_hash");
    static struct vector_bytes body;
    uint8_t expected[HASH_SIZE], is[HASH_SIZE];
    vector_hex(row, "context_body", &body);
    vector_hex_exact(row, "sha256", expected, sizeof(expected));
    assert_true(hash_sha256(vector_span(&body), is));
    assert_memory_equal(is, expected, sizeof(expected));

    // And that is what the decision of the exchange carries.
    static struct vector_bytes decision;
    struct statement_decision read;
    vector_hex(json_array_get(vectors_section("exchange"), 6), "body", &decision);
    assert_int_equal(statement_decode_decision(vector_span(&decision), &read), VERDICT_OK);
    assert_memory_equal(read.context_hash, expected, sizeof(expected));
}

static void bitrix24_statement_names_portal_and_code(void **state)
{
    (void)state;
    const json_t *row = vectors_section("bitrix24_statement");
    struct challenge challenge;
    challenge_parse(vector_text_span(row, "qr"), &challenge);
    assert_int_equal(challenge.kind, PAYLOAD_BITRIX24);
    struct bitrix24_binding binding;
    assert_true(bitrix24_binding_of(vector_text(row, "origin"), &challenge.bitrix24,
                                    vector_text_span(row, "qr"), &binding));

    static struct vector_bytes body;
    struct statement_decision read;
    vector_hex(row, "body", &body);
    assert_int_equal(statement_decode_bitrix24(vector_span(&body), &read), VERDICT_OK);
    assert_memory_equal(binding.portal_id, read.portal_id, sizeof(read.portal_id));
    assert_memory_equal(binding.challenge_id, read.challenge_id, sizeof(read.challenge_id));
    assert_memory_equal(binding.context_hash, read.context_hash, sizeof(read.context_hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_the_names_of_the_vectors),
        cmocka_unit_test(portal_is_named_by_its_key),
        cmocka_unit_test(weak_keys_are_refused),
        cmocka_unit_test(frames_of_the_vectors),
        cmocka_unit_test(context_is_hashed_whole),
        cmocka_unit_test(bitrix24_statement_names_portal_and_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
