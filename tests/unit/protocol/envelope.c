// SPDX-License-Identifier: MIT
// Signatures and envelopes of the protocol's test vectors.
#include "tests/unit/vectors/vectors.h"

#include <sodium.h>

#include "net/protocol/envelope.h"

// ---- the keys of the vectors -------------------------------------------------------------

struct keypair {
    uint8_t public_key[PUBLIC_KEY_SIZE], secret_key[SECRET_KEY_SIZE];
};

static void keypair_of(const char *name, struct keypair *out)
{
    const json_t *row = json_object_get(vectors_section("keys"), name);
    uint8_t seed[32], expected[PUBLIC_KEY_SIZE];
    vector_hex_exact(row, "seed", seed, sizeof(seed));
    vector_hex_exact(row, "public", expected, sizeof(expected));
    crypto_sign_seed_keypair(out->public_key, out->secret_key, seed);
    assert_memory_equal(out->public_key, expected, sizeof(expected));
}

struct store {
    struct keypair pair[4];
    size_t count;
};

static const char *const names[] = {"device", "device_new", "portal", "portal_next"};

static void store_fill(struct store *store)
{
    store->count = 4;
    for (size_t i = 0; i < store->count; i++)
        keypair_of(names[i], &store->pair[i]);
}

static bool store_find(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                       uint8_t public_key[PUBLIC_KEY_SIZE])
{
    const struct store *store = userdata;
    for (size_t i = 0; i < store->count; i++) {
        uint8_t own[KEY_ID_SIZE];
        assert_true(key_id_of(store->pair[i].public_key, own));
        if (memcmp(own, key_id, sizeof(own)) == 0) {
            memcpy(public_key, store->pair[i].public_key, PUBLIC_KEY_SIZE);
            return true;
        }
    }
    return false;
}

static const struct keypair *pair_of(const struct store *store, const json_t *row,
                                     const char *member)
{
    uint8_t public_key[PUBLIC_KEY_SIZE];
    vector_hex_exact(row, member, public_key, sizeof(public_key));
    for (size_t i = 0; i < store->count; i++) {
        if (memcmp(store->pair[i].public_key, public_key, sizeof(public_key)) == 0)
            return &store->pair[i];
    }
    fail_msg("no key %s", vector_text(row, member));
    return NULL;
}

static enum message message_of(const json_t *row)
{
    enum message message = MESSAGE_COUNT;
    assert_true(message_from_name(vector_text(row, "message"), &message));
    return message;
}

// ---- tests -------------------------------------------------------------------------------

static void signed_bytes_are_those_of_dsse(void **state)
{
    (void)state;
    static struct vector_bytes body, pae;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("pae"), i, row)
    {
        uint8_t out[1024];
        vector_hex(row, "body", &body);
        vector_hex(row, "pae", &pae);
        struct span type = vector_text_span(row, "type");
        size_t size = envelope_pae(type, vector_span(&body), out, sizeof(out));
        assert_span_equal(span_of(out, size), vector_span(&pae), "pae");

        // Room for one byte less: nothing is written.
        memset(out, 0xa5, sizeof(out));
        assert_int_equal(envelope_pae(type, vector_span(&body), out, size - 1), size);
        assert_int_equal(out[0], 0xa5);
    }
    assert_int_equal(i, 5);
}

static void assert_hash(const json_t *row, const char *member, struct span bytes)
{
    uint8_t expected[HASH_SIZE], is[HASH_SIZE];
    vector_hex_exact(row, member, expected, sizeof(expected));
    assert_true(hash_sha256(bytes, is));
    assert_span_equal(span_of(is, sizeof(is)), span_of(expected, sizeof(expected)), member);
}

static void assert_hashes(const json_t *row, enum message message, struct span body)
{
    uint8_t pae[STATEMENT_BODY_MAX + 128];
    size_t size = envelope_pae(span_str(message_media_type(message)), body, pae, sizeof(pae));
    assert_hash(row, "body_sha256", body);
    assert_hash(row, "pae_sha256", span_of(pae, size));
    assert_int_equal(vector_number(row, "body_len"), body.n);
}

static void seal_all(const char *section)
{
    static struct vector_bytes body;
    struct store store;
    store_fill(&store);
    size_t i, k;
    const json_t *row, *signature;

    json_array_foreach(vectors_section(section), i, row)
    {
        const uint8_t *secret_keys[ENVELOPE_SIGNATURES_MAX];
        json_array_foreach(json_object_get(row, "signatures"), k, signature) secret_keys[k] =
            pair_of(&store, signature, "public")->secret_key;
        struct envelope_text envelope;
        vector_hex(row, "body", &body);
        assert_true(
            envelope_seal(message_of(row), vector_span(&body), secret_keys, k, &envelope));
        assert_span_equal(envelope_span(&envelope), vector_text_span(row, "envelope"),
                          vector_text(row, "message"));
        assert_hashes(row, message_of(row), vector_span(&body));
    }
}

static void exchange_is_sealed_byte_for_byte(void **state)
{
    (void)state;
    seal_all("exchange");
    seal_all("device_token_exchange");
    seal_all("badge_exchange");
}

static void open_all(const char *section)
{
    static struct vector_bytes body;
    struct store store;
    store_fill(&store);
    struct envelope_keys keys = {store_find, &store};
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section(section), i, row)
    {
        struct envelope_opened opened;
        enum verdict verdict =
            envelope_open(message_of(row), vector_text_span(row, "envelope"), &keys, &opened);
        assert_string_equal(verdict_word(verdict), "ok");
        vector_hex(row, "body", &body);
        assert_span_equal(statement_span(&opened.body), vector_span(&body), "body");

        const json_t *first = json_array_get(json_object_get(row, "signatures"), 0);
        uint8_t key[PUBLIC_KEY_SIZE], id[KEY_ID_SIZE];
        vector_hex_exact(first, "public", key, sizeof(key));
        vector_hex_exact(first, "keyid", id, sizeof(id));
        assert_memory_equal(opened.public_key, key, sizeof(key));
        assert_memory_equal(opened.key_id, id, sizeof(id));
    }
}

static void exchange_opens(void **state)
{
    (void)state;
    open_all("exchange");
    open_all("device_token_exchange");
    open_all("badge_exchange");
}

// ---- the second signature, of a kiosk ----------------------------------------------------

// The enrol of a badge, and what it is opened to.
static struct span badge_enrol(struct envelope_opened *opened)
{
    struct span text =
        vector_text_span(json_array_get(vectors_section("badge_exchange"), 0), "envelope");
    assert_int_equal(envelope_open(MESSAGE_ENROL, text, NULL, opened), VERDICT_OK);
    return text;
}

static void kiosk_is_the_second_signer_of_a_badge(void **state)
{
    (void)state;
    struct store store;
    struct envelope_opened opened;
    uint8_t id[KEY_ID_SIZE], kiosk[KEY_ID_SIZE];
    store_fill(&store);
    const struct envelope_keys keys = {store_find, &store};

    struct span text = badge_enrol(&opened);
    assert_true(key_id_of(store.pair[0].public_key, kiosk));
    assert_int_equal(envelope_second_signer(MESSAGE_ENROL, text, &opened, &keys, id),
                     VERDICT_OK);
    assert_memory_equal(id, kiosk, sizeof(id));
}

// The new key, once more, is nobody else; and who is not in the store is nobody.
static void first_signer_is_no_second_one(void **state)
{
    (void)state;
    struct store store;
    struct envelope_opened opened;
    struct envelope_text twice;
    uint8_t id[KEY_ID_SIZE] = {0xAA};
    store_fill(&store);
    const struct envelope_keys keys = {store_find, &store};
    struct envelope_keys none = {envelope_find_one, store.pair[2].public_key};

    struct span text = badge_enrol(&opened);
    const uint8_t *own[] = {store.pair[1].secret_key, store.pair[1].secret_key};
    assert_true(envelope_seal(MESSAGE_ENROL, statement_span(&opened.body), own, 2, &twice));
    assert_int_equal(
        envelope_second_signer(MESSAGE_ENROL, envelope_span(&twice), &opened, &keys, id),
        VERDICT_UNKNOWN_KEY);
    assert_int_equal(envelope_second_signer(MESSAGE_ENROL, text, &opened, &none, id),
                     VERDICT_UNKNOWN_KEY);
    assert_int_equal(id[0], 0xAA);
}

// A signature of the kiosk under another enrol is none under this one.
static void second_signature_is_of_these_bytes(void **state)
{
    (void)state;
    struct store store;
    struct envelope_opened opened;
    struct envelope_signature signatures[2];
    struct envelope_text envelope;
    uint8_t id[KEY_ID_SIZE] = {0xAA};
    store_fill(&store);
    const struct envelope_keys keys = {store_find, &store};

    badge_enrol(&opened);
    struct statement_body other = opened.body;
    other.bytes[34] ^= 1; // of the badge
    assert_true(envelope_sign(MESSAGE_ENROL, statement_span(&opened.body),
                              store.pair[1].secret_key, &signatures[0]));
    assert_true(envelope_sign(MESSAGE_ENROL, statement_span(&other), store.pair[0].secret_key,
                              &signatures[1]));
    assert_true(
        envelope_wrap(MESSAGE_ENROL, statement_span(&opened.body), signatures, 2, &envelope));

    struct span text = envelope_span(&envelope);
    assert_int_equal(envelope_open(MESSAGE_ENROL, text, NULL, &opened), VERDICT_OK);
    assert_int_equal(envelope_second_signer(MESSAGE_ENROL, text, &opened, &keys, id),
                     VERDICT_BAD_SIGNATURE);
    assert_int_equal(id[0], 0xAA);
}

static void single_decision_and_bitrix24_statement(void **state)
{
    (void)state;
    static struct vector_bytes body;
    struct keypair device;
    keypair_of("device", &device);
    const uint8_t *secret_keys[] = {device.secret_key};
    static const struct {
        const char *section;
        enum message message;
    } rows[] = {{"decision_alone", MESSAGE_DECISION}, {"bitrix24_statement", MESSAGE_BITRIX24}};

    for (size_t i = 0; i < 2; i++) {
        const json_t *row = vectors_section(rows[i].section);
        struct envelope_text envelope;
        vector_hex(row, "body", &body);
        assert_true(
            envelope_seal(rows[i].message, vector_span(&body), secret_keys, 1, &envelope));
        assert_span_equal(envelope_span(&envelope), vector_text_span(row, "envelope"),
                          rows[i].section);
        struct envelope_keys keys = {envelope_find_one, device.public_key};
        struct envelope_opened opened;
        assert_int_equal(
            envelope_open(rows[i].message, envelope_span(&envelope), &keys, &opened),
            VERDICT_OK);
        assert_string_equal(opened.statement.decision.account_id, "1017");
    }
}

// The keys that the vectors' generator gives to its reader for a row.
static void store_for(const json_t *row, struct store *store)
{
    keypair_of("device", &store->pair[0]);
    keypair_of("device_new", &store->pair[1]);
    bool both = strcmp(vector_text(row, "why"),
                       "signed by a known key that the body does not name") == 0;
    store->count = both ? 2 : 1;
}

static struct span envelope_of(const json_t *row, struct vector_bytes *bytes)
{
    if (json_object_get(row, "envelope"))
        return vector_text_span(row, "envelope");
    vector_hex(row, "hex", bytes);
    return vector_span(bytes);
}

static void bad_envelopes_are_refused_for_the_right_reason(void **state)
{
    (void)state;
    static struct vector_bytes bytes;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("bad_envelope"), i, row)
    {
        struct store store;
        store_for(row, &store);
        struct envelope_keys keys = {store_find, &store};
        enum message message = message_of(row);
        static struct envelope_opened opened;
        enum verdict verdict =
            envelope_open(message, envelope_of(row, &bytes),
                          message == MESSAGE_METADATA ? NULL : &keys, &opened);

        if (strcmp(verdict_word(verdict), vector_text(row, "check")) != 0)
            fail_msg("%s: '%s', not '%s'", vector_text(row, "why"), verdict_word(verdict),
                     vector_text(row, "check"));
    }
    assert_int_equal(i, 48);
}

static void good_envelopes_open(void **state)
{
    (void)state;
    struct keypair device;
    keypair_of("device", &device);
    struct envelope_keys keys = {envelope_find_one, device.public_key};
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("good_envelope"), i, row)
    {
        struct envelope_opened opened;
        enum verdict verdict =
            envelope_open(MESSAGE_DECISION, vector_text_span(row, "envelope"), &keys, &opened);
        if (verdict != VERDICT_OK)
            fail_msg("%s: %s", vector_text(row, "why"), verdict_word(verdict));
    }
    assert_int_equal(i, 8);
}

static void pinned_metadata_needs_a_held_key(void **state)
{
    (void)state;
    const json_t *row = json_array_get(vectors_section("exchange"), 0);
    struct span envelope = vector_text_span(row, "envelope");
    struct keypair portal, next;
    keypair_of("portal", &portal);
    keypair_of("portal_next", &next);

    struct envelope_opened opened;
    struct envelope_keys keys = {envelope_find_one, portal.public_key};
    assert_int_equal(envelope_open(MESSAGE_METADATA, envelope, &keys, &opened), VERDICT_OK);
    assert_int_equal(envelope_open(MESSAGE_METADATA, envelope, NULL, &opened), VERDICT_OK);

    keys.userdata = next.public_key;
    assert_int_equal(envelope_open(MESSAGE_METADATA, envelope, &keys, &opened),
                     VERDICT_UNKNOWN_KEY);
}

// A portal message under one held portal key that speaks in the name of another.
static void portal_id_must_be_of_the_key_that_signed(void **state)
{
    (void)state;
    static struct vector_bytes body;
    struct store store;
    store_fill(&store);
    struct envelope_keys keys = {store_find, &store};
    const json_t *row = json_array_get(vectors_section("exchange"), 5);
    assert_string_equal(vector_text(row, "message"), "context");
    vector_hex(row, "body", &body);

    const uint8_t *secret_keys[] = {store.pair[3].secret_key};
    struct envelope_text envelope;
    struct envelope_opened opened;

    assert_true(envelope_seal(MESSAGE_CONTEXT, vector_span(&body), secret_keys, 1, &envelope));
    assert_int_equal(envelope_open(MESSAGE_CONTEXT, envelope_span(&envelope), &keys, &opened),
                     VERDICT_PORTAL_ID);
}

static void seal_keeps_its_limits(void **state)
{
    (void)state;
    static uint8_t body[STATEMENT_BODY_MAX + 1];
    struct keypair device;
    keypair_of("device", &device);
    const uint8_t *secret_keys[5];
    for (size_t i = 0; i < 5; i++)
        secret_keys[i] = device.secret_key;

    struct envelope_text envelope;
    assert_true(envelope_seal(MESSAGE_DECISION, span_of(body, STATEMENT_BODY_MAX), secret_keys,
                              ENVELOPE_SIGNATURES_MAX, &envelope));
    assert_int_equal(strlen(envelope.text), envelope.size);

    assert_false(envelope_seal(MESSAGE_DECISION, span_of(body, sizeof(body)), secret_keys, 1,
                               &envelope));
    assert_false(envelope_seal(MESSAGE_DECISION, span_of(body, 1), secret_keys, 0, &envelope));
    assert_false(envelope_seal(MESSAGE_DECISION, span_of(body, 1), secret_keys, 5, &envelope));
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signed_bytes_are_those_of_dsse),
        cmocka_unit_test(exchange_is_sealed_byte_for_byte),
        cmocka_unit_test(exchange_opens),
        cmocka_unit_test(kiosk_is_the_second_signer_of_a_badge),
        cmocka_unit_test(first_signer_is_no_second_one),
        cmocka_unit_test(second_signature_is_of_these_bytes),
        cmocka_unit_test(single_decision_and_bitrix24_statement),
        cmocka_unit_test(bad_envelopes_are_refused_for_the_right_reason),
        cmocka_unit_test(good_envelopes_open),
        cmocka_unit_test(pinned_metadata_needs_a_held_key),
        cmocka_unit_test(portal_id_must_be_of_the_key_that_signed),
        cmocka_unit_test(seal_keeps_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
