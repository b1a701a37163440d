// SPDX-License-Identifier: MIT
// A store that is whole is found so, and one that is not is not served.
#include "place.h"

#include <fcntl.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "portal/core/start.h"
#include "portal/core/store_check.h"

#define PAGE      4096
#define ROOTS_MAX 128

// What was found, one line each.
struct found {
    char text[4096];
    struct store_checked checked;
};

static void keep(void *userdata, enum store_check_part part, const char *what)
{
    struct found *found = userdata;
    size_t used = strlen(found->text);
    snprintf(found->text + used, sizeof(found->text) - used, "%s: %s\n",
             store_check_part_name(part), what);
}

static void look(const char *directory, struct found *out)
{
    struct fault fault = {0};
    *out = (struct found){0};
    if (!store_check(directory, keep, out, &out->checked, &fault))
        snprintf(out->text, sizeof(out->text), "%s: %s", failure_code(fault.failure),
                 fault.detail);
}

static void store_in_use_is_found_whole(void **state)
{
    (void)state;
    struct found found;
    look(place.bench.directory, &found);
    assert_string_equal(found.text, "");
    for (int part = 0; part < STORE_CHECK_PARTS; part++)
        assert_true(found.checked.looked[part]);

    // Whoever serves it was not held up: nobody waits for a lock.
    portal_begin(&place.bench.portal);
    store_run(&place.bench.portal.store, "UPDATE settings SET value = value", "");
    look(place.bench.directory, &found);
    assert_true(portal_end(&place.bench.portal, true));
}

// ---- a copy of that store, to be damaged -------------------------------------------------

static char folder[96], path[128];
static uint8_t *original;
static size_t original_size;

static void sql_at(const char *file, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
}

// Its page was scanned, and the sign-in approved.
static int open_copied(void **state)
{
    char from[128], sql[256];
    struct stat file;
    place_open_waiting(state);
    place_approve("");
    snprintf(from, sizeof(from), "%s/portal.db", place.bench.directory);
    snprintf(folder, sizeof(folder), "%s/copy", place.bench.directory);
    snprintf(path, sizeof(path), "%s/portal.db", folder);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
    assert_int_equal(mkdir(folder, 0700), 0);
    sql_at(from, sql);

    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_int_equal(fstat(fileno(in), &file), 0);
    original_size = (size_t)file.st_size;
    original = malloc(original_size);
    assert_non_null(original);
    assert_int_equal(fread(original, 1, original_size, in), original_size);
    fclose(in);
    return 0;
}

static int close_copied(void **state)
{
    free(original);
    return place_close(state);
}

static void copy_anew(void)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(original, 1, original_size, out), original_size);
    assert_int_equal(fclose(out), 0);
}

static void overwrite(long offset, size_t size)
{
    uint8_t bytes[PAGE];
    memset(bytes, 0xa5, sizeof(bytes));
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, size, offset), (ssize_t)size);
    close(file);
}

// The pages at which tables and indexes begin.
static size_t find_roots(int64_t roots[static ROOTS_MAX], const char *where)
{
    sqlite3 *db;
    sqlite3_stmt *rows;
    char sql[160];
    size_t count = 0;
    snprintf(sql, sizeof(sql), "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND %s",
             where);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW && count < ROOTS_MAX)
        roots[count++] = sqlite3_column_int64(rows, 0);
    sqlite3_finalize(rows);
    sqlite3_close(db);
    return count;
}

static void expect_damaged(const char *what)
{
    struct found found;
    struct fault fault = {0};
    bool skipped;
    if (store_check_at_start(folder, &skipped, &fault))
        fail_msg("%s: a start finds nothing", what);
    assert_int_equal(fault.failure, FAILURE_STORE_DAMAGED);
    assert_non_null(strstr(fault.detail, "portal.db"));

    look(folder, &found);
    if (strncmp(found.text, "file: ", 6) != 0 &&
        strncmp(found.text, "store.damaged: ", 15) != 0)
        fail_msg("%s: found \"%s\"", what, found.text);
    assert_false(found.checked.looked[STORE_CHECK_ROWS]);
}

static void expect_fine(void)
{
    struct fault fault = {0};
    bool skipped;
    if (!store_check_at_start(folder, &skipped, &fault))
        fail_msg("%s", fault.detail);
}

static void page_that_was_overwritten_is_found(void **state)
{
    (void)state;
    int64_t roots[ROOTS_MAX];
    copy_anew();
    expect_fine();
    size_t count = find_roots(roots, "true");
    assert_true(count > 40 && count < ROOTS_MAX);

    for (size_t i = 0; i < count; i++) {
        char what[64];
        snprintf(what, sizeof(what), "page %lld", (long long)roots[i]);
        copy_anew();
        overwrite((long)(roots[i] - 1) * PAGE, 64);
        expect_damaged(what);
    }
}

static void file_that_is_no_store_any_more_is_found(void **state)
{
    (void)state;
    struct stat file;
    copy_anew();
    overwrite(0, 100);
    expect_damaged("header");

    copy_anew();
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(truncate(path, file.st_size / 2), 0);
    expect_damaged("half of it");
}

// ---- rows that do not go together --------------------------------------------------------

static void rows_that_contradict_each_other_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *found;
    } cases[] = {
        {"DELETE FROM users", "rows: 1 of devices are of users that are not there"},
        {"DELETE FROM devices", "rows: 1 of session_keys are of devices that are not there"},
        {"DELETE FROM devices", "rows: 1 of challenges are of devices that are not there"},
        {"DELETE FROM devices", "rows: 1 of logins are of devices that are not there"},
        {"DELETE FROM session_keys", "rows: 1 devices that are not revoked have no key"},
        {"UPDATE devices SET badge = 7", "rows: 1 of devices are of badges that are not there"},
        {"UPDATE devices SET kiosk = x'01'",
         "rows: 1 of devices are of devices that are not there"},
        {"UPDATE devices SET sequence = -1", "rows: 1 devices have the number"},
        {"UPDATE session_keys SET session_key = x'01'",
         "rows: 1 keys of devices are of a size"},
        {"UPDATE users SET name = ''", "rows: 1 accounts have no name"},
        {"UPDATE users SET enabled = 2", "rows: 1 accounts are neither"},
        {"DROP INDEX devices_badge", "tables: there is no index devices_badge"},
        {"ALTER TABLE users RENAME COLUMN trust TO was", "tables: users has no column trust"},
        {"INSERT OR REPLACE INTO settings VALUES ('limit.windows', 'many')",
         "settings: limit.windows is a number"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct found found;
        copy_anew();
        look(folder, &found);
        assert_string_equal(found.text, "");

        sql_at(path, cases[i].sql);
        look(folder, &found);
        if (!strstr(found.text, cases[i].found))
            fail_msg("%s: found \"%s\"", cases[i].sql, found.text);
        expect_fine(); // the file is whole
    }
}

static void older_store_is_not_compared(void **state)
{
    (void)state;
    struct found found;
    copy_anew();
    sql_at(path, "DROP INDEX devices_badge; PRAGMA user_version = 7");
    look(folder, &found);
    assert_string_equal(found.text, "");
    assert_int_equal(found.checked.version, 7);
    assert_true(found.checked.looked[STORE_CHECK_FILE]);
    assert_false(found.checked.looked[STORE_CHECK_TABLES]);
}

// ---- how much a start looks at -----------------------------------------------------------

static void damage_reports(void)
{
    int64_t roots[ROOTS_MAX];
    assert_int_equal(find_roots(roots, "name = 'reports'"), 1);
    overwrite((long)(roots[0] - 1) * PAGE, 64);
}

static void large_store_is_looked_through_after_a_stop_that_was_not_orderly(void **state)
{
    (void)state;
    static const char *const stopped[] = {
        "INSERT OR REPLACE INTO settings VALUES ('" START_STOPPED "', 'yes')",
        "INSERT OR REPLACE INTO settings VALUES ('" START_STOPPED "', 'no')"};
    struct fault fault = {0};
    bool skipped;
    for (int orderly = 0; orderly < 2; orderly++) {
        copy_anew();
        sql_at(path, "CREATE TABLE large AS SELECT zeroblob(17000000)");
        sql_at(path, stopped[!orderly]);
        damage_reports();
        assert_int_equal(store_check_at_start(folder, &skipped, &fault), orderly);
        assert_false(skipped);
    }

    copy_anew();
    sql_at(path, stopped[1]);
    damage_reports();
    assert_int_equal(truncate(path, (off_t)STORE_CHECK_AT_START_MAX + PAGE), 0);
    assert_true(store_check_at_start(folder, &skipped, &fault));
    assert_true(skipped);
}

static void stop_that_was_orderly_is_known_until_the_next_start(void **state)
{
    (void)state;
    const char *sql =
        "SELECT count(*) FROM settings WHERE name = '" START_STOPPED "' AND value = 'yes'";
    struct bench *bench = &place.bench;
    bench_restart(bench); // served, then stopped or killed
    assert_int_equal(bench_number(bench, sql), 0);
    portal_stop(&bench->portal);

    struct found found;
    struct fault fault = {0};
    bool skipped;
    look(bench->directory, &found);
    assert_string_equal(found.text, "");
    assert_true(store_check_at_start(bench->directory, &skipped, &fault));
    bench_restart_closed(bench);
    assert_int_equal(bench_number(bench, sql), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_in_use_is_found_whole),
        cmocka_unit_test(page_that_was_overwritten_is_found),
        cmocka_unit_test(file_that_is_no_store_any_more_is_found),
        cmocka_unit_test(rows_that_contradict_each_other_are_found),
        cmocka_unit_test(older_store_is_not_compared),
        cmocka_unit_test(large_store_is_looked_through_after_a_stop_that_was_not_orderly),
        cmocka_unit_test(stop_that_was_orderly_is_known_until_the_next_start),
    };
    return cmocka_run_group_tests(tests, open_copied, close_copied);
}
