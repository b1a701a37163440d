// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <errno.h>

#include "net/pairings/outbox.h"

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
    assert_int_equal(fault.failure, FAILURE_DEVICE_BUSY);
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

// ---- a disk that fails ---------------------------------------------------------------------

int __real_fsync(int file);
int __wrap_fsync(int file);
int __real_renameat(int from, const char *old, int to, const char *new);
int __wrap_renameat(int from, const char *old, int to, const char *new);

static int fsyncs, fsync_fails_from, fsync_fails_to; // counted from 1; 0: none fails
static bool renames_fail_after_one;
static int renames;

int __wrap_fsync(int file)
{
    fsyncs++;
    if (fsyncs >= fsync_fails_from && fsyncs < fsync_fails_to) {
        errno = EIO;
        return -1;
    }
    return __real_fsync(file);
}

int __wrap_renameat(int from, const char *old, int to, const char *new)
{
    if (renames_fail_after_one && renames++ > 0) {
        errno = EROFS;
        return -1;
    }
    return __real_renameat(from, old, to, new);
}

static void fail_fsync(int from, int to)
{
    fsyncs = 0;
    fsync_fails_from = from;
    fsync_fails_to = to;
}

static void expect_outbox(const char *folder, bool waiting, uint64_t sequence)
{
    struct outbox outbox;
    assert_true(outbox_open(&outbox, folder, ID, 0, NULL));
    assert_int_equal(outbox.waiting, waiting);
    assert_int_equal(outbox.sequence, sequence);
    outbox_close(&outbox);
}

// An answer that is told as not stored is not there at the next start, at whichever step the
// disk fails, once or for good. The first fsync is of the file, the second of the folder, after
// the file is in its place.
static void what_is_not_stored_does_not_go_out_later(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox_statement statement = made(1000);

    for (int before = 0; before < 2; before++) {
        for (int at = 1; at <= 2; at++) {
            for (int for_good = 0; for_good < 2; for_good++) {
                struct outbox outbox;
                struct fault fault = {0};
                assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
                uint64_t sequence = outbox.sequence;
                fail_fsync(at, for_good ? INT_MAX : at + 1);
                assert_false(outbox_put(&outbox, &statement, sequence + 1, &fault));
                fail_fsync(0, 0);
                assert_int_not_equal(fault.failure, FAILURE_ANSWER_MAY_FOLLOW);
                assert_int_not_equal(fault.failure, FAILURE_NONE);
                outbox_close(&outbox);
                assert_true(outbox_open(&outbox, scratch->path, ID, sequence, NULL));
                assert_false(outbox.waiting);
                outbox_close(&outbox);
            }
        }

        struct outbox outbox; // and again with a counter that is on disk
        assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
        assert_true(outbox_put(&outbox, &statement, outbox.sequence + 7, NULL));
        assert_true(outbox_end(&outbox, NULL));
        outbox_close(&outbox);
    }
}

static void what_cannot_be_taken_back_is_told(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct outbox_statement statement = made(1000);
    struct fault fault = {0};
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));

    fail_fsync(2, 3);
    renames = 0;
    renames_fail_after_one = true;
    assert_false(outbox_put(&outbox, &statement, 1, &fault));

    renames_fail_after_one = false;
    fail_fsync(0, 0);
    assert_int_equal(fault.failure, FAILURE_ANSWER_MAY_FOLLOW);
    outbox_close(&outbox);
    expect_outbox(scratch->path, true, 1);
}

// The disk is full, or fails: the end of a statement needs no room.
static void a_statement_ends_on_a_full_disk(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct outbox_statement statement = made(1000);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 5, NULL));
    fail_fsync(1, INT_MAX);
    assert_true(outbox_end(&outbox, NULL));
    assert_false(outbox_put(&outbox, &statement, 6, NULL));
    fail_fsync(0, 0);
    outbox_close(&outbox);
    expect_outbox(scratch->path, false, 5);

    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 6, NULL));
    outbox_close(&outbox);
    expect_outbox(scratch->path, true, 6);
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    outbox_forget(&outbox);
    outbox_close(&outbox);
    expect_outbox(scratch->path, false, 0);
}

// Where nothing can be written at all, nothing is there to follow.
static void a_disk_that_cannot_be_written_holds_no_answer(void **state)
{
    const struct scratch *scratch = *state;
    struct outbox outbox;
    struct outbox_statement statement = made(1000);
    struct fault fault = {0};
    assert_true(outbox_open(&outbox, scratch->path, ID, 0, NULL));
    assert_true(outbox_put(&outbox, &statement, 1, NULL));
    assert_true(outbox_end(&outbox, NULL));

    renames = 1;
    renames_fail_after_one = true;
    assert_false(outbox_put(&outbox, &statement, 2, &fault));

    renames_fail_after_one = false;
    assert_int_not_equal(fault.failure, FAILURE_ANSWER_MAY_FOLLOW);
    outbox_close(&outbox);
    expect_outbox(scratch->path, false, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_statement_survives_a_restart_byte_for_byte),
        TEST(the_counter_never_falls),
        TEST(one_statement_at_a_time),
        TEST(one_process_at_a_time),
        TEST(old_statements_are_dropped),
        TEST(a_damaged_outbox_is_told_and_kept),
        TEST(what_is_not_stored_does_not_go_out_later),
        TEST(what_cannot_be_taken_back_is_told),
        TEST(a_statement_ends_on_a_full_disk),
        TEST(a_disk_that_cannot_be_written_holds_no_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
