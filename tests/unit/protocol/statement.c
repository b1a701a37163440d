// SPDX-License-Identifier: MIT
// Every message of the protocol's test vectors, byte for byte.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/statement.h"

// ---- a message from its fields -----------------------------------------------------------

#define HEX(member)    vector_hex_exact(fields, #member, m->member, sizeof(m->member))
#define NUMBER(member) copy_number(fields, #member, &m->member, sizeof(m->member))
#define TEXT(member)   copy_text(fields, #member, m->member, sizeof(m->member))
#define WHERE()                                                                                \
    copy_text(fields, "origin", m->where.origin, sizeof(m->where.origin)),                     \
        copy_text(fields, "target", m->where.target, sizeof(m->where.target))

static void copy_text(const json_t *fields, const char *member, char *out, size_t room)
{
    struct span text = vector_text_span(fields, member);
    assert_true(text.n < room);
    memcpy(out, text.p, text.n + 1);
}

static void copy_number(const json_t *fields, const char *member, void *out, size_t size)
{
    uint64_t value = vector_number(fields, member);
    if (size == sizeof(uint8_t))
        *(uint8_t *)out = (uint8_t)value;
    else if (size == sizeof(uint16_t))
        *(uint16_t *)out = (uint16_t)value;
    else
        *(uint64_t *)out = value;
}

static void metadata_from(const json_t *fields, struct statement_metadata *m)
{
    HEX(portal_id), HEX(portal_key), HEX(next_key), NUMBER(serial);
    const json_t *pins = json_object_get(fields, "pins");
    m->pins.count = json_array_size(pins);
    for (size_t i = 0; i < m->pins.count; i++) {
        json_t *row = json_pack("{s:O}", "pin", json_array_get(pins, i));
        vector_hex_exact(row, "pin", m->pins.hash[i], HASH_SIZE);
        json_decref(row);
    }
    TEXT(base_url), TEXT(display_name);
}

static void enrol_from(const json_t *fields, struct statement_enrol *m)
{
    HEX(portal_id), HEX(token), HEX(session_key), HEX(device_nonce);
    NUMBER(protection), NUMBER(flags), NUMBER(time), TEXT(label), TEXT(platform), WHERE();
}

static void enrolled_from(const json_t *fields, struct statement_enrolled *m)
{
    HEX(portal_id), HEX(echo), HEX(session_key), NUMBER(state), HEX(device_id);
    NUMBER(not_after), NUMBER(server_time), NUMBER(serial);
    TEXT(pairing_code), TEXT(account_id), TEXT(account_name);
}

static void resolve_from(const json_t *fields, struct statement_resolve *m)
{
    HEX(portal_id), HEX(challenge_id), HEX(device_id), HEX(key_id), NUMBER(time);
    HEX(request_nonce), WHERE();
    vector_hex_exact(fields, "frame", m->frame.bytes, sizeof(m->frame.bytes));
    m->frame.size = sizeof(m->frame.bytes);
}

static void context_from(const json_t *fields, struct statement_context *m)
{
    HEX(portal_id), HEX(challenge_id), HEX(challenge_nonce), HEX(device_id);
    HEX(request_nonce), NUMBER(server_time), NUMBER(serial), NUMBER(created), NUMBER(expires);
    NUMBER(flags), TEXT(origin), TEXT(account_id), TEXT(account_name), TEXT(browser_ip);
    TEXT(place), TEXT(agent), TEXT(last_use);
}

static void decision_from(const json_t *fields, struct statement_decision *m)
{
    HEX(portal_id), HEX(challenge_id), HEX(context_hash), HEX(device_id), HEX(key_id);
    NUMBER(decision), NUMBER(flags), NUMBER(time), NUMBER(sequence), WHERE(), TEXT(account_id);
}

static void receipt_from(const json_t *fields, struct statement_receipt *m)
{
    HEX(portal_id), HEX(device_id), HEX(statement_hash), NUMBER(result), NUMBER(flags);
    HEX(login_id), NUMBER(server_time), TEXT(pickup_code);
}

static void rotate_from(const json_t *fields, struct statement_rotate *m)
{
    HEX(portal_id), HEX(device_id), HEX(key_id), HEX(new_key), NUMBER(time), NUMBER(sequence);
    WHERE();
}

static void unpair_from(const json_t *fields, struct statement_unpair *m)
{
    HEX(portal_id), HEX(device_id), HEX(key_id), NUMBER(time), NUMBER(sequence), NUMBER(flags);
    WHERE();
}

static void endsession_from(const json_t *fields, struct statement_endsession *m)
{
    HEX(portal_id), HEX(device_id), HEX(key_id), NUMBER(time), NUMBER(sequence);
    HEX(login_id), WHERE();
}

static void revoked_from(const json_t *fields, struct statement_revoked *m)
{
    HEX(portal_id), HEX(device_id), HEX(key_id), NUMBER(revoked_at), NUMBER(server_time);
    NUMBER(reason);
}

// Encodes by the function that an engineer would call, with the type it takes.
static enum verdict encode_fields(enum message message, const json_t *fields,
                                  struct statement_body *out)
{
#define CASE(MESSAGE, name)                                                                    \
    case MESSAGE: {                                                                            \
        struct statement_##name value = {0};                                                   \
        name##_from(fields, &value);                                                           \
        return statement_encode_##name(&value, out);                                           \
    }

    switch (message) {
        CASE(MESSAGE_METADATA, metadata)
        CASE(MESSAGE_ENROL, enrol)
        CASE(MESSAGE_ENROLLED, enrolled)
        CASE(MESSAGE_RESOLVE, resolve)
        CASE(MESSAGE_CONTEXT, context)
        CASE(MESSAGE_DECISION, decision)
        CASE(MESSAGE_RECEIPT, receipt)
        CASE(MESSAGE_ROTATE, rotate)
        CASE(MESSAGE_UNPAIR, unpair)
        CASE(MESSAGE_ENDSESSION, endsession)
        CASE(MESSAGE_REVOKED, revoked)
    default:
        fail();
    }
#undef CASE
    return VERDICT_COUNT;
}

// ---- tests -------------------------------------------------------------------------------

static enum message message_of(const json_t *row, const char *member)
{
    enum message message = MESSAGE_COUNT;
    if (!message_from_name(vector_text(row, member), &message))
        fail_msg("no message %s", vector_text(row, member));
    return message;
}

// The struct of a message inside the union is at its beginning, whatever the message.
static void assert_round_trip(enum message message, struct span body, const char *what)
{
    union statement statement;
    struct statement_body again;
    assert_string_equal(verdict_word(statement_decode(message, body, &statement)), "ok");
    assert_string_equal(verdict_word(statement_encode(message, &statement, &again)), "ok");
    assert_span_equal(statement_span(&again), body, what);
}

static size_t encode_all(const char *section)
{
    static struct vector_bytes body;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section(section), i, row)
    {
        enum message message = message_of(row, "message");
        struct statement_body encoded;
        vector_hex(row, "body", &body);
        enum verdict verdict = encode_fields(message, json_object_get(row, "fields"), &encoded);
        assert_string_equal(verdict_word(verdict), "ok");
        assert_span_equal(statement_span(&encoded), vector_span(&body), message_name(message));
        assert_string_equal(message_media_type(message), vector_text(row, "payloadType"));
    }
    return i;
}

static void exchange_is_encoded_byte_for_byte(void **state)
{
    (void)state;
    assert_int_equal(encode_all("exchange"), 14);
    assert_int_equal(encode_all("device_token_exchange"), 2);
    assert_int_equal(encode_all("badge_exchange"), 3);
}

static void exchange_is_decoded_and_written_again(void **state)
{
    (void)state;
    static struct vector_bytes body;
    size_t i;
    const json_t *row;
    json_array_foreach(vectors_section("exchange"), i, row)
    {
        vector_hex(row, "body", &body);
        assert_round_trip(message_of(row, "message"), vector_span(&body),
                          vector_text(row, "message"));
    }
}

static void single_decision_and_bitrix24_statement_round_trip(void **state)
{
    (void)state;
    static struct vector_bytes body;
    vector_hex(vectors_section("decision_alone"), "body", &body);
    assert_round_trip(MESSAGE_DECISION, vector_span(&body), "decision_alone");
    vector_hex(vectors_section("bitrix24_statement"), "body", &body);
    assert_round_trip(MESSAGE_BITRIX24, vector_span(&body), "bitrix24_statement");
}

static void bad_bodies_are_refused_for_the_right_reason(void **state)
{
    (void)state;
    static struct vector_bytes body;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("bad_body"), i, row)
    {
        union statement out, before;
        memset(&out, 0xa5, sizeof(out));
        memcpy(&before, &out, sizeof(out));
        vector_hex(row, "body", &body);
        enum verdict verdict =
            statement_decode(message_of(row, "message"), vector_span(&body), &out);
        if (strcmp(verdict_word(verdict), vector_text(row, "check")) != 0)
            fail_msg("%s: '%s', not '%s'", vector_text(row, "why"), verdict_word(verdict),
                     vector_text(row, "check"));
        assert_memory_equal(&out, &before, sizeof(out));
    }
    assert_int_equal(i, 61);
}

// Property 9 of the specification: a body of one message is no other.
static void each_body_is_refused_as_every_other_message(void **state)
{
    (void)state;
    static struct vector_bytes body;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("exchange"), i, row)
    {
        enum message own = message_of(row, "message");
        vector_hex(row, "body", &body);
        for (int other = 0; other < MESSAGE_COUNT; other++) {
            union statement out;
            if (other != (int)own)
                assert_int_not_equal(
                    statement_decode((enum message)other, vector_span(&body), &out),
                    VERDICT_OK);
        }
    }
}

static void every_cut_body_is_refused(void **state)
{
    (void)state;
    static struct vector_bytes body;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("exchange"), i, row)
    {
        vector_hex(row, "body", &body);
        for (size_t size = 0; size < body.size; size++) {
            union statement out;
            assert_int_not_equal(
                statement_decode(message_of(row, "message"), span_of(body.bytes, size), &out),
                VERDICT_OK);
        }
    }
}

static void encoding_refuses_what_decoding_would(void **state)
{
    (void)state;
    struct statement_body out = {.size = 7};
    struct statement_unpair unpair = {.flags = 2};
    assert_true(
        statement_where_set(&unpair.where, "https://portal.example.com", MESSAGE_UNPAIR));
    assert_string_equal(verdict_word(statement_encode_unpair(&unpair, &out)), "flags");
    unpair.flags = 1;
    unpair.where.origin[0] = 'H';
    assert_string_equal(verdict_word(statement_encode_unpair(&unpair, &out)), "origin");
    assert_int_equal(out.size, 7);

    struct statement_metadata metadata = {.pins.count = 5};
    assert_string_equal(verdict_word(statement_encode_metadata(&metadata, &out)), "pins");
    metadata.pins.count = SIZE_MAX;
    assert_string_equal(verdict_word(statement_encode_metadata(&metadata, &out)), "pins");
    struct statement_resolve resolve = {.frame.size = 6};
    assert_int_not_equal(statement_encode_resolve(&resolve, &out), VERDICT_OK);
}

static void addresses_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *word;
    } rows[] = {
        {"https://portal.example.com:8443", "ok"},
        {"http://portal.example.com", "http is for loopback only"},
        {"https://portal.example.com:443", "origin not in normal form"},
        {"https://portal.example.com:0", "port"},
        {"https://portal..example.com", "host"},
        {"https://portal.example.com/", "origin"},
        {"https://portal.example.com\xff", "not UTF-8"},
        {"https://portal.example.com\n", "forbidden character"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct statement_unpair unpair = {.where.target = "POST /qr-login/v1/unpair"};
        struct statement_body out;
        snprintf(unpair.where.origin, sizeof(unpair.where.origin), "%s", rows[i].origin);
        assert_string_equal(verdict_word(statement_encode_unpair(&unpair, &out)), rows[i].word);
    }

    struct statement_metadata metadata = {.base_url = "https://a/..", .display_name = "A"};
    struct statement_body out;
    assert_string_equal(verdict_word(statement_encode_metadata(&metadata, &out)), "base path");
    strcpy(metadata.base_url, "a");
    assert_string_equal(verdict_word(statement_encode_metadata(&metadata, &out)), "base URL");
}

static void targets_keep_their_characters(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "POST",    "POST ",     "POST a",  "POST //",   "POST /",  "POST /a/",
        "POST /a?b", "post /a", "POST /a b", "POST /%", "POST /a#b", "POST  /a"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct statement_unpair unpair = {.where.origin = "https://a"};
        struct statement_body out;
        strcpy(unpair.where.target, bad[i]);
        assert_string_equal(verdict_word(statement_encode_unpair(&unpair, &out)), "target");
    }

    // A query is for bitrix24-v1 alone, and has its own characters.
    struct statement_decision decision = {.decision = 1, .flags = 1, .account_id = "1"};
    struct statement_body out;
    strcpy(decision.where.origin, "https://a");
    strcpy(decision.where.target, "POST /a?b=c");
    assert_string_equal(verdict_word(statement_encode_bitrix24(&decision, &out)), "ok");
    assert_string_equal(verdict_word(statement_encode_decision(&decision, &out)), "target");
    strcpy(decision.where.target, "POST /a?");
    assert_string_equal(verdict_word(statement_encode_bitrix24(&decision, &out)), "target");
    strcpy(decision.where.target, "POST /a?b?c");
    assert_string_equal(verdict_word(statement_encode_bitrix24(&decision, &out)), "target");
}

// Nobody need be there; but who was verified was.
static void presence_may_be_missing_but_not_where_the_user_was_verified(void **state)
{
    (void)state;
    static const char *const verdicts[] = {"ok", "ok", "flags", "ok", "flags"};
    for (uint8_t flags = 0; flags < 5; flags++) {
        struct statement_decision decision = {.decision = 1, .flags = flags, .account_id = "1"};
        struct statement_body out;
        strcpy(decision.where.origin, "https://a");
        strcpy(decision.where.target, "POST /a");
        assert_string_equal(verdict_word(statement_encode_decision(&decision, &out)),
                            verdicts[flags]);
        assert_string_equal(verdict_word(statement_encode_bitrix24(&decision, &out)),
                            verdicts[flags]);
    }
}

static void target_is_built_from_the_base_url(void **state)
{
    (void)state;
    struct statement_where where;
    assert_true(
        statement_where_set(&where, "https://portal.example.com/app", MESSAGE_DECISION));
    assert_string_equal(where.origin, "https://portal.example.com");
    assert_string_equal(where.target, "POST /app/qr-login/v1/decision");
    assert_true(statement_where_set(&where, "http://localhost:8080", MESSAGE_ENROL));
    assert_string_equal(where.origin, "http://localhost:8080");
    assert_string_equal(where.target, "POST /qr-login/v1/enrol");
    assert_false(statement_where_set(&where, "https://portal.example.com/", MESSAGE_ENROL));
    assert_false(statement_where_set(&where, "https://portal.example.com", MESSAGE_CONTEXT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_is_encoded_byte_for_byte),
        cmocka_unit_test(exchange_is_decoded_and_written_again),
        cmocka_unit_test(single_decision_and_bitrix24_statement_round_trip),
        cmocka_unit_test(bad_bodies_are_refused_for_the_right_reason),
        cmocka_unit_test(each_body_is_refused_as_every_other_message),
        cmocka_unit_test(every_cut_body_is_refused),
        cmocka_unit_test(presence_may_be_missing_but_not_where_the_user_was_verified),
        cmocka_unit_test(encoding_refuses_what_decoding_would),
        cmocka_unit_test(addresses_are_refused_by_name),
        cmocka_unit_test(targets_keep_their_characters),
        cmocka_unit_test(target_is_built_from_the_base_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
