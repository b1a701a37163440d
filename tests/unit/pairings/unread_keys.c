// SPDX-License-Identifier: MIT
// A key that cannot be read is not a key that is lost: whatever is done for all keys ends
// before the first is written, says why, and leaves every key as it was.
#include "tests/unit/net/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <sys/resource.h>

#include "net/pairings/pairing_pin.h"
#include "net/pairings/pairing_secrets.h"
#include "net/pairings/pin.h"
#include "tests/unit/pairings/kept_keys.h"
#include "tests/unit/pairings/three_pairings.h"

#define OLD  "246802"
#define NEW  "13579135791357"
#define NONE ""

// ---- a disk that fails -----------------------------------------------------------------

// The linker hands reading to these (tests.cmake).
static char broken_file[64];  // reading this one fails; "": none
static int broken_entry = -1; // listing a folder fails at this entry; -1: not

ssize_t __real_read(int file, void *out, size_t size);
ssize_t __wrap_read(int file, void *out, size_t size);
ssize_t __wrap_read(int file, void *out, size_t size)
{
    char link[64], path[PATH_MAX] = "";
    snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    if (broken_file[0] && readlink(link, path, sizeof(path) - 1) > 0 &&
        strcmp(strrchr(path, '/') + 1, broken_file) == 0) {
        errno = EIO;
        return -1;
    }
    return __real_read(file, out, size);
}

struct dirent *__real_readdir(DIR *folder);
struct dirent *__wrap_readdir(DIR *folder);
struct dirent *__wrap_readdir(DIR *folder)
{
    if (broken_entry >= 0 && broken_entry-- == 0) {
        errno = EIO;
        return NULL;
    }
    return __real_readdir(folder);
}

// ---- a device --------------------------------------------------------------------------

static void make_device(void **state, const char *pin)
{
    struct pairing_store *store = three_pairings(state);
    int64_t wait_ms;
    if (*pin)
        assert_true(pairing_store_change_pin(store, span_of(NULL, 0), span_str(pin), 0,
                                             &wait_ms, NULL));
    pairing_store_close(store);
}

// Every key and password is there, and sealed as the file of the PIN says.
static void expect_in_order(void **state, bool sealed)
{
    struct pairing_store *store = open_store(state);
    assert_int_equal(pairing_store_count(store), IDS);
    assert_int_equal(pairing_store_has_pin(store), sealed);
    for (size_t i = 0; i < IDS; i++)
        assert_true(pairing_store_check_secrets(store, ids[i], NULL));
    pairing_store_close(store);
}

// And is opened by this PIN.
static void expect_whole(void **state, const char *pin)
{
    expect_in_order(state, *pin);
    struct pairing_store *store = open_store(state);
    int64_t wait_ms;
    if (*pin)
        assert_true(pairing_store_unlock(store, span_str(pin), 0, &wait_ms, NULL));

    for (size_t i = 0; i < IDS; i++) {
        struct secret_keys *keys = kept_keys(store, ids[i], NULL);
        struct app_password *password = pairing_store_password(store, ids[i], NULL);
        assert_non_null(keys);
        assert_non_null(password);
        secret_keys_free(keys);
        app_password_free(password);
    }
    pairing_store_close(store);
}

static enum failure change(struct pairing_store *store, const char *before, const char *after)
{
    struct fault fault = {0};
    int64_t wait_ms;
    return pairing_store_change_pin(store, span_str(before), span_str(after), 0, &wait_ms,
                                    &fault)
               ? FAILURE_NONE
               : fault.failure;
}

static const struct {
    const char *before, *after;
} changes[] = {{NONE, OLD}, {OLD, NEW}, {OLD, NONE}};
enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

static void begin_anew(void **state)
{
    scratch_remove(state);
    scratch_make(state);
}

// ---- one file that cannot be read -------------------------------------------------------

#define FILE_PATH_MAX (PATH_MAX + 64)

// The path of a file of the store.
static void path_of(void **state, const char *name, char path[FILE_PATH_MAX])
{
    const struct scratch *scratch = *state;
    int size = snprintf(path, FILE_PATH_MAX, "%s/data/%s", scratch->path, name);
    assert_true(size > 0 && size < FILE_PATH_MAX);
}

static void set_aside(void **state, const char *name)
{
    char path[FILE_PATH_MAX], aside[FILE_PATH_MAX];
    path_of(state, name, path);
    path_of(state, "aside", aside);
    assert_int_equal(rename(path, aside), 0);
}

static void put_back(void **state, const char *name)
{
    char path[FILE_PATH_MAX], aside[FILE_PATH_MAX];
    path_of(state, name, path);
    path_of(state, "aside", aside);
    assert_int_equal(remove(path), 0);
    assert_int_equal(rename(aside, path), 0);
}

static void write_in_place(void **state, const char *name, size_t size)
{
    static uint8_t bytes[4096];
    char path[FILE_PATH_MAX], aside[FILE_PATH_MAX];
    path_of(state, name, path);
    path_of(state, "aside", aside);
    memset(bytes, 'x', sizeof(bytes));
    size_t whole = scratch_read(aside, bytes, sizeof(bytes));
    scratch_write(path, bytes, size == 1 ? whole - 1 : size);
}

enum way { EIO_READ, LINKED, FOLDER, FIFO, TRUNCATED, EMPTY, OVERSIZED, OTHER_USER, WAYS };

static void do_harm(void **state, enum way way, const char *name)
{
    char path[FILE_PATH_MAX];
    path_of(state, name, path);

    if (way == EIO_READ) {
        snprintf(broken_file, sizeof(broken_file), "%s", name);
        return;
    }
    if (way == OTHER_USER) {
        assert_int_equal(chown(path, 4711, 4711), 0);
        return;
    }

    set_aside(state, name);
    if (way == LINKED)
        assert_int_equal(symlink("aside", path), 0);
    else if (way == FOLDER)
        assert_int_equal(mkdir(path, 0700), 0);
    else if (way == FIFO)
        assert_int_equal(mkfifo(path, 0600), 0);
    else
        write_in_place(state, name, way == TRUNCATED ? 1 : way == EMPTY ? 0 : 4096);
}

static void undo_harm(void **state, enum way way, const char *name)
{
    char path[FILE_PATH_MAX];
    path_of(state, name, path);
    if (way == EIO_READ)
        broken_file[0] = 0;
    else if (way == OTHER_USER)
        assert_int_equal(chown(path, geteuid(), getegid()), 0);
    else
        put_back(state, name);
}

static const enum failure told[WAYS] = {
    [EIO_READ] = FAILURE_STORE_UNREADABLE, [LINKED] = FAILURE_STORE_FOREIGN,
    [FOLDER] = FAILURE_STORE_FOREIGN,      [FIFO] = FAILURE_STORE_FOREIGN,
    [TRUNCATED] = FAILURE_PAIRING_DAMAGED, [EMPTY] = FAILURE_PAIRING_DAMAGED,
    [OVERSIZED] = FAILURE_PAIRING_DAMAGED, [OTHER_USER] = FAILURE_STORE_FOREIGN,
};

#define expect(failure, call) assert_string_equal(failure_code(call), failure_code(failure))

static void no_change_of_pin_leaves_a_key_behind(void **state)
{
    static const char *const names[] = {"bbbbbbbbbbbbbbbb.key", "cccccccccccccccc.password"};

    for (size_t c = 0; c < CHANGES; c++) {
        begin_anew(state);
        make_device(state, changes[c].before);
        for (enum way way = 0; way < (geteuid() == 0 ? WAYS : OTHER_USER); way++) {
            const char *name = names[(way + c) % 2];
            struct pairing_store *store = open_store(state);
            do_harm(state, way, name);
            expect(told[way], change(store, changes[c].before, changes[c].after));
            pairing_store_close(store);
            undo_harm(state, way, name);
            expect_in_order(state, *changes[c].before);
        }
        expect_whole(state, changes[c].before);
    }
}

static void a_listing_that_is_cut_short_is_no_list_of_all_keys(void **state)
{
    make_device(state, NONE);
    struct pairing_store *store = open_store(state);
    size_t refused = 0;
    enum failure failure;

    for (int at = 0;; at++) {
        broken_entry = at;
        failure = change(store, NONE, OLD);
        if (broken_entry >= 0)
            break;
        assert_true(failure == FAILURE_STORE_UNREADABLE || failure == FAILURE_PIN_UNFINISHED);
        expect_in_order(state, failure == FAILURE_PIN_UNFINISHED);
        if (failure == FAILURE_PIN_UNFINISHED)
            expect(FAILURE_NONE, change(store, OLD, NONE));
        refused++;
    }

    broken_entry = -1;
    expect(FAILURE_NONE, failure);
    assert_true(refused > 3 * IDS);
    pairing_store_close(store);
    expect_whole(state, OLD);
}

// Whatever the limit is: either all keys are under the new PIN, or all are as they were.
static void descriptors_that_run_out_lose_no_key(void **state)
{
    for (size_t c = 0; c < CHANGES; c++) {
        begin_anew(state);
        make_device(state, changes[c].before);
        struct pairing_store *store = open_store(state);
        struct rlimit whole, few;
        assert_int_equal(getrlimit(RLIMIT_NOFILE, &whole), 0);
        few = whole;

        size_t refused = 0;
        enum failure failure = FAILURE_INTERNAL;
        for (few.rlim_cur = 3; failure != FAILURE_NONE; few.rlim_cur++) {
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
            failure = change(store, changes[c].before, changes[c].after);
            assert_int_equal(setrlimit(RLIMIT_NOFILE, &whole), 0);
            if (failure == FAILURE_NONE)
                break;
            expect(FAILURE_DESCRIPTORS, failure);
            expect_in_order(state, *changes[c].before);
            refused++;
        }

        assert_true(refused >= 3);
        pairing_store_close(store);
        expect_whole(state, changes[c].after);
    }
}

// ---- a key of another PIN ---------------------------------------------------------------

static void a_key_of_another_pin_is_told_and_stops_a_change(void **state)
{
    uint8_t bytes[512];
    make_device(state, OLD);
    size_t size =
        scratch_read(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"), bytes, sizeof(bytes));
    struct pairing_store *store = open_store(state);
    struct fault fault = {0};
    expect(FAILURE_NONE, change(store, OLD, NEW));
    scratch_write(scratch_join(state, "data/aaaaaaaaaaaaaaaa.key"), bytes, size);

    assert_false(pairing_store_check_secrets(store, ids[0], &fault));
    expect(FAILURE_KEY_OTHER_PIN, fault.failure);
    assert_non_null(strstr(fault.detail, ids[0]));
    assert_null(kept_keys(store, ids[0], &fault)); // and not "enter your PIN"
    expect(FAILURE_KEY_OTHER_PIN, fault.failure);
    expect(FAILURE_KEY_OTHER_PIN, change(store, NEW, OLD));
    expect(FAILURE_KEY_OTHER_PIN, change(store, NEW, NONE));

    assert_true(pairing_store_forget(store, ids[0], &fault)); // the way out that is told
    expect(FAILURE_NONE, change(store, NEW, OLD));
    pairing_store_close(store);
}

static void a_missing_file_of_the_pin_is_no_pin_to_enter(void **state)
{
    make_device(state, OLD);
    assert_int_equal(remove(scratch_join(state, "data/device.pin")), 0);
    struct pairing_store *store = open_store(state);
    struct fault fault = {0};
    assert_null(kept_keys(store, ids[0], &fault));
    expect(FAILURE_KEY_OTHER_PIN, fault.failure);
    expect(FAILURE_KEY_OTHER_PIN, change(store, NONE, NEW));
    assert_false(pairing_store_has_pin(store));
    pairing_store_close(store);
}

// Where it cannot be known whether there is a PIN, nothing is written in the clear.
static void an_unread_file_of_the_pin_is_told(void **state)
{
    make_device(state, OLD);

    for (enum way way = 0; way < (geteuid() == 0 ? WAYS : OTHER_USER); way++) {
        struct pairing_store *store = open_store(state);
        struct secret_keys *keys = secret_keys_new();
        enum failure expected =
            told[way] == FAILURE_PAIRING_DAMAGED ? FAILURE_PIN_DAMAGED : told[way];
        do_harm(state, way, "device.pin");

        struct fault fault = {0};
        assert_true(pairing_store_has_pin(store));
        assert_false(pairing_store_check_pin(store, &fault));
        expect(expected, fault.failure);
        assert_false(keep_keys(store, ids[0], keys, &fault));
        expect(expected, fault.failure);
        expect(expected, change(store, OLD, NEW));
        expect(expected, change(store, OLD, NONE));

        secret_keys_free(keys);
        pairing_store_close(store);
        undo_harm(state, way, "device.pin");
        expect_in_order(state, true);
    }
    expect_whole(state, OLD);
}

// A count of wrong PINs that cannot be read makes nobody wait, and lets nobody in.
static void an_unread_count_of_tries_is_no_count(void **state)
{
    make_device(state, OLD);
    struct pairing_store *store = open_store(state);
    struct fault fault = {0};
    int64_t wait_ms;
    assert_false(pairing_store_unlock(store, span_str(NEW), 1000, &wait_ms, &fault));
    expect(FAILURE_KEY_WRONG_PIN, fault.failure);
    do_harm(state, EIO_READ, "device.tries");
    assert_false(pairing_store_unlock(store, span_str(OLD), 1000, &wait_ms, &fault));
    expect(FAILURE_STORE_UNREADABLE, fault.failure);
    undo_harm(state, EIO_READ, "device.tries");
    assert_true(pairing_store_unlock(store, span_str(OLD), 1000, &wait_ms, &fault));
    pairing_store_close(store);
}

// ---- records ----------------------------------------------------------------------------

// An unread pairing is named with its reason and not erased; a damaged one can be forgotten.
static void what_could_not_be_read_is_not_forgotten(void **state)
{
    static const char *const names[] = {"bbbbbbbbbbbbbbbb.pairing", "bbbbbbbbbbbbbbbb.key"};
    make_device(state, NONE);

    for (enum way way = 0; way < (geteuid() == 0 ? WAYS : OTHER_USER); way++) {
        for (size_t n = 0; n < 2; n++) {
            struct fault fault = {0};
            struct pairing_unusable unusable;
            bool unread = told[way] != FAILURE_PAIRING_DAMAGED;
            do_harm(state, way, names[n]);
            struct pairing_store *store = open_store(state);
            assert_int_equal(pairing_store_count(store), IDS - 1);
            assert_true(pairing_store_unusable(store, 0, &unusable));
            expect(told[way], unusable.why.failure);
            assert_non_null(strstr(unusable.why.detail, names[n]));
            assert_int_equal(pairing_store_unread(store, &fault), unread);
            if (unread) {
                assert_false(pairing_store_forget(store, ids[1], &fault));
                expect(told[way], fault.failure);
            }

            pairing_store_close(store);
            undo_harm(state, way, names[n]);
            expect_in_order(state, false);
        }
    }
}

static void a_missing_key_is_told_as_such(void **state)
{
    make_device(state, OLD);
    assert_int_equal(remove(scratch_join(state, "data/bbbbbbbbbbbbbbbb.key")), 0);
    struct pairing_store *store = open_store(state);
    struct pairing_unusable unusable;
    assert_true(pairing_store_unusable(store, 0, &unusable));
    expect(FAILURE_KEY_MISSING, unusable.why.failure);
    assert_true(pairing_store_forget(store, ids[1], NULL));
    pairing_store_close(store);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_change_of_pin_leaves_a_key_behind),
        TEST(a_listing_that_is_cut_short_is_no_list_of_all_keys),
        TEST(descriptors_that_run_out_lose_no_key),
        TEST(a_key_of_another_pin_is_told_and_stops_a_change),
        TEST(a_missing_file_of_the_pin_is_no_pin_to_enter),
        TEST(an_unread_file_of_the_pin_is_told),
        TEST(an_unread_count_of_tries_is_no_count),
        TEST(what_could_not_be_read_is_not_forgotten),
        TEST(a_missing_key_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
