// SPDX-License-Identifier: MIT
// The data folder in half states: whatever is missing, empty or foreign in a folder that was
// used stops the start, and nothing is made or changed; a first start that was cut short goes
// on.
#include "bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "portal/core/folder.h"
#include "portal/core/schema.h"
#include "portal/core/start.h"
#include "portal/web/certificate.h"

#define COPY_MAX 262144u

struct place {
    struct bench bench;
    int64_t user;
    struct bench_device device;
};

static struct place place;

static void in_folder(const char *name, char out[static 128])
{
    snprintf(out, 128, "%s/%s", place.bench.directory, name);
}

static bool load_tls(struct fault *fault)
{
    static struct tls_identity tls;
    return tls_load(&tls, place.bench.directory, "portal.example.com", place.bench.wall, fault);
}

// A portal that was served over TLS and has a device, and is stopped.
static int open_used(void **state)
{
    (void)state;
    struct fault fault;
    bench_open(&place.bench);
    place.user = bench_user(&place.bench, "anna", false);
    bench_pair(&place.bench, place.user, &place.device);
    assert_true(load_tls(&fault));
    portal_close(&place.bench.portal);
    return 0;
}

static int close_used(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -r '%s'", place.bench.directory);
    assert_int_equal(system(command), 0);
    return 0;
}

// The names, modes and contents of the folder, as one hash.
static void fingerprint(uint8_t out[static HASH_SIZE])
{
    struct dirent **names;
    static uint8_t content[COPY_MAX];
    crypto_hash_sha256_state hash;

    int count = scandir(place.bench.directory, &names, NULL, alphasort);
    assert_true(count > 0);
    crypto_hash_sha256_init(&hash);

    for (int i = 0; i < count; i++) {
        char path[512];
        struct stat found;

        snprintf(path, sizeof(path), "%s/%s", place.bench.directory, names[i]->d_name);
        crypto_hash_sha256_update(&hash, (const uint8_t *)names[i]->d_name,
                                  strlen(names[i]->d_name));
        assert_int_equal(lstat(path, &found), 0);
        crypto_hash_sha256_update(&hash, (const uint8_t *)&found.st_mode,
                                  sizeof(found.st_mode));

        int file = S_ISREG(found.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t size = file >= 0 ? read(file, content, sizeof(content)) : 0;
        if (file >= 0)
            close(file);
        if (size > 0)
            crypto_hash_sha256_update(&hash, content, (unsigned long long)size);
        free(names[i]);
    }

    free(names);
    crypto_hash_sha256_final(&hash, out);
}

// Stops with one line that names the file, and leaves all as it was.
static void expect_stop(const char *name)
{
    uint8_t before[HASH_SIZE], after[HASH_SIZE];
    struct fault fault;
    fingerprint(before);
    if (folder_check(place.bench.directory, true, &fault))
        fail_msg("%s: was not noticed", name);
    fingerprint(after);
    if (!strstr(fault.detail, name) || !strchr(fault.detail, ':') || strchr(fault.detail, '\n'))
        fail_msg("%s: is told as: %s", name, fault.detail);
    assert_memory_equal(before, after, sizeof(before));
}

static void expect_fine(void)
{
    struct fault fault;
    if (!folder_check(place.bench.directory, true, &fault))
        fail_msg("refused: %s", fault.detail);
}

static const char *const kept[] = {"portal.db", "portal.key", "frame.key", "tls.key",
                                   "tls.crt"};
#define KEPT (sizeof(kept) / sizeof(kept[0]))

static void put_away(const char *name, bool away)
{
    char path[128], aside[128];
    in_folder(name, path);
    snprintf(aside, sizeof(aside), "%.100s.aside", place.bench.directory);
    assert_int_equal(rename(away ? path : aside, away ? aside : path), 0);
}

static void file_that_is_gone_stops_the_start(void **state)
{
    (void)state;
    expect_fine();
    for (size_t i = 0; i < KEPT; i++) {
        put_away(kept[i], true);
        expect_stop(kept[i]);
        put_away(kept[i], false);
    }
    expect_fine();
}

static void make_file(const char *name, const char *text)
{
    char path[128];
    in_folder(name, path);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

static void remove_file(const char *name)
{
    char path[128];
    in_folder(name, path);
    assert_int_equal(remove(path), 0);
}

static void what_stands_in_its_place_stops_the_start(void **state)
{
    (void)state;
    char path[128];

    for (size_t i = 0; i < KEPT; i++) {
        put_away(kept[i], true);
        in_folder(kept[i], path);
        make_file(kept[i], "");
        expect_stop(kept[i]);

        remove_file(kept[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        expect_stop(kept[i]);

        remove_file(kept[i]);
        assert_int_equal(mkfifo(path, 0600), 0);
        expect_stop(kept[i]);

        remove_file(kept[i]);
        assert_int_equal(symlink("no-such-file", path), 0);
        expect_stop(kept[i]);
        remove_file(kept[i]);

        put_away(kept[i], false);
    }

    make_file("portal-next.key", "");
    expect_stop("portal-next.key");
    make_file("portal-next.key", "too short");
    expect_stop("portal-next.key");
}

static void key_of_another_portal_stops_the_start(void **state)
{
    (void)state;
    make_file("portal.key", "01234567890123456789012345678901");
    expect_stop("portal.key");
}

static void open_folder_asks_for_closed_files(void **state)
{
    (void)state;
    char path[128];
    for (size_t i = 0; i < KEPT; i++) {
        in_folder(kept[i], path);
        assert_int_equal(chmod(path, 0644), 0);
    }
    expect_fine(); // nobody else gets into the folder
    assert_int_equal(chmod(place.bench.directory, 0755), 0);
    expect_stop("portal.db");
    for (size_t i = 0; i < KEPT; i++) {
        in_folder(kept[i], path);
        assert_int_equal(chmod(path, 0600), 0);
    }
    expect_fine();
}

// Not as root, whom no mode keeps out: then the limit of open files stands for both.
static void file_that_cannot_be_read_stops_the_start(void **state)
{
    (void)state;
    struct rlimit limit, none = {3, 3};
    struct fault fault;
    uint8_t before[HASH_SIZE], after[HASH_SIZE];
    char path[128];

    fingerprint(before);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none.rlim_max = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool checked = folder_check(place.bench.directory, true, &fault);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);

    assert_false(checked);
    fingerprint(after);
    assert_memory_equal(before, after, sizeof(before));

    if (geteuid() == 0)
        return;

    for (size_t i = 0; i < KEPT; i++) {
        in_folder(kept[i], path);
        assert_int_equal(chmod(path, 0), 0);
        assert_false(folder_check(place.bench.directory, true, &fault));
        assert_non_null(strstr(fault.detail, kept[i]));
        assert_int_equal(chmod(path, 0600), 0);
    }
}

// Both gone is how a new certificate is asked for.
static void removed_pair_is_made_anew(void **state)
{
    (void)state;
    struct fault fault;
    remove_file("tls.key");
    remove_file("tls.crt");
    expect_fine();
    assert_true(load_tls(&fault));
    expect_fine();
}

static void half_a_pair_is_never_overwritten(void **state)
{
    (void)state;
    struct fault fault;
    uint8_t before[HASH_SIZE], after[HASH_SIZE];
    for (int i = 0; i < 2; i++) {
        put_away(i ? "tls.crt" : "tls.key", true);
        fingerprint(before);
        assert_false(load_tls(&fault));
        fingerprint(after);
        assert_memory_equal(before, after, sizeof(before));
        put_away(i ? "tls.crt" : "tls.key", false);
    }
}

static void read_file(const char *name, char out[static TLS_PEM_MAX + 1])
{
    char path[128];
    in_folder(name, path);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file >= 0 ? read(file, out, TLS_PEM_MAX) : -1;
    assert_true(size > 0);
    close(file);
    out[size] = '\0';
}

// Killed after each of its steps, the first start is finished by the next, with the same pair.
static void first_start_that_was_cut_short_goes_on(void **state)
{
    (void)state;
    static char key[TLS_PEM_MAX + 1], certificate[TLS_PEM_MAX + 1], now[TLS_PEM_MAX + 1];
    static char both[2 * TLS_PEM_MAX + 2];
    struct fault fault;

    read_file("tls.key", key);
    read_file("tls.crt", certificate);
    snprintf(both, sizeof(both), "%s%s", key, certificate);

    for (int step = 0; step < 3; step++) {
        make_file("tls.first", both);
        if (step < 2)
            remove_file("tls.crt");
        if (step < 1)
            remove_file("tls.key");

        expect_fine();
        assert_true(load_tls(&fault));
        read_file("tls.key", now);
        assert_string_equal(now, key);
        read_file("tls.crt", now);
        assert_string_equal(now, certificate);
    }

    expect_fine();
}

// A store as version 5 of it was left.
static void make_older_store(const char *path)
{
    static const char *const scripts[] = {"schema.sql", "bitrix24.sql", "trust.sql",
                                          "tokens.sql"};
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
        assert_int_equal(
            sqlite3_exec(db, asset_text(schema_scripts, scripts[i]), NULL, NULL, NULL),
            SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=5", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(chmod(path, 0600), 0);
}

// Another version of the program may be serving it: who looks only must change nothing.
static void older_store_is_looked_at_and_left_as_it_is(void **state)
{
    (void)state;
    struct fault fault;
    struct store store;
    uint8_t before[HASH_SIZE], after[HASH_SIZE];
    char path[128];

    in_folder("portal.db", path);
    remove_file("portal.db");
    make_older_store(path);

    fingerprint(before);
    expect_fine();
    fingerprint(after);
    assert_memory_equal(before, after, sizeof(before));

    *strrchr(path, '/') = '\0'; // the folder
    assert_true(store_open(&store, path, &fault));
    store_begin(&store);
    assert_int_equal(store_number(&store, 0, "PRAGMA user_version", ""), 8);
    assert_true(store_end(&store, false));
    store_close(&store);
}

// Who waits for another program is not to put back a saved copy.
static void store_that_another_program_holds_is_told_as_such(void **state)
{
    (void)state;
    struct fault fault;
    char path[128];
    sqlite3 *other = NULL;

    in_folder("portal.db", path);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(folder_check(place.bench.directory, true, &fault));
    assert_int_equal(sqlite3_close(other), SQLITE_OK);

    assert_null(strstr(fault.detail, "saved copy"));
    assert_non_null(strstr(fault.detail, "locked"));
    expect_fine();
}

static int open_fresh(void **state)
{
    (void)state;
    place.bench = (struct bench){.wall = 1795000000, .boot = 5000000};
    snprintf(place.bench.directory, sizeof(place.bench.directory), "/tmp/portal-test-XXXXXX");
    assert_non_null(mkdtemp(place.bench.directory));
    return 0;
}

// Accounts and settings come before the first start, and an own certificate may.
static void new_folder_may_hold_accounts_and_a_certificate(void **state)
{
    (void)state;
    struct fault fault;
    struct portal portal;
    expect_fine();
    make_file("portal.db", ""); // killed while the store was made
    expect_fine();
    assert_true(portal_open_store(&portal, place.bench.directory, &fault));
    portal_close_store(&portal);
    expect_fine();
    assert_true(load_tls(&fault));
    expect_fine();
    assert_false(folder_check_served(place.bench.directory, &fault));

    struct portal_options options = {.directory = place.bench.directory, .base_url = BENCH_URL};
    portal_environment_system(&options.environment);
    make_file("portal.key", "01234567890123456789012345678901"); // killed before frame.key
    expect_fine();
    assert_true(portal_start(&portal, &options, &fault));
    portal_close(&portal);
    assert_true(folder_check_served(place.bench.directory, &fault));
    remove_file("frame.key");
    expect_stop("frame.key");
}

static void store_is_not_made_beside_a_key(void **state)
{
    (void)state;
    struct fault fault;
    struct portal portal;
    make_file("portal.key", "01234567890123456789012345678901");
    expect_stop("portal.db");
    assert_false(
        portal_open_store(&portal, place.bench.directory, &fault)); // as `user add` does
    expect_stop("portal.db");
}

#define USED(name)  cmocka_unit_test_setup_teardown(name, open_used, close_used)
#define FRESH(name) cmocka_unit_test_setup_teardown(name, open_fresh, close_used)

int main(void)
{
    assert_true(sodium_init() >= 0);
    const struct CMUnitTest tests[] = {
        USED(file_that_is_gone_stops_the_start),
        USED(what_stands_in_its_place_stops_the_start),
        USED(key_of_another_portal_stops_the_start),
        USED(open_folder_asks_for_closed_files),
        USED(file_that_cannot_be_read_stops_the_start),
        USED(removed_pair_is_made_anew),
        USED(half_a_pair_is_never_overwritten),
        USED(older_store_is_looked_at_and_left_as_it_is),
        USED(store_that_another_program_holds_is_told_as_such),
        USED(first_start_that_was_cut_short_goes_on),
        FRESH(new_folder_may_hold_accounts_and_a_certificate),
        FRESH(store_is_not_made_beside_a_key),
    };
    return cmocka_run_group_tests_name("portal folder", tests, NULL, NULL);
}
