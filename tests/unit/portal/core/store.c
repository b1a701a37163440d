// SPDX-License-Identifier: MIT
// The portal's store: damaged, older, changed beside, and given up.
#include "bench.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "portal/core/schema.h"

static void damaged_store_is_refused_and_left_alone(void **state)
{
    (void)state;
    struct bench bench;
    struct portal portal;
    struct fault fault;
    char directory[80], path[96];

    bench_open(&bench);
    snprintf(directory, sizeof(directory), "%s/other", bench.directory);
    assert_true(portal_open_store(&portal, directory, &fault));
    portal_close_store(&portal);

    snprintf(path, sizeof(path), "%s/portal.db", directory);
    FILE *file = fopen(path, "w");
    fputs("this was never a database, and is long enough to be seen as one that is not", file);
    fclose(file);

    assert_false(portal_open_store(&portal, directory, &fault));
    assert_non_null(strstr(fault.detail, "portal.db"));

    file = fopen(path, "r");
    char text[16] = "";
    assert_non_null(fgets(text, sizeof(text), file));
    fclose(file);
    assert_string_equal(text, "this was never ");

    bench_close(&bench);
}

// A folder of before the mode bitrix24 gets its tables and keeps what is in it.
static void store_of_the_version_before_is_brought_up_to_date(void **state)
{
    (void)state;
    struct bench bench;
    struct fault fault;
    struct portal portal;
    char directory[80], path[96];

    bench_open(&bench);
    snprintf(directory, sizeof(directory), "%s/older", bench.directory);
    snprintf(path, sizeof(path), "%s/portal.db", directory);
    assert_int_equal(mkdir(directory, 0700), 0);

    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, asset_text(schema_scripts, "schema.sql"), NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "INSERT INTO settings VALUES ('portal.name', 'Kept');"
                                  "PRAGMA user_version = 2",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);

    for (int i = 0; i < 2; i++) { // and the next time it is there
        char name[CONFIG_VALUE_MAX + 1];
        assert_true(portal_open_store(&portal, directory, &fault));
        portal_begin(&portal);
        config_text(&portal.store, CONFIG_PORTAL_NAME, name);
        assert_int_equal(store_number(&portal.store, -1, "SELECT count(*) FROM visits", ""), 0);
        assert_int_equal(
            store_number(&portal.store, -1, "SELECT count(*) FROM device_tokens", ""), 0);
        assert_int_equal(
            store_number(&portal.store, -1, "SELECT count(made) FROM attempts", ""), 0);
        assert_int_equal(
            store_number(&portal.store, -1, "SELECT count(group_name) FROM devices", ""), 0);
        assert_int_equal(
            store_number(&portal.store, -1, "SELECT count(kiosk) FROM devices, badges", ""), 0);
        assert_true(portal_end(&portal, false));
        assert_string_equal(name, "Kept");
        portal_close_store(&portal);
    }

    bench_close(&bench);
}

static void expect_name(struct bench *bench, const char *name)
{
    char value[CONFIG_VALUE_MAX + 1];
    portal_begin(&bench->portal);
    config_text(&bench->portal.store, CONFIG_PORTAL_NAME, value);
    assert_true(portal_end(&bench->portal, false));
    assert_string_equal(value, name);
}

// They lie ready from one request to the next.
static void settings_count_as_soon_as_they_are_kept(void **state)
{
    (void)state;
    struct bench bench;
    struct portal command;
    struct fault fault;
    bench_open(&bench);
    expect_name(&bench, "Sandbox portal");

    portal_begin(&bench.portal);
    assert_true(config_set(&bench.portal.store, CONFIG_PORTAL_NAME, "Not kept", &fault));
    char value[CONFIG_VALUE_MAX + 1];
    config_text(&bench.portal.store, CONFIG_PORTAL_NAME, value);
    assert_string_equal(value, "Not kept");
    assert_true(portal_end(&bench.portal, false));
    expect_name(&bench, "Sandbox portal");

    bench_config(&bench, "portal.name", "Own");
    expect_name(&bench, "Own");

    assert_true(portal_open_store(&command, bench.directory, &fault));
    portal_begin(&command);
    assert_true(config_set(&command.store, CONFIG_PORTAL_NAME, "Beside", &fault));
    assert_true(portal_end(&command, true));
    portal_close_store(&command);
    expect_name(&bench, "Beside");
    bench_close(&bench);
}

static void nothing_is_kept_once_something_failed(void **state)
{
    (void)state;
    struct bench bench;
    bench_open(&bench);
    bench_user(&bench, "anna", false);
    portal_begin(&bench.portal);
    store_run(&bench.portal.store, "UPDATE users SET name = 'changed'", "");
    store_run(&bench.portal.store, "UPDATE no_such_table SET x = 1", "");
    store_run(&bench.portal.store, "UPDATE users SET name = 'again'", "");
    assert_false(portal_end(&bench.portal, true));
    assert_int_equal(bench_number(&bench, "SELECT count(*) FROM users WHERE name = 'anna'"), 1);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_store_is_refused_and_left_alone),
        cmocka_unit_test(store_of_the_version_before_is_brought_up_to_date),
        cmocka_unit_test(settings_count_as_soon_as_they_are_kept),
        cmocka_unit_test(nothing_is_kept_once_something_failed),
    };

    return cmocka_run_group_tests_name("portal store", tests, NULL, NULL);
}
