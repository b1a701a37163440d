// SPDX-License-Identifier: MIT
// Where libsodium fails at the journal, no line is added that was not hashed, none is called
// whole or broken that was not judged, and no record is said to differ.
#include "tests/unit/net/scratch.h"

#include <sodium.h>

#include "net/pairings/journal.h"
#include "net/pairings/journal_check.h"
#include "net/pairings/portal_record.h"
#include "net/pairings/store_journal.h"
#include "tests/unit/each_call_fails.h"
#include "tests/unit/failing_sodium.h"
#include "tests/unit/pairings/some_dialects.h"

static struct pairing_store *store;
static struct fault fault;
static void **folder; // of the test that runs
static char state_dir[PATH_MAX + 64];

static int set_up(void **state)
{
    scratch_make(state);
    folder = state;
    snprintf(state_dir, sizeof(state_dir), "%s", scratch_join(state, "data"));
    store = pairing_store_open(state_dir, dialects, NULL);
    assert_non_null(store);
    return 0;
}

static int tear_down(void **state)
{
    pairing_store_close(store);
    return scratch_remove(state);
}

static void look_for_own_fault(void)
{
    assert_true(fault.failure == FAILURE_INTERNAL || fault.failure == FAILURE_MEMORY);
    fault = (struct fault){0};
}

static size_t told_lines;

static void count_line(void *userdata, const struct journal_line *line)
{
    (void)userdata;
    assert_int_equal(line->mark, JOURNAL_WHOLE);
    told_lines++;
}

static struct journal_checked checked;

static bool check_journal(void)
{
    told_lines = 0;
    return journal_check(state_dir, state_dir, JOURNAL_ALL, count_line, NULL, &checked, &fault);
}

static void expect_whole_journal(void)
{
    assert_true(check_journal());
    assert_string_equal(failure_code(journal_failure(&checked)), "none");
}

static bool append(void)
{
    const struct journal_field fields[] = {{"account", "anna"}, {0}};
    const struct journal_keeper keeper = store_journal_keeper(store);
    return journal_append(state_dir, &keeper, 100, "decision", fields, &fault);
}

static struct kept_file {
    const char *name;
    uint8_t bytes[4096];
    size_t size;
} kept_files[] = {{.name = "data/" JOURNAL_NAME}, {.name = "data/" JOURNAL_HEAD_NAME}};
enum { KEPT_FILES = sizeof(kept_files) / sizeof(kept_files[0]) };

static void keep_journal(void)
{
    for (size_t i = 0; i < KEPT_FILES; i++) {
        struct kept_file *file = &kept_files[i];
        file->size =
            scratch_read(scratch_join(folder, file->name), file->bytes, sizeof(file->bytes));
        assert_in_range(file->size, 1, sizeof(file->bytes) - 1);
    }
}

// A line that the signer did not hear of follows with the next one. Then all is as before, so
// that each call fails in the same place.
static void look_for_a_whole_journal(void)
{
    look_for_own_fault();
    expect_whole_journal();
    assert_true(append());
    expect_whole_journal();
    for (size_t i = 0; i < KEPT_FILES; i++)
        scratch_write(scratch_join(folder, kept_files[i].name), kept_files[i].bytes,
                      kept_files[i].size);
}

static void open_journal(void)
{
    for (unsigned line = 0; line < 3; line++)
        assert_true(append());
}

static void the_journal_stays_whole(void **state)
{
    (void)state;
    open_journal();
    keep_journal();
    assert_true(each_call_fails(append, look_for_a_whole_journal) >= 3);
    expect_whole_journal();

    // The signer has not heard of the last two lines: they are read anew, and handed over.
    keep_journal();
    const struct journal_field fields[] = {{"account", "boris"}, {0}};
    for (unsigned line = 0; line < 2; line++)
        assert_true(journal_append(state_dir, NULL, 100, "decision", fields, NULL));
    kept_files[0].size = scratch_read(scratch_join(folder, kept_files[0].name),
                                      kept_files[0].bytes, sizeof(kept_files[0].bytes));
    assert_true(each_call_fails(append, look_for_a_whole_journal) >= 20);
    expect_whole_journal();
}

static bool append_alone(void)
{
    const struct journal_field fields[] = {{"account", "anna"}, {0}};
    return journal_append(state_dir, NULL, 100, "decision", fields, &fault);
}

static void look_for_the_same_bytes(void)
{
    uint8_t bytes[sizeof(kept_files[0].bytes)];
    look_for_own_fault();
    size_t size = scratch_read(scratch_join(folder, kept_files[0].name), bytes, sizeof(bytes));
    assert_int_equal(size, kept_files[0].size);
    assert_memory_equal(bytes, kept_files[0].bytes, size);
}

// What is no piece of a line is named by the next one, or nothing is added.
static void a_piece_that_cannot_be_hashed_stays_the_end(void **state)
{
    (void)state;
    open_journal();
    FILE *file = fopen(scratch_join(folder, kept_files[0].name), "ab");
    assert_non_null(file);
    assert_int_equal(fputs("no line", file) < 0, 0);
    assert_int_equal(fclose(file), 0);
    keep_journal();
    assert_int_equal(each_call_fails(append_alone, look_for_the_same_bytes), 3);
}

static void a_journal_that_cannot_be_hashed_is_neither_whole_nor_broken(void **state)
{
    (void)state;
    open_journal();
    // Beginning, middle and end of each line, and the beginning of the next.
    assert_int_equal(each_call_fails(check_journal, look_for_own_fault), 3 * 3 + 1);
    assert_int_equal(told_lines, 3);
}

static struct portal_record record;

static void take_finding(void *userdata, const struct record_finding *finding)
{
    (void)userdata;
    fail_msg("line %llu differs", (unsigned long long)finding->line);
}

static bool compare_record(void)
{
    size_t common, differences;
    return portal_record_compare(&record, state_dir, take_finding, NULL, &common, &differences,
                                 &fault);
}

static void take_record_line(const char *text)
{
    assert_true(portal_record_take(&record, span_str(text), NULL));
}

static void a_record_that_cannot_be_compared_does_not_differ(void **state)
{
    (void)state;
    static const char hash[] =
        "0101010101010101010101010101010101010101010101010101010101010101";
    char line[512], head[JOURNAL_HASH_HEX + 1];
    const struct journal_field fields[] = {
        {"pairing", "aaaaaaaaaaaaaaaa"}, {"statement", "decision"}, {"hash", hash}, {0}};
    assert_true(journal_append(state_dir, NULL, 100, "signed", fields, NULL));
    assert_true(check_journal());
    journal_hash_hex(checked.sum.end.hash, head);

    portal_record_init(&record);
    take_record_line("{\"format\":\"qr-login record\",\"device\":\"00\",\"since\":1}");
    snprintf(line, sizeof(line),
             "{\"statement\":\"decision\",\"hash\":\"%s\",\"received\":100,\"lines\":\"1\","
             "\"head\":\"%s\"}",
             hash, head);
    take_record_line(line);
    assert_int_equal(each_call_fails(compare_record, look_for_own_fault), 3 + 1 + 1);
    portal_record_destroy(&record);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_journal_stays_whole),
        TEST(a_piece_that_cannot_be_hashed_stays_the_end),
        TEST(a_journal_that_cannot_be_hashed_is_neither_whole_nor_broken),
        TEST(a_record_that_cannot_be_compared_does_not_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
