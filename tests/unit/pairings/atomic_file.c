// SPDX-License-Identifier: MIT
#include "tests/unit/net/scratch.h"

#include <errno.h>
#include <sys/resource.h>

#include <signal.h>
#include <sys/wait.h>

#include "net/pairings/atomic_file.h"

static int folder_of(void **state)
{
    struct fault fault;
    int folder = private_folder_open(scratch_join(state, "a/b/c"), &fault);
    assert_true(folder >= 0);
    return folder;
}

static void folders_and_files_are_private(void **state)
{
    umask(0);
    int folder = folder_of(state);
    assert_true(atomic_file_write(folder, "x", span_str("one"), NULL));
    assert_int_equal(scratch_mode(scratch_join(state, "a/b/c")), 0700);
    assert_int_equal(scratch_mode(scratch_join(state, "a/b/c/x")), 0600);
    close(folder);
}

static void too_open_modes_are_tightened(void **state)
{
    close(folder_of(state));
    assert_int_equal(chmod(scratch_join(state, "a/b/c"), 0755), 0);
    scratch_write(scratch_join(state, "a/b/c/x"), "one", 3);
    assert_int_equal(chmod(scratch_join(state, "a/b/c/x"), 0644), 0);

    int folder = folder_of(state);
    uint8_t got[8];
    size_t size;
    assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                     ATOMIC_READ_OK);
    assert_int_equal(scratch_mode(scratch_join(state, "a/b/c")), 0700);
    assert_int_equal(scratch_mode(scratch_join(state, "a/b/c/x")), 0600);
    close(folder);
}

static void what_is_written_is_read(void **state)
{
    int folder = folder_of(state);
    uint8_t got[8];
    size_t size = 0;
    assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                     ATOMIC_READ_MISSING);

    assert_true(atomic_file_write(folder, "x", span_str("one"), NULL));
    assert_true(atomic_file_write(folder, "x", span_str("second"), NULL));
    assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                     ATOMIC_READ_OK);
    assert_int_equal(size, 6);
    assert_memory_equal(got, "second", 6);

    assert_int_not_equal(access(scratch_join(state, "a/b/c/x.new"), F_OK), 0);
    close(folder);
}

static void what_a_crash_left_is_no_hindrance(void **state)
{
    int folder = folder_of(state);
    assert_true(atomic_file_write(folder, "x", span_str("one"), NULL));
    scratch_write(scratch_join(state, "a/b/c/x.new"), "half", 4);

    uint8_t got[8];
    size_t size;
    assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                     ATOMIC_READ_OK);
    assert_memory_equal(got, "one", 3);

    assert_true(atomic_file_write(folder, "x", span_str("two"), NULL));
    assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                     ATOMIC_READ_OK);
    assert_memory_equal(got, "two", 3);
    close(folder);
}

// A writer that is killed at any moment leaves one of the two contents, whole.
static void a_killed_writer_leaves_a_whole_file(void **state)
{
    enum { SIZE = 30000, ROUNDS = 25 };
    static uint8_t content[SIZE], got[ATOMIC_FILE_MAX];
    int folder = folder_of(state);
    memset(content, 'a', SIZE);
    assert_true(atomic_file_write(folder, "x", span_of(content, SIZE), NULL));

    for (int round = 0; round < ROUNDS; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            for (uint8_t letter = 'a';; letter = letter == 'a' ? 'b' : 'a') {
                memset(content, letter, SIZE);
                atomic_file_write(folder, "x", span_of(content, SIZE), NULL);
            }
        }
        usleep((useconds_t)(1000 + round * 700));
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, NULL, 0), child);
        size_t size = 0;
        assert_int_equal(atomic_file_read(folder, "x", got, sizeof(got), &size, NULL),
                         ATOMIC_READ_OK);
        assert_int_equal(size, SIZE);
        for (size_t i = 0; i < SIZE; i++)
            assert_int_equal(got[i], got[0]);
    }
    close(folder);
}

static void refuse(int folder, const char *name, enum atomic_read how, enum failure failure)
{
    uint8_t got[8];
    size_t size;
    struct fault fault = {0};
    assert_int_equal(atomic_file_read(folder, name, got, sizeof(got), &size, &fault), how);
    assert_int_equal(fault.failure, failure);
    assert_non_null(strstr(fault.detail, name));
}

static void what_is_no_plain_file_of_ours_is_refused(void **state)
{
    int folder = folder_of(state);
    scratch_write(scratch_join(state, "elsewhere"), "secret", 6);
    assert_int_equal(symlinkat("../../../elsewhere", folder, "link"), 0);
    refuse(folder, "link", ATOMIC_READ_FOREIGN, FAILURE_STORE_FOREIGN);
    assert_int_equal(mkfifoat(folder, "fifo", 0600), 0);
    refuse(folder, "fifo", ATOMIC_READ_FOREIGN, FAILURE_STORE_FOREIGN); // and does not hang
    assert_int_equal(mkdirat(folder, "dir", 0700), 0);
    refuse(folder, "dir", ATOMIC_READ_FOREIGN, FAILURE_STORE_FOREIGN);
    scratch_write(scratch_join(state, "a/b/c/large"), "0123456789", 10);
    refuse(folder, "large", ATOMIC_READ_DAMAGED, FAILURE_PAIRING_DAMAGED);

    // Writing replaces the link and not what it points to.
    assert_true(atomic_file_write(folder, "link", span_str("new"), NULL));
    char got[8] = "";
    assert_int_equal(scratch_read(scratch_join(state, "elsewhere"), got, sizeof(got)), 6);
    close(folder);
}

static void a_foreign_file_is_refused(void **state)
{
    if (geteuid() != 0)
        skip();
    int folder = folder_of(state);
    scratch_write(scratch_join(state, "a/b/c/x"), "one", 3);
    assert_int_equal(chown(scratch_join(state, "a/b/c/x"), 4711, 4711), 0);
    refuse(folder, "x", ATOMIC_READ_FOREIGN, FAILURE_STORE_FOREIGN);
    close(folder);

    struct fault fault = {0};
    assert_int_equal(chown(scratch_join(state, "a/b/c"), 4711, 4711), 0);
    assert_true(private_folder_open(scratch_join(state, "a/b/c"), &fault) < 0);
    assert_int_equal(fault.failure, FAILURE_STORE_FOREIGN);
}

static ssize_t (*reading)(int file, void *out, size_t size); // NULL: as ever

ssize_t __real_read(int file, void *out, size_t size);
ssize_t __wrap_read(int file, void *out, size_t size);
ssize_t __wrap_read(int file, void *out, size_t size)
{
    return reading ? reading(file, out, size) : __real_read(file, out, size);
}

static ssize_t fails_with_eio(int file, void *out, size_t size)
{
    (void)file;
    (void)out;
    (void)size;
    errno = EIO;
    return -1;
}

// What the disk or the machine forbids now says nothing of the file.
static void what_cannot_be_read_now_is_not_damaged(void **state)
{
    int folder = folder_of(state);
    scratch_write(scratch_join(state, "a/b/c/x"), "one", 3);
    reading = fails_with_eio;
    refuse(folder, "x", ATOMIC_READ_UNREADABLE, FAILURE_STORE_UNREADABLE);
    reading = NULL;

    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = (rlim_t)folder + 1, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    refuse(folder, "x", ATOMIC_READ_UNREADABLE, FAILURE_DESCRIPTORS);
    struct fault fault = {0};
    assert_false(atomic_file_erase(folder, "x", &fault)); // its bytes would stay on the disk
    assert_int_equal(fault.failure, FAILURE_DESCRIPTORS);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(faccessat(folder, "x", F_OK, 0), 0);
    close(folder);
}

// The mode is the user's to mend, and a root that reads everything does not meet it.
static void a_mode_that_forbids_reading_is_told(void **state)
{
    int folder = folder_of(state);
    scratch_write(scratch_join(state, "a/b/c/x"), "one", 3);
    assert_int_equal(chmod(scratch_join(state, "a/b/c/x"), 0), 0);
    if (geteuid() != 0)
        refuse(folder, "x", ATOMIC_READ_UNREADABLE, FAILURE_STORE_UNREADABLE);
    close(folder);
}

static void a_lock_is_held_once(void **state)
{
    int folder = folder_of(state);
    struct fault fault = {0};
    int first = private_lock(folder, "l", false, &fault);
    assert_true(first >= 0);
    assert_true(private_lock(folder, "l", false, &fault) < 0);
    assert_int_equal(fault.failure, FAILURE_DEVICE_BUSY);
    close(first);
    int second = private_lock(folder, "l", false, &fault);
    assert_true(second >= 0);
    close(second);
    close(folder);
}

static void names_cannot_leave_the_folder(void **state)
{
    int folder = folder_of(state);
    assert_false(atomic_file_write(folder, "../x", span_str("one"), NULL));
    close(folder);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(folders_and_files_are_private),
        TEST(too_open_modes_are_tightened),
        TEST(what_is_written_is_read),
        TEST(what_a_crash_left_is_no_hindrance),
        TEST(a_killed_writer_leaves_a_whole_file),
        TEST(what_is_no_plain_file_of_ours_is_refused),
        TEST(a_foreign_file_is_refused),
        TEST(what_cannot_be_read_now_is_not_damaged),
        TEST(a_mode_that_forbids_reading_is_told),
        TEST(a_lock_is_held_once),
        TEST(names_cannot_leave_the_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
