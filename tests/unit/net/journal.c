// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <sys/wait.h>

#include "net/journal.h"

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

static struct journal_sum read_all(void **state, struct seen *seen)
{
    const struct scratch *scratch = *state;
    struct journal_sum sum;
    *seen = (struct seen){0};
    assert_true(journal_read(scratch->path, see, seen, &sum, NULL));
    assert_int_equal(sum.lines, seen->count);
    return sum;
}

static void append(void **state, int64_t time, const char *account)
{
    const struct scratch *scratch = *state;
    const struct journal_field fields[] = {
        {"account", account}, {"place", NULL}, {"portal", "https://portal.example.com"}, {0}};
    assert_true(journal_append(scratch->path, time, "decision", fields, NULL));
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

// A crash in the middle of a line costs that line alone, and the chain goes on.
static void a_torn_line_is_named_and_the_chain_goes_on(void **state)
{
    struct seen seen;
    append(state, 100, "anna");
    append(state, 101, "boris");
    const char *path = scratch_join(state, JOURNAL_NAME);
    size_t size = scratch_read(path, bytes, sizeof(bytes));
    scratch_write(path, bytes, size - 20);
    append(state, 102, "vera");
    struct journal_sum sum = read_all(state, &seen);
    assert_int_equal(sum.lines, 3);
    assert_int_equal(seen.marks[0], JOURNAL_WHOLE);
    assert_int_equal(seen.marks[1], JOURNAL_DAMAGED);
    assert_int_equal(seen.marks[2], JOURNAL_WHOLE);
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
        TEST(a_torn_line_is_named_and_the_chain_goes_on),
        TEST(hostile_files_are_read_to_the_end),
        TEST(two_processes_make_one_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
