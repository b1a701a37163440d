// SPDX-License-Identifier: MIT
// A portal is saved while it is served, and made again elsewhere, or not at all.
#include "bench.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "portal/core/backup.h"
#include "portal/core/start.h"

#define MADE 1795000000

struct place {
    struct bench bench;
    struct bench_device device;
    char file[96], folder[96]; // the backup, and where it is to be restored
};

static struct place place;

static void save(void)
{
    struct fault fault = {0};
    if (!backup_make(place.bench.directory, place.file, MADE, &fault))
        fail_msg("%s", fault.detail);
}

// A portal that is open, with a device and somebody who is signed in, and its backup.
static int open_place(void **state)
{
    (void)state;
    struct session session;
    place = (struct place){0};
    bench_open(&place.bench);
    snprintf(place.file, sizeof(place.file), "%s/backup", place.bench.directory);
    snprintf(place.folder, sizeof(place.folder), "%s/other", place.bench.directory);
    int64_t anna = bench_user(&place.bench, "anna", false);
    bench_pair(&place.bench, anna, &place.device);
    bench_session(&place.bench, anna, &session);
    save();
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    bench_close(&place.bench);
    return 0;
}

static void restore(void)
{
    struct fault fault = {0};
    int64_t made = 0;
    if (!backup_restore(place.file, place.folder, &made, &fault))
        fail_msg("%s", fault.detail);
    assert_int_equal(made, MADE);
}

static void refuse(const char *why)
{
    struct fault fault = {0};
    int64_t made = 0;
    assert_false(backup_restore(place.file, place.folder, &made, &fault));
    if (!strstr(fault.detail, why))
        fail_msg("\"%s\" is not in: %s", why, fault.detail);
}

static void shell(const char *command)
{
    char text[512];
    snprintf(text, sizeof(text), "cd %s && %s", place.bench.directory, command);
    if (system(text) != 0)
        fail_msg("%s", text);
}

static void change_backup(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place.file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t count(struct portal *portal, const char *sql)
{
    portal_begin(portal);
    int64_t number = store_number(&portal->store, -1, sql, "");
    assert_true(portal_end(portal, false));
    return number;
}

static bool starts(struct portal *out, struct fault *fault)
{
    struct portal_options options = {.directory = place.folder,
                                     .base_url = BENCH_URL,
                                     .environment = place.bench.portal.environment};
    return portal_start(out, &options, fault);
}

static void what_was_saved_is_the_portal_again(void **state)
{
    (void)state;
    struct portal other;
    struct fault fault = {0};
    bench_user(&place.bench, "boris", false); // after it, while it is served
    shell("test $(stat -c %a backup) = 600");
    restore();
    shell("test -z \"$(find other -type f ! -perm 600)\" && ! ls other | grep -q restoring && "
          "cmp portal.key other/portal.key && cmp frame.key other/frame.key");

    if (!starts(&other, &fault))
        fail_msg("%s", fault.detail);
    assert_memory_equal(other.keys.current.portal_id, place.bench.portal.keys.current.portal_id,
                        PORTAL_ID_SIZE);
    assert_int_equal(count(&other, "SELECT count(*) FROM users"), 1);
    assert_int_equal(count(&other, "SELECT count(*) FROM devices"), 1);
    assert_int_equal(count(&other, "SELECT count(*) FROM sessions"), 0);
    assert_int_equal(count(&other, "SELECT count(*) FROM sqlite_schema WHERE name = 'backup'"),
                     0);
    portal_close(&other);
}

static void nothing_is_written_over(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_false(backup_make(place.bench.directory, place.file, MADE, &fault));
    assert_non_null(strstr(fault.detail, "is there already"));

    snprintf(place.folder, sizeof(place.folder), "%s", place.bench.directory);
    refuse("has a portal");
    snprintf(place.folder, sizeof(place.folder), "%s/other", place.bench.directory);
    shell("mkdir -m 700 other && cp -p frame.key other");
    refuse("has a portal"); // one that lost its store
    shell("rm other/frame.key && touch other/portal.db-wal");
    refuse("has a portal"); // a log of another store's would be taken for this one's
    shell("rm other/portal.db-wal && echo postgresql: > other/postgresql.conn");
    refuse("has a portal");
    shell("test \"$(ls other)\" = postgresql.conn");
}

// It would be one that makes another portal.
static void portal_that_is_not_whole_is_not_saved(void **state)
{
    (void)state;
    struct fault fault = {0};
    char key[96], away[112], file[112];
    snprintf(key, sizeof(key), "%s/portal.key", place.bench.directory);
    snprintf(away, sizeof(away), "%s.away", key);
    snprintf(file, sizeof(file), "%s.2", place.file);
    assert_int_equal(rename(key, away), 0);
    assert_false(backup_make(place.bench.directory, file, MADE, &fault));
    assert_non_null(strstr(fault.detail, "portal.key: is missing"));
    assert_int_not_equal(access(file, F_OK), 0);

    assert_int_equal(rename(away, key), 0);
    assert_true(backup_make(place.bench.directory, file, MADE, &fault));
}

static void what_is_no_good_backup_is_refused(void **state)
{
    (void)state;
    change_backup("PRAGMA user_version = 9999");
    refuse("newer qrportal");
    change_backup("PRAGMA user_version = 5; UPDATE backup SET bytes = '9000000000000000000' "
                  "WHERE name = 'made'");
    refuse("is no backup");
    change_backup("DELETE FROM backup");
    refuse("is no backup");
    shell("cp portal.db backup");
    refuse("is no backup");
    shell(
        "echo 'this is no database, but it is long enough to be taken for one, or so' >backup");
    refuse("not a database");
    shell("rm backup");
    refuse("unable to open");
    shell("test -z \"$(ls other)\"");
}

// As where the power went, at each step: either no command takes it for a portal, or it is one.
static void restore_that_was_cut_short_is_done_again(void **state)
{
    (void)state;
    struct portal other;
    struct fault fault = {0};
    restore();
    shell("mv other/portal.db other/portal.restoring");
    assert_false(starts(&other, &fault));
    assert_non_null(strstr(fault.detail, "portal.db: is missing or empty, though portal.key"));
    shell("rm other/portal.key; echo half of one >other/portal.restoring");
    assert_false(starts(&other, &fault));
    shell("mv backup kept"); // the next file that is named may be the right one
    refuse("unable to open");
    shell("mv kept backup");

    restore();
    if (!starts(&other, &fault))
        fail_msg("%s", fault.detail);
    portal_close(&other);
}

static void store_elsewhere_is_saved_by_its_own_programs(void **state)
{
    (void)state;
    struct fault fault = {0};
    shell("mkdir -m 700 moved && echo postgresql: > moved/postgresql.conn");
    snprintf(place.folder, sizeof(place.folder), "%s/moved", place.bench.directory);
    assert_false(backup_make(place.folder, "/nowhere", MADE, &fault));
    assert_non_null(strstr(fault.detail, "pg_dump"));
    shell("rm moved/postgresql.conn");
    assert_false(backup_make(place.folder, "/nowhere", MADE, &fault));
    assert_non_null(strstr(fault.detail, "none to be saved"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_saved_is_the_portal_again),
        TEST(nothing_is_written_over),
        TEST(portal_that_is_not_whole_is_not_saved),
        TEST(what_is_no_good_backup_is_refused),
        TEST(restore_that_was_cut_short_is_done_again),
        TEST(store_elsewhere_is_saved_by_its_own_programs),
    };
    return cmocka_run_group_tests_name("portal backup", tests, NULL, NULL);
}
