// SPDX-License-Identifier: MIT
// What the chain of the journal does not show, its head does: a cut end, a removed file, a
// chain that was computed anew. And an honest journal never looks so, wherever the power went.
#include "tests/unit/net/scratch.h"

#include "net/pairings/journal.h"
#include "net/pairings/journal_check.h"
#include "net/pairings/store_journal.h"
#include "tests/unit/pairings/some_dialects.h"

static char bytes[65536];

static void pass_by(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    (void)line;
}

static struct journal_checked check(void **state, size_t wanted)
{
    const struct scratch *scratch = *state;
    struct journal_checked checked;
    assert_true(
        journal_check(scratch->path, scratch->path, wanted, pass_by, NULL, &checked, NULL));
    return checked;
}

// The same in all of the file and in its end.
static enum failure found(void **state)
{
    struct journal_checked tail = check(state, 1), all = check(state, JOURNAL_ALL);
    if (all.sum.faulty == 0)
        assert_int_equal(journal_failure(&tail), journal_failure(&all));
    return journal_failure(&all);
}

static bool try_append(void **state, const char *account, struct fault *fault)
{
    const struct scratch *scratch = *state;
    const struct journal_field fields[] = {{"account", account}, {0}};
    struct pairing_store *store = pairing_store_open(scratch->path, dialects, NULL);
    assert_non_null(store);
    const struct journal_keeper keeper = store_journal_keeper(store);
    bool ok = journal_append(scratch->path, &keeper, 100, "decision", fields, fault);
    pairing_store_close(store);
    return ok;
}

static void append(void **state, const char *account)
{
    assert_true(try_append(state, account, NULL));
}

static const char *journal(void **state)
{
    return scratch_join(state, JOURNAL_NAME);
}

static size_t three_lines(void **state)
{
    append(state, "anna");
    append(state, "boris");
    append(state, "vera");
    return scratch_read(journal(state), bytes, sizeof(bytes));
}

// Where line `number` begins, from 0.
static size_t line_at(size_t number)
{
    const char *at = bytes;
    while (number-- > 0)
        at = strchr(at, '\n') + 1;
    return (size_t)(at - bytes);
}

static void the_head_follows_each_line(void **state)
{
    struct journal_checked checked = check(state, JOURNAL_ALL);
    assert_false(checked.has_head);
    three_lines(state);
    checked = check(state, JOURNAL_ALL);
    assert_true(checked.has_head);
    assert_int_equal(found(state), FAILURE_NONE);
    assert_int_equal(checked.sum.end.count, 3);
    assert_int_equal(scratch_mode(scratch_join(state, JOURNAL_HEAD_NAME)), 0600);
}

static void an_end_that_was_cut_off_shows_wherever_it_was_cut(void **state)
{
    size_t size = three_lines(state);
    for (size_t cut = 1; cut < size; cut++) {
        scratch_write(journal(state), bytes, cut);
        assert_int_equal(found(state), FAILURE_JOURNAL_CUT);
    }
    scratch_write(journal(state), bytes, size);
    assert_int_equal(found(state), FAILURE_NONE);
}

static void a_removed_journal_shows(void **state)
{
    size_t size = three_lines(state);
    assert_int_equal(remove(journal(state)), 0);
    assert_int_equal(found(state), FAILURE_JOURNAL_REMOVED);
    scratch_write(journal(state), bytes, 0);
    assert_int_equal(found(state), FAILURE_JOURNAL_REMOVED);
    scratch_write(journal(state), bytes, size);
    assert_int_equal(found(state), FAILURE_NONE);
}

// Another last line in the place of the last, its chain whole.
static void lie(void **state)
{
    const struct scratch *scratch = *state;
    const struct journal_field lie[] = {{"account", "mallory"}, {0}};
    assert_int_equal(truncate(journal(state), (off_t)line_at(2)), 0);
    assert_true(journal_append(scratch->path, NULL, 100, "decision", lie, NULL));
}

static void a_chain_that_was_computed_anew_shows(void **state)
{
    three_lines(state);
    lie(state);
    assert_int_equal(check(state, JOURNAL_ALL).sum.faulty, 0);
    assert_int_equal(found(state), FAILURE_JOURNAL_REWRITTEN);
}

static void a_line_that_was_taken_out_is_a_break_of_the_chain(void **state)
{
    size_t size = three_lines(state), second = line_at(1), third = line_at(2);
    memmove(bytes + second, bytes + third, size - third);
    scratch_write(journal(state), bytes, size - (third - second));
    assert_int_equal(found(state), FAILURE_JOURNAL_BROKEN);
}

// The next entry does not heal it, and the first finding stays.
static void what_was_lost_is_told_after_the_next_entries_too(void **state)
{
    three_lines(state);
    lie(state);
    append(state, "gleb");
    assert_int_equal(found(state), FAILURE_JOURNAL_REWRITTEN);
    assert_int_equal(remove(journal(state)), 0);
    assert_int_equal(found(state), FAILURE_JOURNAL_REMOVED);
    append(state, "dina");
    append(state, "egor");

    struct journal_checked checked = check(state, JOURNAL_ALL);
    assert_int_equal(found(state), FAILURE_JOURNAL_REWRITTEN);
    assert_int_equal(checked.lost.count, 3);
    assert_int_equal(checked.sum.end.count, 2);
    assert_int_equal(checked.sum.faulty, 0);
}

static void every_way_to_lose_it_is_kept(void **state)
{
    static const size_t left[] = {0, 1, 2};
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
        three_lines(state);
        assert_int_equal(truncate(journal(state), (off_t)line_at(left[i])), 0);
        append(state, "gleb");
        assert_int_equal(found(state),
                         left[i] == 0 ? FAILURE_JOURNAL_REMOVED : FAILURE_JOURNAL_CUT);
        assert_int_equal(remove(journal(state)), 0);
        assert_int_equal(remove(scratch_join(state, JOURNAL_HEAD_NAME)), 0);
    }
}

// The power goes at any moment between the first byte of a line and the new head: the head is
// the old one. That is no loss, and the next entry brings the head up.
static void no_crash_makes_an_honest_journal_look_cut(void **state)
{
    static char head[4096];
    append(state, "anna");
    append(state, "boris");
    size_t head_size = scratch_read(scratch_join(state, JOURNAL_HEAD_NAME), head, sizeof(head));
    append(state, "vera");
    size_t size = scratch_read(journal(state), bytes, sizeof(bytes));

    for (size_t cut = line_at(2); cut <= size; cut += cut + 7 < size ? 7 : 1) {
        scratch_write(scratch_join(state, JOURNAL_HEAD_NAME), head, head_size);
        scratch_write(journal(state), bytes, cut);
        assert_int_equal(found(state), FAILURE_NONE);
        append(state, "gleb");
        assert_int_equal(found(state), FAILURE_NONE);
        struct journal_checked checked = check(state, JOURNAL_ALL);
        struct fault fault = {0};
        struct journal_head now;
        bool missing;
        const struct scratch *scratch = *state;
        int folder = open(scratch->path, O_RDONLY | O_DIRECTORY);
        assert_true(journal_head_load(folder, &now, &missing, &fault));
        close(folder);
        assert_int_equal(now.at.count, checked.sum.end.count);
        assert_memory_equal(now.at.hash, checked.sum.end.hash, HASH_SIZE);
    }
}

// An older version wrote without a head, before there was one, or in between.
static void a_journal_without_a_head_is_taken_as_it_is(void **state)
{
    const struct scratch *scratch = *state;
    const struct journal_field none[] = {{0}};
    for (int i = 0; i < 5; i++)
        assert_true(journal_append(scratch->path, NULL, i, "decision", none, NULL));
    assert_int_equal(found(state), FAILURE_NONE);
    append(state, "anna");
    assert_int_equal(found(state), FAILURE_NONE);

    // More than fits into one message.
    for (int i = 0; i < 300; i++)
        assert_true(journal_append(scratch->path, NULL, i, "decision", none, NULL));
    assert_int_equal(found(state), FAILURE_NONE);
    append(state, "boris");
    assert_int_equal(found(state), FAILURE_NONE);
    scratch_read(journal(state), bytes, sizeof(bytes));
    assert_int_equal(truncate(journal(state), (off_t)line_at(306)), 0);
    assert_int_equal(found(state), FAILURE_JOURNAL_CUT);
}

// What was put behind the end by a hand that cannot count is named, and nothing is refused.
static void lines_that_are_no_ones_are_taken_for_a_lie(void **state)
{
    size_t size = three_lines(state);
    size_t first = line_at(1);
    memcpy(bytes + size, bytes, first);
    scratch_write(journal(state), bytes, size + first);
    append(state, "gleb");
    assert_int_equal(found(state), FAILURE_JOURNAL_BROKEN);
    assert_int_equal(check(state, JOURNAL_ALL).loss, JOURNAL_REWRITTEN);
}

static void a_damaged_head_is_named_and_nothing_is_written(void **state)
{
    struct fault fault = {0};
    size_t size = three_lines(state);
    scratch_write(scratch_join(state, JOURNAL_HEAD_NAME), "{}", 2);
    assert_int_equal(found(state), FAILURE_JOURNAL_HEAD_DAMAGED);
    assert_false(try_append(state, "gleb", &fault));
    assert_int_equal(fault.failure, FAILURE_JOURNAL_HEAD_DAMAGED);
    assert_int_equal(scratch_read(journal(state), bytes, sizeof(bytes)), size);
}

// The signer is asked by a program that lies.
static void the_signer_takes_only_what_belongs_behind_its_head(void **state)
{
    const struct scratch *scratch = *state;
    three_lines(state);
    struct pairing_store *store = pairing_store_open(scratch->path, dialects, NULL);
    const struct journal_keeper keeper = store_journal_keeper(store);
    struct journal_head head, after;
    struct fault fault = {0};
    bool missing;
    assert_true(keeper.load(keeper.userdata, &head, &missing, NULL));

    // A line of another chain; and another end, without a word why.
    struct journal_step step = {.from = head.at, .lines = span_of(bytes, line_at(1))};
    assert_false(keeper.follow(keeper.userdata, &step, &fault));
    assert_int_equal(fault.failure, FAILURE_SIGNER_REFUSED);
    step.from = (struct journal_place){0};
    assert_false(keeper.follow(keeper.userdata, &step, &fault));
    assert_int_equal(fault.failure, FAILURE_SIGNER_REFUSED);

    assert_true(keeper.load(keeper.userdata, &after, &missing, NULL));
    assert_memory_equal(&after.at, &head.at, sizeof(head.at));
    pairing_store_close(store);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_head_follows_each_line),
        TEST(an_end_that_was_cut_off_shows_wherever_it_was_cut),
        TEST(a_removed_journal_shows),
        TEST(a_chain_that_was_computed_anew_shows),
        TEST(a_line_that_was_taken_out_is_a_break_of_the_chain),
        TEST(what_was_lost_is_told_after_the_next_entries_too),
        TEST(every_way_to_lose_it_is_kept),
        TEST(no_crash_makes_an_honest_journal_look_cut),
        TEST(a_journal_without_a_head_is_taken_as_it_is),
        TEST(lines_that_are_no_ones_are_taken_for_a_lie),
        TEST(a_damaged_head_is_named_and_nothing_is_written),
        TEST(the_signer_takes_only_what_belongs_behind_its_head),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
