// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "net/pairings/journal.h"
#include "net/pairings/journal_read.h"
#include "net/protocol/identity.h"

struct seen {
    enum journal_mark marks[512];
    size_t count;
    char last[JOURNAL_LINE_MAX + 1];
};

static void see(void *userdata, const struct journal_line *line)
{
    struct seen *seen = userdata;
    assert_true(line->number == seen->count + 1 && seen->count < 512);
    seen->marks[seen->count++] = line->mark;
    memcpy(seen->last, line->text.p, line->text.n);
    seen->last[line->text.n] = 0;
}

static void see_number(void *userdata, const struct journal_line *line)
{
    size_t *numbers = userdata;
    numbers[0]++;
    numbers[1] = line->number;
}

static struct journal_sum read_all(void **state, struct seen *seen)
{
    const struct scratch *scratch = *state;
    struct journal_sum sum;
    *seen = (struct seen){0};
    assert_true(journal_read(scratch->path, JOURNAL_ALL, NULL, see, seen, &sum, NULL));
    assert_int_equal(sum.lines, seen->count);
    return sum;
}

static void append(void **state, int64_t time, const char *account)
{
    const struct scratch *scratch = *state;
    const struct journal_field fields[] = {
        {"account", account}, {"place", NULL}, {"portal", "https://portal.example.com"}, {0}};
    assert_true(journal_append(scratch->path, NULL, time, "decision", fields, NULL));
}

static void no_journal_has_no_lines(void **state)
{
    struct seen seen;
    assert_int_equal(read_all(state, &seen).lines, 0);
}

static void lines_come_back_whole_and_in_order(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "Борис \"b\"\n");
    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.lines, 2);
    assert_int_equal(sum.faulty, 0);
    assert_non_null(strstr(seen.last, "\"time\":101"));
    assert_non_null(strstr(seen.last, "Борис"));
    assert_null(strstr(seen.last, "place"));
    assert_int_equal(scratch_mode(scratch_join(state, JOURNAL_NAME)), 0600);
}

static char bytes[65536];

static void every_changed_byte_before_the_last_line_shows(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    append(state, 102, "vera");

    const char *path = scratch_join(state, JOURNAL_NAME);
    size_t size = scratch_read(path, bytes, sizeof(bytes));
    size_t last = size - 1;
    while (bytes[last - 1] != '\n')
        last--;

    for (size_t i = 0; i < last; i++) {
        bytes[i] ^= 1;
        scratch_write(path, bytes, size);
        assert_true(read_all(state, &seen).faulty > 0);
        bytes[i] ^= 1;
    }

    scratch_write(path, bytes, size);
    assert_int_equal(read_all(state, &seen).faulty, 0);
}

static void a_removed_line_shows(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    append(state, 102, "vera");

    const char *path = scratch_join(state, JOURNAL_NAME);
    size_t size = scratch_read(path, bytes, sizeof(bytes));
    size_t first = (size_t)((char *)memchr(bytes, '\n', size) - bytes) + 1;
    scratch_write(path, bytes + first, size - first); // the first
    assert_int_equal(read_all(state, &seen).faulty, 1);

    size_t second = (size_t)((char *)memchr(bytes + first, '\n', size) - bytes) + 1;
    memmove(bytes + first, bytes + second, size - second); // the one between
    scratch_write(path, bytes, size - (second - first));
    assert_int_equal(read_all(state, &seen).faulty, 1);
    assert_int_equal(seen.marks[1], JOURNAL_BROKEN);
}

static size_t count_marks(const struct seen *seen, enum journal_mark mark)
{
    size_t count = 0;
    for (size_t i = 0; i < seen->count; i++)
        count += seen->marks[i] == mark;
    return count;
}

// Wherever a crash or a full disk cuts the last line short: it is told as that, set aside at
// the next write, and the chain goes on as if it had not been.
static void a_line_that_was_cut_short_is_set_aside(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    size_t size = scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes));
    size_t first = (size_t)((char *)memchr(bytes, '\n', size) - bytes) + 1;
    for (size_t cut = first + 1; cut < size - 1; cut++) {
        scratch_write(scratch_join(state, JOURNAL_NAME), bytes, cut);
        struct journal_sum sum = read_all(state, &seen);
        assert_int_equal(sum.faulty, 0);
        assert_int_equal(sum.torn, 1);
        assert_int_equal(seen.marks[1], JOURNAL_TORN);

        append(state, 102, "vera");
        sum = read_all(state, &seen);
        assert_int_equal(sum.lines, 3);
        assert_int_equal(count_marks(&seen, JOURNAL_WHOLE), 3);
        assert_non_null(strstr(seen.last, "vera"));
        char aside[1024], whole[1024], count[32];
        size_t kept =
            scratch_read(scratch_join(state, JOURNAL_TORN_NAME), aside, sizeof(aside));
        assert_int_equal(kept, cut - first + 1);
        assert_memory_equal(aside, bytes + first, cut - first);
        kept = scratch_read(scratch_join(state, JOURNAL_NAME), whole, sizeof(whole) - 1);
        whole[kept] = 0;
        snprintf(count, sizeof(count), "\"bytes\":\"%zu\"", cut - first);
        assert_non_null(strstr(whole, JOURNAL_CUT_SHORT));
        assert_non_null(strstr(whole, count));
        assert_int_equal(remove(scratch_join(state, JOURNAL_TORN_NAME)), 0);
    }
}

// Only the line feed is missing: then nothing is.
static void a_whole_line_without_its_feed_stays(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    size_t size = scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes));
    scratch_write(scratch_join(state, JOURNAL_NAME), bytes, size - 1);
    append(state, 102, "vera");
    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.lines, 3);
    assert_int_equal(sum.faulty + sum.torn, 0);
}

// A journal in which an earlier version went on after the piece.
static void a_piece_in_the_middle_is_known_by_the_next_line(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    size_t size = scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes));
    size_t first = (size_t)((char *)memchr(bytes, '\n', size) - bytes) + 1;
    char whole[4096];
    uint8_t hash[HASH_SIZE];
    size_t cut = size - 20;
    assert_true(hash_sha256(span_of(bytes + first, cut - first), hash));
    int used = snprintf(whole, sizeof(whole),
                        "%.*s\n{\"time\":102,\"event\":\"x\",\"before\":\"", (int)cut, bytes);
    for (size_t i = 0; i < HASH_SIZE; i++)
        used += snprintf(whole + used, sizeof(whole) - (size_t)used, "%02x", hash[i]);
    used += snprintf(whole + used, sizeof(whole) - (size_t)used, "\"}\n");
    scratch_write(scratch_join(state, JOURNAL_NAME), whole, (size_t)used);
    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.faulty, 0);
    assert_int_equal(seen.marks[1], JOURNAL_TORN);

    // The same piece, changed since: that is no accident.
    whole[first + 20] ^= 1;
    scratch_write(scratch_join(state, JOURNAL_NAME), whole, (size_t)used);
    assert_true(read_all(state, &seen).faulty > 0);
}

static void a_write_that_fails_leaves_the_journal_as_it_was(void **state)
{
    struct seen seen;
    const struct scratch *scratch = *state;
    const struct journal_field none[] = {{0}};
    append(state, 100, "anna");
    size_t size = scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes));

    struct rlimit before, little;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);

    for (rlim_t room = 0; room < 60; room += 7) {
        struct fault fault = {0};
        little = (struct rlimit){.rlim_cur = size + room, .rlim_max = before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
        bool ok = journal_append(scratch->path, NULL, 101, "decision", none, &fault);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);

        assert_false(ok);
        assert_string_equal(failure_code(fault.failure), failure_code(FAILURE_STORE_FULL));
        assert_null(strstr(fault.detail, "exists"));
        assert_int_equal(read_all(state, &seen).lines, 1);
        assert_int_equal(scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes)),
                         size);
    }

    append(state, 102, "vera");
    assert_int_equal(read_all(state, &seen).faulty, 0);
}

static void the_tail_is_read_with_its_numbers_and_its_chain(void **state)
{
    const struct scratch *scratch = *state;
    struct journal_sum sum;
    size_t numbers[2] = {0};
    for (int i = 0; i < 300; i++)
        append(state, i, "anna");

    for (size_t wanted = 1; wanted < 310; wanted += 44) {
        numbers[0] = 0;
        assert_true(journal_read(scratch->path, wanted, NULL, see_number, numbers, &sum, NULL));
        size_t read = wanted < 300 ? wanted : 300;
        assert_int_equal(numbers[0], read);
        assert_int_equal(numbers[1], 300);
        assert_int_equal(sum.lines, 300);
        assert_int_equal(sum.faulty, 0);
    }

    // What was changed before the tail does not count in it, what was changed in it does.
    size_t size = scratch_read(scratch_join(state, JOURNAL_NAME), bytes, sizeof(bytes));
    bytes[size - 400] ^= 1;
    scratch_write(scratch_join(state, JOURNAL_NAME), bytes, size);
    numbers[0] = 0;
    assert_true(journal_read(scratch->path, 10, NULL, see_number, numbers, &sum, NULL));
    assert_true(sum.faulty > 0);
}

static void hostile_files_are_read_to_the_end(void **state)
{
    struct seen seen;
    const char *path = scratch_join(state, JOURNAL_NAME);
    memset(bytes, 'x', sizeof(bytes));
    bytes[20000] = '\n';
    bytes[20001] = '\n';
    bytes[20002] = 0;
    scratch_write(path, bytes, sizeof(bytes));
    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.lines, 3);
    assert_int_equal(sum.faulty, 3);
    append(state, 1, "anna");
    assert_int_equal(read_all(state, &seen).lines, 4);
}

static void two_processes_make_one_chain(void **state)
{
    enum { LINES = 40 };
    struct seen seen;
    pid_t child = fork();
    assert_true(child >= 0);
    for (int i = 0; i < LINES; i++)
        append(state, i, child ? "parent" : "child");
    if (child == 0)
        _exit(0);

    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);

    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.lines, 2 * LINES);
    assert_int_equal(sum.faulty, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_journal_has_no_lines),
        TEST(lines_come_back_whole_and_in_order),
        TEST(every_changed_byte_before_the_last_line_shows),
        TEST(a_removed_line_shows),
        TEST(a_line_that_was_cut_short_is_set_aside),
        TEST(a_whole_line_without_its_feed_stays),
        TEST(a_piece_in_the_middle_is_known_by_the_next_line),
        TEST(a_write_that_fails_leaves_the_journal_as_it_was),
        TEST(the_tail_is_read_with_its_numbers_and_its_chain),
        TEST(hostile_files_are_read_to_the_end),
        TEST(two_processes_make_one_chain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
