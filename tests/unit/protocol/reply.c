// SPDX-License-Identifier: MIT
// Replies that are well formed and signed, but do not answer what was sent.
#include "tests/unit/vectors/vectors.h"

#include "net/protocol/reply.h"

static enum message message_of(const char *name)
{
    enum message message = MESSAGE_COUNT;
    assert_true(message_from_name(name, &message));
    return message;
}

static void decode(const char *name, struct span body, union statement *out)
{
    assert_string_equal(verdict_word(statement_decode(message_of(name), body, out)), "ok");
}

static enum verdict check(const char *sent_name, struct span sent_body, const char *reply_name,
                          struct span reply_body)
{
    union statement sent, reply;
    decode(sent_name, sent_body, &sent);
    decode(reply_name, reply_body, &reply);

    switch (message_of(sent_name)) {
    case MESSAGE_ENROL:
        return reply_check_enrolled(&sent.enrol, &reply.enrolled);
    case MESSAGE_ROTATE:
        return reply_check_rotated(&sent.rotate, sent_body, "1017", &reply.enrolled);
    case MESSAGE_RESOLVE:
        return reply_check_context(&sent.resolve, "1017", &reply.context);
    case MESSAGE_DECISION:
        return reply_check_receipt(&sent.decision, sent_body, &reply.receipt);
    case MESSAGE_ENDSESSION:
        return reply_check_ended(&sent.endsession, sent_body, &reply.receipt);
    case MESSAGE_UNPAIR:
        return reply_check_revoked(sent.unpair.portal_id, sent.unpair.device_id,
                                   sent.unpair.key_id, &reply.revoked);
    default:
        fail_msg("%s has no reply", sent_name);
        return VERDICT_COUNT;
    }
}

static void bad_replies_are_refused_for_the_right_reason(void **state)
{
    (void)state;
    static struct vector_bytes sent, reply;
    size_t i;
    const json_t *row;

    json_array_foreach(vectors_section("bad_reply"), i, row)
    {
        vector_hex(row, "sent_body", &sent);
        vector_hex(row, "body", &reply);
        enum verdict verdict = check(vector_text(row, "sent"), vector_span(&sent),
                                     vector_text(row, "message"), vector_span(&reply));

        if (strcmp(verdict_word(verdict), vector_text(row, "check")) != 0)
            fail_msg("%s: '%s', not '%s'", vector_text(row, "why"), verdict_word(verdict),
                     vector_text(row, "check"));
    }
    assert_int_equal(i, 20);
}

// In the exchange of the vectors each of these is answered by the one behind it.
static const struct {
    size_t sent, reply;
} pairs[] = {{1, 2}, {1, 3}, {4, 5}, {6, 7}, {8, 9}, {10, 11}, {12, 13}};

// A device token is answered at once, by the device.
static void reply_to_a_device_token_is_accepted(void **state)
{
    (void)state;
    const json_t *rows = vectors_section("device_token_exchange");
    const json_t *token = json_array_get(vectors_section("device_token"), 0);
    static struct vector_bytes sent, reply, secret;
    union statement enrol, enrolled;

    vector_hex(json_array_get(rows, 0), "body", &sent);
    vector_hex(json_array_get(rows, 1), "body", &reply);
    vector_hex(token, "token", &secret);
    decode("enrol", vector_span(&sent), &enrol);
    decode("enrolled", vector_span(&reply), &enrolled);
    assert_memory_equal(enrol.enrol.token, vector_span(&secret).p, PAIRING_TOKEN_SIZE);
    assert_int_equal(enrolled.enrolled.state, ENROLLED_ACTIVE);
    assert_int_equal(reply_check_enrolled(&enrol.enrol, &enrolled.enrolled), VERDICT_OK);
}

// A badge is answered twice: while a person is asked for the digits, and then.
static void replies_to_a_badge_are_accepted(void **state)
{
    (void)state;
    const json_t *rows = vectors_section("badge_exchange");
    static const uint8_t states[] = {ENROLLED_PENDING, ENROLLED_ACTIVE};
    static struct vector_bytes sent, reply;
    union statement enrol, enrolled;
    vector_hex(json_array_get(rows, 0), "body", &sent);
    decode("enrol", vector_span(&sent), &enrol);

    for (size_t i = 0; i < 2; i++) {
        vector_hex(json_array_get(rows, i + 1), "body", &reply);
        decode("enrolled", vector_span(&reply), &enrolled);
        assert_int_equal(enrolled.enrolled.state, states[i]);
        assert_int_equal(reply_check_enrolled(&enrol.enrol, &enrolled.enrolled), VERDICT_OK);
    }
}

static const json_t *exchange(size_t i)
{
    return json_array_get(vectors_section("exchange"), i);
}

static void replies_of_the_exchange_are_accepted(void **state)
{
    (void)state;
    static struct vector_bytes sent, reply;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const json_t *a = exchange(pairs[i].sent), *b = exchange(pairs[i].reply);
        vector_hex(a, "body", &sent);
        vector_hex(b, "body", &reply);
        enum verdict verdict = check(vector_text(a, "message"), vector_span(&sent),
                                     vector_text(b, "message"), vector_span(&reply));
        if (verdict != VERDICT_OK)
            fail_msg("%s: %s", vector_text(b, "message"), verdict_word(verdict));
    }
}

static void another_portal_is_refused(void **state)
{
    (void)state;
    static struct vector_bytes sent, reply;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const json_t *a = exchange(pairs[i].sent), *b = exchange(pairs[i].reply);
        vector_hex(a, "body", &sent);
        vector_hex(b, "body", &reply);
        sent.bytes[2] ^= 1; // the portal id begins here
        assert_int_equal(check(vector_text(a, "message"), vector_span(&sent),
                               vector_text(b, "message"), vector_span(&reply)),
                         VERDICT_PORTAL_ID);
    }
}

static void another_account_is_refused(void **state)
{
    (void)state;
    static struct vector_bytes sent, reply;
    union statement a, b;
    vector_hex(exchange(4), "body", &sent);
    vector_hex(exchange(5), "body", &reply);
    decode("resolve", vector_span(&sent), &a);
    decode("context", vector_span(&reply), &b);
    assert_int_equal(reply_check_context(&a.resolve, "1018", &b.context), VERDICT_ACCOUNT_ID);

    vector_hex(exchange(10), "body", &sent);
    vector_hex(exchange(11), "body", &reply);
    decode("rotate", vector_span(&sent), &a);
    decode("enrolled", vector_span(&reply), &b);
    assert_int_equal(reply_check_rotated(&a.rotate, vector_span(&sent), "101", &b.enrolled),
                     VERDICT_ACCOUNT_ID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_replies_are_refused_for_the_right_reason),
        cmocka_unit_test(replies_of_the_exchange_are_accepted),
        cmocka_unit_test(reply_to_a_device_token_is_accepted),
        cmocka_unit_test(replies_to_a_badge_are_accepted),
        cmocka_unit_test(another_portal_is_refused),
        cmocka_unit_test(another_account_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
