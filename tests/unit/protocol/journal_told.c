// SPDX-License-Identifier: MIT
// What goes along with a statement about the device's journal, by the vectors.
#include "tests/unit/vectors/vectors.h"

#include <sodium.h>

#include "net/protocol/journal_told.h"

static uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE];
static uint8_t device_id[DEVICE_ID_SIZE];

static const json_t *fields(void)
{
    return json_object_get(vectors_section("journal"), "fields");
}

static int take_keys(void **state)
{
    (void)state;
    uint8_t seed[crypto_sign_SEEDBYTES];
    vector_hex_exact(json_object_get(vectors_section("keys"), "device"), "seed", seed,
                     sizeof(seed));
    crypto_sign_seed_keypair(public_key, secret_key, seed);
    vector_hex_exact(fields(), "device_id", device_id, sizeof(device_id));
    return 0;
}

static void open_decision(struct span text, struct envelope_opened *out)
{
    const struct envelope_keys keys = {envelope_find_one, public_key};
    assert_int_equal(envelope_open(MESSAGE_DECISION, text, &keys, out), VERDICT_OK);
}

static void it_is_sealed_byte_for_byte(void **state)
{
    (void)state;
    static struct vector_bytes body;
    static struct envelope_opened decision;
    const json_t *row = vectors_section("journal");
    const uint8_t *signer = secret_key;
    struct statement_journal journal;
    struct statement_body made;
    struct envelope_text envelope, attached;

    vector_hex_exact(fields(), "portal_id", journal.portal_id, PORTAL_ID_SIZE);
    memcpy(journal.device_id, device_id, DEVICE_ID_SIZE);
    vector_hex_exact(fields(), "key_id", journal.key_id, KEY_ID_SIZE);
    vector_hex_exact(fields(), "statement_hash", journal.statement_hash, HASH_SIZE);
    journal.count = vector_number(fields(), "count");
    vector_hex_exact(fields(), "head", journal.head, HASH_SIZE);
    assert_int_equal(statement_encode_journal(&journal, &made), VERDICT_OK);
    vector_hex(row, "body", &body);
    assert_span_equal(statement_span(&made), vector_span(&body), "body");

    open_decision(vector_text_span(row, "envelope"), &decision);
    assert_true(
        envelope_seal(MESSAGE_DECISION, statement_span(&decision.body), &signer, 1, &envelope));
    assert_true(envelope_seal(MESSAGE_JOURNAL, statement_span(&made), &signer, 1, &attached));
    assert_true(envelope_attach(&envelope, ENVELOPE_JOURNAL, &attached));
    assert_span_equal(envelope_span(&envelope), vector_text_span(row, "envelope"), "envelope");
}

// Each line holds the hash of the one before; the head is that of the last.
static void its_head_is_the_hash_of_the_last_line(void **state)
{
    (void)state;
    uint8_t head[HASH_SIZE], hash[HASH_SIZE];
    const json_t *lines = json_object_get(vectors_section("journal"), "lines");
    size_t count = json_array_size(lines);
    const char *last = json_string_value(json_array_get(lines, count - 1));
    assert_true(hash_sha256(span_str(last), hash));
    vector_hex_exact(fields(), "head", head, sizeof(head));
    assert_memory_equal(hash, head, HASH_SIZE);
    assert_int_equal(count, vector_number(fields(), "count"));
}

static void it_is_read(void **state)
{
    (void)state;
    static struct envelope_opened decision;
    struct statement_journal told;
    struct span text = vector_text_span(vectors_section("journal"), "envelope");
    open_decision(text, &decision);
    assert_true(journal_told_read(text, &decision, device_id, &told));
    assert_int_equal(told.count, 3);
}

// The statement counts all the same.
static void what_is_wrong_was_not_said(void **state)
{
    (void)state;
    static struct envelope_opened decision;
    struct statement_journal told;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("bad_journal"), i, row)
    {
        struct span text = vector_text_span(row, "envelope");
        open_decision(text, &decision);
        if (journal_told_read(text, &decision, device_id, &told))
            fail_msg("%s", vector_text(row, "why"));
    }
    assert_int_equal(i, 13);

    struct span none = vector_text_span(vectors_section("decision_alone"), "envelope");
    open_decision(none, &decision);
    assert_false(journal_told_read(none, &decision, device_id, &told));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_sealed_byte_for_byte),
        cmocka_unit_test(its_head_is_the_hash_of_the_last_line),
        cmocka_unit_test(it_is_read),
        cmocka_unit_test(what_is_wrong_was_not_said),
    };

    return cmocka_run_group_tests(tests, take_keys, NULL);
}
