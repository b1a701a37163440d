// SPDX-License-Identifier: MIT
// No memory for what the protocol reads and writes: each call for memory fails once. Then it is
// said so, and nothing is taken for something else.
#include "tests/unit/vectors/vectors.h"

#include <sodium.h>
#include <stdlib.h>

#include "net/protocol/ijson.h"
#include "net/protocol/journal_told.h"
#include "net/protocol/json_text.h"
#include "net/protocol/problem.h"
#include "tests/unit/failing_memory.h"

// ---- the keys of the vectors -------------------------------------------------------------

static const char *const names[] = {"device", "device_new", "portal", "portal_next"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

static uint8_t public_keys[NAMES][PUBLIC_KEY_SIZE];

static int take_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMES; i++)
        vector_hex_exact(json_object_get(vectors_section("keys"), names[i]), "public",
                         public_keys[i], PUBLIC_KEY_SIZE);
    return 0;
}

static bool find_key(void *userdata, const uint8_t key_id[KEY_ID_SIZE],
                     uint8_t public_key[PUBLIC_KEY_SIZE])
{
    (void)userdata;
    for (size_t i = 0; i < NAMES; i++)
        if (envelope_find_one(public_keys[i], key_id, public_key))
            return true;
    return false;
}

static const struct envelope_keys keys = {find_key, NULL};

// ---- JSON --------------------------------------------------------------------------------

// The bytes that jansson's buffer has to grow for are those that it would leave out: of a name,
// of a number, and the quotation mark at the end. Texts of every size have them everywhere.
static void no_byte_of_a_text_is_left_out(void **state)
{
    (void)state;
    for (size_t size = 1; size < 80; size++) {
        char digits[24], name[100], text[256], again[256];
        snprintf(digits, sizeof(digits), "%.*s", (int)(size % 18) + 1, "123456789012345678");
        memset(name, 'n', size);
        memcpy(name + size / 2, "\xC3\xA9", 2);
        name[size + 2] = '\0';
        int length = snprintf(text, sizeof(text), "{\"%s\":[%s,\"%s\"],\"z\":%s}", name, digits,
                              name, digits);

        for (unsigned call = 1, calls = 1; call <= calls + 1; call++) {
            bool starved = false;
            failing_begin(call);
            json_t *value = json_text_load(span_str(text), 0, NULL, &starved);
            calls = failing_end();

            assert_int_equal(starved, call <= calls);
            assert_int_equal(value != NULL, call > calls);
            if (value) {
                assert_int_equal(json_dumpb(value, again, sizeof(again), JSON_COMPACT), length);
                assert_memory_equal(again, text, (size_t)length);
            }
            json_decref(value);
        }
    }
}

// ---- envelopes ---------------------------------------------------------------------------

static enum message message_of(const json_t *row)
{
    enum message message = MESSAGE_COUNT;
    assert_true(message_from_name(vector_text(row, "message"), &message));
    return message;
}

static void an_envelope_is_opened_or_there_was_no_memory(void **state)
{
    (void)state;
    static struct envelope_opened opened, untouched;
    size_t i;
    unsigned all = 0;
    const json_t *row;
    memset(&untouched, 0xa5, sizeof(untouched));

    json_array_foreach(vectors_section("exchange"), i, row)
    {
        for (unsigned call = 1, calls = 1; call <= calls + 1; call++) {
            memcpy(&opened, &untouched, sizeof(opened));
            failing_begin(call);
            enum verdict verdict = envelope_open(
                message_of(row), vector_text_span(row, "envelope"), &keys, &opened);
            calls = failing_end();

            assert_string_equal(verdict_word(verdict), call > calls ? "ok" : "no memory");
            if (verdict != VERDICT_OK)
                assert_memory_equal(&opened, &untouched, sizeof(opened));
            all = calls > all ? calls : all;
        }
    }
    print_message("an envelope: up to %u calls\n", all);
}

static void the_second_signer_is_found_or_there_was_no_memory(void **state)
{
    (void)state;
    static struct envelope_opened opened;
    struct span text =
        vector_text_span(json_array_get(vectors_section("badge_exchange"), 0), "envelope");
    assert_int_equal(envelope_open(MESSAGE_ENROL, text, NULL, &opened), VERDICT_OK);

    for (unsigned call = 1, calls = 1; call <= calls + 1; call++) {
        uint8_t id[KEY_ID_SIZE] = {0xaa};
        failing_begin(call);
        enum verdict verdict = envelope_second_signer(MESSAGE_ENROL, text, &opened, &keys, id);
        calls = failing_end();
        assert_string_equal(verdict_word(verdict), call > calls ? "ok" : "no memory");
        assert_true(call > calls || id[0] == 0xaa);
    }
}

static void what_is_told_of_the_journal_is_true_or_not_told(void **state)
{
    (void)state;
    static struct envelope_opened decision;
    const json_t *row = vectors_section("journal");
    struct span text = vector_text_span(row, "envelope");
    uint8_t device_id[DEVICE_ID_SIZE];
    vector_hex_exact(json_object_get(row, "fields"), "device_id", device_id, DEVICE_ID_SIZE);
    assert_int_equal(envelope_open(MESSAGE_DECISION, text, &keys, &decision), VERDICT_OK);

    for (unsigned call = 1, calls = 1; call <= calls + 1; call++) {
        struct statement_journal told = {.count = 7};
        failing_begin(call);
        bool is_told = journal_told_read(text, &decision, device_id, &told);
        calls = failing_end();
        assert_int_equal(is_told, call > calls);
        assert_int_equal(told.count, is_told ? 3 : 7);
    }
}

// ---- refusals ----------------------------------------------------------------------------

static void fill_problem(struct problem *problem, size_t *first_revoked)
{
    const json_t *rows = vectors_section("exchange");
    problem_init(problem, PROBLEM_DEVICE_REVOKED);
    problem->retry_after_s = 5;
    problem->tries_left = 2;
    problem->supported_min = problem->supported_max = 1;
    strcpy(problem->log_id, "0123456789abcdef");

    *first_revoked = json_array_size(rows);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        struct span text = vector_text_span(json_array_get(rows, i), "envelope");
        if (message_of(json_array_get(rows, i)) != MESSAGE_REVOKED)
            continue;
        *first_revoked = i;
        memcpy(problem->envelope.text, text.p, text.n + 1);
        problem->envelope.size = text.n;
    }
}

static void a_refusal_is_written_and_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static struct problem problem, read;
    size_t revoked;
    unsigned calls = 1, reads = 1;
    fill_problem(&problem, &revoked);
    assert_true(revoked < json_array_size(vectors_section("exchange")));

    char *text = NULL;
    for (unsigned call = 1; call <= calls + 1; call++) {
        failing_begin(call);
        text = problem_write(&problem, "https://portal.example.com");
        calls = failing_end();
        assert_int_equal(text != NULL, call > calls);
    }

    for (unsigned call = 1; call <= reads + 1; call++) {
        bool starved = false;
        failing_begin(call);
        bool is_read =
            problem_read(403, PROBLEM_MEDIA_TYPE, NULL, span_str(text), &read, &starved);
        reads = failing_end();
        assert_int_equal(is_read, call > reads);
        assert_int_equal(starved, call <= reads);
    }
    assert_int_equal(read.envelope.size, problem.envelope.size);
    print_message("a refusal: %u calls to write it, %u to read it\n", calls, reads);
    free(text);
}

int main(void)
{
    if (sodium_init() < 0)
        return 1;

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_of_a_text_is_left_out),
        cmocka_unit_test(an_envelope_is_opened_or_there_was_no_memory),
        cmocka_unit_test(the_second_signer_is_found_or_there_was_no_memory),
        cmocka_unit_test(what_is_told_of_the_journal_is_true_or_not_told),
        cmocka_unit_test(a_refusal_is_written_and_read_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, take_keys, NULL);
}
