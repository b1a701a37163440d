// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include "net/outbox.h"

#define ID "0123456789abcdef"

static struct outbox_statement made(int64_t made_at)
{
    struct outbox_statement statement = {.message = MESSAGE_DECISION, .made_at = made_at};
    statement.body.size = STATEMENT_BODY_MAX;
    for (size_t i = 0; i < statement.body.size; i++)
        statement.body.bytes[i] = (uint8_t)(i * 7);
    memset(statement.envelope.text, 'e', ENVELOPE_SEALED_MAX);
    statement.envelope.size = ENVELOPE_SEALED_MAX;
    return statement;
}

static void a_statement_survives_a_restart_byte_for_byte(void **state)
{
    const struct scratch *scratch = *state;
    struct fault fault = {0};
    struct outbox outbox;
    struct outbox_statement statement = made(1000);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, &fault));
    assert_false(outbox.waiting);
    assert_true(outbox_put(&outbox, &statement, 1, &fault));
    outbox_close(&outbox); // as a crash would: nothing more is written

    assert_true(outbox_open(&outbox, scratch->path, ID, 0, &fault));
    assert_true(outbox.waiting);
    assert_int_equal(outbox.sequence, 1);
    assert_int_equal(outbox.statement.message, MESSAGE_DECISION);
    assert_int_equal(outbox.statement.made_at, 1000);
    assert_int_equal(outbox.statement.body.size, statement.body.size);
    assert_memory_equal(outbox.statement.body.bytes, statement.body.bytes, statement.body.size);
    assert_string_equal(outbox.statement.envelope.text, statement.envelope.text);
    outbox_close(&outbox);
    assert_int_equal(scratch_mode(scratch_join(state, "outbox")), 0700);
    assert_int_equal(scratch_mode(scratch_join(state, "outbox/" ID ".outbox")), 0600);
}

static void the_counter_never_falls(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct fault fault = {0};
    struct outbox_statement statement = made(1000);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 5, NULL));
    assert_true(outbox_end(&outbox, NULL));
    assert_false(outbox_put(&outbox, &statement, 5, &fault));
    assert_true(outbox_put(&outbox, &statement, 6, NULL));
    assert_true(outbox_end(&outbox, NULL));
    outbox_close(&outbox);

    assert_true(outbox_open(&outbox, scratch->path, ID, 3, NULL));
    assert_int_equal(outbox.sequence, 6);
    assert_false(outbox.waiting);
    outbox_close(&outbox);

    // The state folder is lost: the pairing's own memory of the counter wins.
    assert_int_equal(unlink(scratch_join(state, "outbox/" ID ".outbox")), 0);
    assert_true(outbox_open(&outbox, scratch->path, ID, 6, NULL));
    assert_int_equal(outbox.sequence, 6);
    outbox_close(&outbox);
}

static void one_statement_at_a_time(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct outbox_statement statement = made(1000);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 1, NULL));
    assert_false(outbox_put(&outbox, &statement, 2, NULL));
    assert_true(outbox_end(&outbox, NULL));
    assert_true(outbox_put(&outbox, &statement, 2, NULL));
    outbox_close(&outbox);
}

static void one_process_at_a_time(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox first, second;
    struct fault fault = {0};
    assert_true(outbox_open(&first, scratch->path, ID, 0, NULL));
    assert_false(outbox_open(&second, scratch->path, ID, 0, &fault));
    assert_int_equal(fault.failure, FAILURE_PAIRING_STORE);
    outbox_close(&first);
    assert_true(outbox_open(&second, scratch->path, ID, 0, NULL));
    outbox_close(&second);
}

static void old_statements_are_dropped(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct outbox_statement statement = made(1000000);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 1, NULL));
    assert_true(outbox_drop_old(&outbox, 1000000 + OUTBOX_LIFE_S, NULL));
    assert_true(outbox.waiting);
    assert_true(outbox_drop_old(&outbox, 5, NULL)); // a clock set back drops nothing
    assert_true(outbox.waiting);
    assert_true(outbox_drop_old(&outbox, 1000001 + OUTBOX_LIFE_S, NULL));
    assert_false(outbox.waiting);
    outbox_close(&outbox);
}

static void a_damaged_outbox_is_told_and_kept(void **state)
{
    static const char *const contents[] = {
        "",
        "{}",
        "{\"format\":\"qrconfirm outbox\",\"version\":1}",
        "{\"format\":\"qrconfirm outbox\",\"version\":1,\"sequence\":\"-1\"}",
        "{\"format\":\"qrconfirm outbox\",\"version\":1,\"sequence\":\"18446744073709551616\"}",
        "{\"format\":\"qrconfirm outbox\",\"version\":1,\"sequence\":\"1\",\"statement\":{}}",
        ("{\"format\":\"qrconfirm outbox\",\"version\":1,\"sequence\":\"1\",\"statement\":{"
         "\"message\":\"receipt\",\"made_at\":1,\"body\":\"AAAA\",\"envelope\":\"e\"}}")};
    const struct scratch *scratch = *state;
    struct outbox outbox;
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    outbox_close(&outbox);
    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        const char *path = scratch_join(state, "outbox/" ID ".outbox");
        scratch_write(path, contents[i], strlen(contents[i]));
        struct fault fault = {0};
        assert_false(outbox_open(&outbox, scratch->path, ID, 0, &fault));
        assert_int_equal(fault.failure, FAILURE_OUTBOX_DAMAGED);
        char kept[256] = "";
        scratch_read(scratch_join(state, "outbox/" ID ".outbox"), kept, sizeof(kept) - 1);
        assert_string_equal(kept, contents[i]);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_statement_survives_a_restart_byte_for_byte),
        TEST(the_counter_never_falls),
        TEST(one_statement_at_a_time),
        TEST(one_process_at_a_time),
        TEST(old_statements_are_dropped),
        TEST(a_damaged_outbox_is_told_and_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
