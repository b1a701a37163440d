// SPDX-License-Identifier: MIT
// The journal beside a portal's record: what is missing in one of them is named, and nothing
// else.
#include "tests/unit/net/scratch.h"

#include "net/pairings/journal.h"
#include "net/pairings/portal_record.h"

#define PAIRING "aaaaaaaaaaaaaaaa"
#define OTHER   "bbbbbbbbbbbbbbbb"
#define SINCE   INT64_C(1000000)
#define NOW     (SINCE + 10 * 86400)

static struct {
    struct portal_record record;
    struct journal_place end; // of the journal
    struct record_finding finding[16];
    size_t findings, common, differences;
} stage;

static int set_up(void **state)
{
    char first[128];
    memset(&stage, 0, sizeof(stage));
    portal_record_init(&stage.record);
    int size = snprintf(first, sizeof(first),
                        "{\"format\":\"qr-login record\",\"device\":\"00\",\"since\":%lld}",
                        (long long)SINCE);
    assert_true(portal_record_take(&stage.record, span_of(first, (size_t)size), NULL));
    return scratch_make(state);
}

static int tear_down(void **state)
{
    portal_record_destroy(&stage.record);
    return scratch_remove(state);
}

static void hex_of(uint8_t number, char out[static JOURNAL_HASH_HEX + 1])
{
    uint8_t hash[HASH_SIZE];
    memset(hash, number, sizeof(hash));
    journal_hash_hex(hash, out);
}

static void pass_by(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    (void)line;
}

static void note(void **state, int64_t time, const char *event, const char *pairing,
                 uint8_t number, const char *end)
{
    const struct scratch *scratch = *state;
    struct journal_sum sum;
    char hash[JOURNAL_HASH_HEX + 1];
    hex_of(number, hash);
    const struct journal_field fields[] = {
        {"pairing", pairing}, {"statement", "decision"}, {"hash", hash}, {"end", end}, {0}};
    assert_true(journal_append(scratch->path, NULL, time, event, fields, NULL));
    assert_true(journal_read(scratch->path, JOURNAL_ALL, NULL, pass_by, NULL, &sum, NULL));
    stage.end = sum.end;
}

// An answer that the portal accepted, as the device writes it down.
static void answer(void **state, const char *pairing, uint8_t number)
{
    note(state, NOW, "signed", pairing, number, NULL);
    note(state, NOW, "ended", pairing, number, "answered");
}

// ... and as the portal has it. `end` may be NULL.
static void keep(uint8_t number, const struct journal_place *end)
{
    char line[512], hash[JOURNAL_HASH_HEX + 1], head[JOURNAL_HASH_HEX + 3] = "null";
    char lines[32] = "null";
    hex_of(number, hash);
    if (end) {
        char hex[JOURNAL_HASH_HEX + 1];
        journal_hash_hex(end->hash, hex);
        snprintf(head, sizeof(head), "\"%s\"", hex);
        snprintf(lines, sizeof(lines), "\"%llu\"", (unsigned long long)end->count);
    }

    int size = snprintf(line, sizeof(line),
                        "{\"statement\":\"decision\",\"hash\":\"%s\",\"received\":%lld,"
                        "\"lines\":%s,\"head\":%s}",
                        hash, (long long)NOW, lines, head);
    assert_true(portal_record_take(&stage.record, span_of(line, (size_t)size), NULL));
}

static void take(void *userdata, const struct record_finding *finding)
{
    (void)userdata;
    assert_true(stage.findings < 16);
    stage.finding[stage.findings++] = *finding;
}

static void compare(void **state)
{
    const struct scratch *scratch = *state;
    stage.findings = 0;
    assert_true(portal_record_compare(&stage.record, scratch->path, take, NULL, &stage.common,
                                      &stage.differences, NULL));
    assert_int_equal(stage.findings, stage.differences);
}

static void assert_one(enum record_difference kind, uint8_t number)
{
    assert_int_equal(stage.differences, 1);
    assert_int_equal(stage.finding[0].kind, kind);
    assert_int_equal(stage.finding[0].hash[0], number);
    assert_string_equal(stage.finding[0].statement, "decision");
}

static void the_same_answers_differ_in_nothing(void **state)
{
    for (uint8_t i = 9; i > 0; i--) {
        answer(state, PAIRING, i);
        keep(i, i == 5 ? NULL : &stage.end);
    }
    compare(state);
    assert_int_equal(stage.common, 9);
    assert_int_equal(stage.differences, 0);
}

static void an_answer_that_only_the_portal_has_is_named(void **state)
{
    answer(state, PAIRING, 1);
    keep(1, &stage.end);
    keep(2, NULL);
    compare(state);
    assert_one(RECORD_NOT_HERE, 2);
}

static void an_answer_that_only_the_journal_has_is_named(void **state)
{
    answer(state, PAIRING, 1);
    keep(1, &stage.end);
    answer(state, PAIRING, 2);
    note(state, NOW, "ended", PAIRING, 3, "refused");        // the portal keeps none
    note(state, SINCE - 1, "ended", PAIRING, 4, "answered"); // it does not any more
    answer(state, OTHER, 5);                                 // of another device, or portal
    compare(state);
    assert_one(RECORD_NOT_THERE, 2);
    assert_int_equal(stage.finding[0].line, 4);
}

// A journal that was computed anew with the same answers in it.
static void another_line_in_the_place_of_the_last_is_named(void **state)
{
    struct journal_place lie;
    answer(state, PAIRING, 1);
    lie = stage.end;
    lie.hash[0] ^= 1;
    keep(1, &lie);
    answer(state, PAIRING, 2);
    keep(2, &stage.end);
    compare(state);
    assert_one(RECORD_OTHER_END, 1);
    assert_int_equal(stage.finding[0].line, 2);
}

static void a_journal_that_was_cut_is_named_by_each_answer(void **state)
{
    for (uint8_t i = 1; i < 4; i++) {
        answer(state, PAIRING, i);
        keep(i, &stage.end);
    }
    assert_int_equal(remove(scratch_join(state, JOURNAL_NAME)), 0);
    compare(state);
    assert_int_equal(stage.differences, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(stage.finding[i].kind, RECORD_NOT_HERE);
}

static void what_is_no_record_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "7",
        "{}",
        "{\"statement\":\"decision\"}",
        "{\"statement\":\"\",\"hash\":\"00\",\"received\":1,\"lines\":null}",
        "{\"statement\":\"a very long name that no statement has\",\"hash\":\"00\"}",
    };

    struct portal_record begun;
    portal_record_init(&begun);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct fault fault = {0};
        assert_false(portal_record_take(&begun, span_str(lines[i]), &fault));
        assert_int_equal(fault.failure, FAILURE_JOURNAL_RECORD);
        fault = (struct fault){0};
        assert_false(portal_record_take(&stage.record, span_str(lines[i]), &fault));
        assert_int_equal(fault.failure, FAILURE_JOURNAL_RECORD);
    }

    assert_false(portal_record_take(
        &begun, span_str("{\"format\":\"qr-login record\",\"since\":9223372036854775807}"),
        NULL));
    portal_record_destroy(&begun);
    assert_int_equal(stage.record.count, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_answers_differ_in_nothing),
        TEST(an_answer_that_only_the_portal_has_is_named),
        TEST(an_answer_that_only_the_journal_has_is_named),
        TEST(another_line_in_the_place_of_the_last_is_named),
        TEST(a_journal_that_was_cut_is_named_by_each_answer),
        TEST(what_is_no_record_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
