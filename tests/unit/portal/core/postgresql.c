// SPDX-License-Identifier: MIT
// A store in PostgreSQL that several instances share: what one keeps the others see and hear,
// nothing is counted wrong, and a server that goes away is waited for.
#include "bench.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "portal/core/postgresql_link.h"
#include "portal/core/postgresql_statement.h"
#include "portal/core/start.h"
#include "portal/core/store_check.h"

#define COUNTERS 4u   // threads at each instance
#define TIMES    25u  // each counts
#define PATIENCE 2000 // looks, 10 ms apart

#define CLOCK_LOOKS 20

struct place {
    struct bench bench;
    char folder[80]; // of a second instance
    struct portal_options options;
    struct portal other;
    atomic_size_t heard; // by the second instance
    atomic_uint_fast64_t subject;
};

static struct place place;

static void hear(void *userdata, const struct subjects *subjects)
{
    struct place *out = userdata;
    for (size_t i = 0; i < subjects->count; i++) {
        if (subjects->at[i] == SUBJECT_EVERYTHING)
            continue; // as it began to listen
        atomic_store(&out->subject, subjects->at[i]);
        atomic_fetch_add(&out->heard, 1);
    }
}

static void shell(const char *command)
{
    if (system(command) != 0)
        fail_msg("%s", command);
}

static void server(const char *what)
{
    char command[512];
    snprintf(command, sizeof(command), "%s/ctl %s", getenv("PORTAL_TEST_POSTGRESQL_FOLDER"),
             what);
    shell(command);
}

static void wait_10_ms(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

// A folder as an administrator makes it for one more instance.
static void make_folder(void)
{
    char command[512];
    snprintf(place.folder, sizeof(place.folder), "%s/other", place.bench.directory);
    snprintf(command, sizeof(command), "mkdir -m 700 %s && cp -p %s/*.key %s/*.conn %s",
             place.folder, place.bench.directory, place.bench.directory, place.folder);
    shell(command);
    place.options = (struct portal_options){.directory = place.folder,
                                            .base_url = BENCH_URL,
                                            .mode = PORTAL_QR_LOGIN,
                                            .environment = place.bench.portal.environment};
}

static int open_place(void **state)
{
    (void)state;
    struct fault fault = {0};
    place = (struct place){0};
    bench_open(&place.bench);
    make_folder();
    if (!portal_start(&place.other, &place.options, &fault))
        fail_msg("%s", fault.detail);
    changes_listen(&place.other.changes, hear, &place);
    return 0;
}

static int close_place(void **state)
{
    (void)state;
    changes_listen(&place.other.changes, NULL, NULL);
    portal_close(&place.other);
    bench_close(&place.bench);
    return 0;
}

static void statements_are_translated(void **state)
{
    (void)state;
    char out[POSTGRESQL_SQL_MAX];
    assert_true(
        postgresql_translate("UPDATE \"user\" SET user = ?, b = 'user ?' WHERE a.user = ?2 AND "
                             "user_name = ?",
                             3, out));
    assert_string_equal(out,
                        "UPDATE \"user\" SET \"user\" = $1, b = 'user ?' WHERE a.\"user\" = $2 "
                        "AND user_name = $2");
    assert_false(postgresql_translate("SELECT ?, ?", 1, out));
}

// Tables of before badges get theirs, once.
static void tables_of_the_version_before_are_brought_up_to_date(void **state)
{
    (void)state;
    static const char *const undo[] = {
        "DROP TABLE badges",
        "ALTER TABLE enrolments DROP COLUMN badge, DROP COLUMN kiosk",
        "ALTER TABLE devices DROP COLUMN badge, DROP COLUMN kiosk",
        "UPDATE store_state SET schema_version = 7",
    };
    bench_user(&place.bench, "anna", false);
    portal_begin(&place.bench.portal);
    for (size_t i = 0; i < sizeof(undo) / sizeof(undo[0]); i++)
        store_run(&place.bench.portal.store, undo[i], "");
    assert_true(portal_end(&place.bench.portal, true));

    for (int i = 0; i < 2; i++) {
        bench_restart(&place.bench);
        assert_int_equal(bench_number(&place.bench, "SELECT schema_version FROM store_state"),
                         8);
        assert_int_equal(bench_number(&place.bench, "SELECT count(kiosk) FROM devices, badges"),
                         0);
        assert_int_equal(bench_number(&place.bench, "SELECT count(badge) FROM enrolments"), 0);
        assert_int_equal(bench_number(&place.bench, "SELECT count(*) FROM users"), 1);
    }
}

static void what_one_keeps_the_other_sees_at_once(void **state)
{
    (void)state;
    char name[CONFIG_VALUE_MAX + 1];
    struct user user;
    bench_user(&place.bench, "anna", false);
    portal_begin(&place.other);
    assert_true(users_by_name(&place.other.store, "anna", &user));
    config_text(&place.other.store, CONFIG_PORTAL_NAME, name);
    assert_true(portal_end(&place.other, false));
    assert_string_equal(name, "Sandbox portal");

    bench_config(&place.bench, "portal.name", "Works"); // which both have lying ready
    portal_begin(&place.other);
    config_text(&place.other.store, CONFIG_PORTAL_NAME, name);
    assert_true(portal_end(&place.other, false));
    assert_string_equal(name, "Works");
}

// Makes a page at the first instance, now and then another, until the second hears of the last.
// Returns how many.
static size_t wait_heard(struct portal_challenge *out)
{
    struct token cookie;
    uint64_t wanted = SUBJECT_NOTHING;
    size_t pages = 0;
    for (int i = 0; i < PATIENCE && atomic_load(&place.subject) != wanted; i++) {
        if (i % 50 == 0) {
            struct portal_challenge made;
            bench_challenge(&place.bench, BENCH_ADDRESS, "", &cookie, &made);
            portal_begin(&place.other);
            assert_true(challenges_by_id(&place.other, made.id, out));
            assert_true(portal_end(&place.other, false));
            wanted = subject_of_challenge(out->row);
            pages++;
        }
        wait_10_ms();
    }
    assert_int_equal(atomic_load(&place.subject), wanted);
    return pages;
}

static void a_change_at_one_is_heard_at_the_other(void **state)
{
    (void)state;
    struct portal_challenge page, next;
    wait_heard(&page);

    // What an instance wrote itself it announces itself: it comes back to it from nowhere.
    size_t heard = atomic_load(&place.heard);
    portal_begin(&place.other);
    challenges_finish(&place.other, &page, CHALLENGE_EXPIRED, "");
    assert_true(portal_end_quietly(&place.other));
    size_t pages = wait_heard(&next);
    assert_int_equal(atomic_load(&place.heard), heard + pages);
}

// As everything that decides by what it has read: a limit, a code's tries, a counter.
static void *count(void *userdata)
{
    struct portal *portal = userdata;
    for (unsigned i = 0; i < TIMES; i++) {
        char text[24];
        store_begin(&portal->store);
        store_copy_setting(&portal->store, "count", text, sizeof(text));
        snprintf(text, sizeof(text), "%ld", strtol(text, NULL, 10) + 1);
        store_set_setting(&portal->store, "count", text);
        assert_true(store_end(&portal->store, true));
    }
    return NULL;
}

static void what_was_read_holds_until_it_is_written(void **state)
{
    (void)state;
    pthread_t threads[2 * COUNTERS];
    for (unsigned i = 0; i < 2 * COUNTERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count,
                                        i % 2 ? &place.other : &place.bench.portal),
                         0);
    for (unsigned i = 0; i < 2 * COUNTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(bench_number(&place.bench, "SELECT CAST(value AS bigint) FROM settings "
                                                "WHERE name = 'count'"),
                     2 * COUNTERS * TIMES);
}

static bool works(struct portal *portal)
{
    store_begin(&portal->store);
    int64_t one = store_number(&portal->store, 0, "SELECT 1", "");
    return store_end(&portal->store, false) && one == 1;
}

static void server_that_goes_away_is_waited_for(void **state)
{
    (void)state;
    assert_true(works(&place.bench.portal));
    assert_false(store_was_away(&place.bench.portal.store));

    server("stop");
    assert_false(works(&place.bench.portal));
    assert_true(store_was_away(&place.bench.portal.store));
    assert_false(store_was_away(&place.bench.portal.store)); // it was asked

    server("start");
    bool back = false;
    for (int i = 0; i < PATIENCE && !back; i++) {
        wait_10_ms();
        back = works(&place.bench.portal) && works(&place.other);
    }
    assert_true(back);

    struct portal_challenge page;
    store_was_away(&place.bench.portal.store);
    wait_heard(&page); // listening goes on too
    assert_false(store_was_away(&place.bench.portal.store));
}

// In the middle of a transaction: nothing of it is kept, and who asks is told so.
static void transaction_cut_short_is_not_kept(void **state)
{
    (void)state;
    portal_begin(&place.bench.portal);
    store_set_setting(&place.bench.portal.store, "cut", "here");
    server("stop");
    server("start");
    store_set_setting(&place.bench.portal.store, "cut", "again");
    assert_false(portal_end(&place.bench.portal, true));
    assert_true(store_was_away(&place.bench.portal.store));

    assert_true(works(&place.bench.portal));
    assert_int_equal(
        bench_number(&place.bench, "SELECT count(*) FROM settings WHERE name = 'cut'"), 0);
}

// A machine's own clock, which stands still while the machine is paused.
static int64_t pausable(void *userdata)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - *(const int64_t *)userdata;
}

static int64_t no_wall(void *userdata)
{
    (void)userdata;
    return 1795000000;
}

// How far the portal's clock is behind the server's. What a look takes makes it less: the most
// of several is nearest.
static int64_t behind(struct portal *portal)
{
    int64_t most = INT64_MIN;
    for (int i = 0; i < CLOCK_LOOKS; i++) {
        int64_t shared = 0;
        assert_true(store_clock(&portal->store, &shared));
        int64_t now = shared - portal_boot_ms(portal);
        most = now > most ? now : most;
    }
    return most;
}

static void clock_of_a_paused_machine_is_set_right(void **state)
{
    (void)state;
    struct portal portal;
    struct fault fault = {0};
    int64_t paused = 0;
    struct portal_options options = place.options;
    options.environment.system = true;
    options.environment.boot_clock = pausable;
    options.environment.userdata = &paused;
    options.environment.wall_clock = no_wall;
    if (!portal_start(&portal, &options, &fault))
        fail_msg("%s", fault.detail);

    static const int64_t pauses[] = {3600000, -3600000, 1500};
    for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
        assert_in_range(behind(&portal) + 500, 0, 1000);
        paused += pauses[i];
        assert_true(works(&portal)); // without a request that knows the clock
        assert_false(behind(&portal) + 500 >= 0 && behind(&portal) + 500 <= 1000);
        for (int look = 0; look < CLOCK_LOOKS; look++) { // on a busy machine one comes late
            portal_begin(&portal);
            assert_true(portal_end(&portal, false));
        }
    }
    assert_in_range(behind(&portal) + 500, 0, 1000);
    portal_close(&portal);
}

static void refuse(const char *why)
{
    struct portal portal;
    struct fault fault = {0};
    assert_false(portal_start(&portal, &place.options, &fault));
    if (!strstr(fault.detail, why))
        fail_msg("\"%s\" is not in: %s", why, fault.detail);
}

static void spoil(const char *command)
{
    char text[1024];
    snprintf(text, sizeof(text), "cd %s && %s", place.folder, command);
    shell(text);
}

static int64_t tables_of_the_server(void)
{
    return bench_number(&place.bench,
                        "SELECT count(*) FROM pg_class WHERE relname = 'store_state'");
}

// As `serve --check` does, before the first start.
static void looking_makes_no_tables(void **state)
{
    (void)state;
    struct store store;
    struct fault fault = {0};
    char command[600], name[CONFIG_VALUE_MAX + 1];
    int64_t before = tables_of_the_server();
    portal_begin(&place.bench.portal);
    store_run(&place.bench.portal.store, "CREATE SCHEMA bare", "");
    assert_true(portal_end(&place.bench.portal, true));
    snprintf(
        command, sizeof(command),
        "mkdir -m 700 ../empty && cd ../empty && printf \"%%s options='-csearch_path=bare'\" "
        "'%s' > postgresql.conn && chmod 600 postgresql.conn",
        getenv("PORTAL_TEST_POSTGRESQL"));
    spoil(command);

    snprintf(command, sizeof(command), "%s/empty", place.bench.directory);
    if (!store_open_as_it_is(&store, command, &fault))
        fail_msg("%s", fault.detail);
    store_begin(&store);
    config_text(&store, CONFIG_PORTAL_NAME, name);
    assert_true(store_end(&store, false));
    assert_string_equal(name, "Sandbox portal");
    store_close(&store);
    assert_int_equal(tables_of_the_server(), before);
}

static void print_found(void *userdata, enum store_check_part part, const char *what)
{
    (void)userdata;
    print_error("%s: %s\n", store_check_part_name(part), what);
}

// Also while another instance writes in it.
static void check_finds_it_whole_and_what_is_not(void **state)
{
    (void)state;
    struct store_checked checked;
    struct fault fault = {0};
    struct bench *bench = &place.bench;
    portal_begin(&bench->portal);
    if (!store_check(bench->directory, print_found, NULL, &checked, &fault))
        fail_msg("%s", fault.detail);
    assert_true(portal_end(&bench->portal, false));
    for (int part = 0; part < STORE_CHECK_PARTS; part++) {
        assert_true(checked.looked[part]);
        assert_int_equal(checked.found[part], 0);
    }

    portal_begin(&bench->portal);
    store_run(&bench->portal.store, "DROP INDEX devices_badge", "");
    assert_true(portal_end(&bench->portal, true));
    assert_true(store_check(bench->directory, print_found, NULL, &checked, &fault));
    assert_int_equal(checked.found[STORE_CHECK_TABLES], 1);
    assert_false(checked.looked[STORE_CHECK_ROWS]);
}

static void instance_with_other_keys_is_refused(void **state)
{
    (void)state;
    spoil("mv frame.key kept && head -c 32 /dev/urandom > frame.key && chmod 600 frame.key");
    refuse("frame.key is not that of the other instances");
    spoil("mv kept frame.key && mv portal.key kept && head -c 32 /dev/urandom > portal.key && "
          "chmod 600 portal.key");
    refuse("is the key of another portal");
    spoil("rm portal.key");
    refuse("portal.key: is missing");
    spoil("rm frame.key");
    refuse("copy it from another instance");
    spoil("mv kept portal.key && cp ../frame.key . && chmod 644 postgresql.conn");
    refuse("chmod 600");
}

static void unread_connection_names_no_password(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_null(postgresql_connect("postgresql://anna:secret@[", &fault));
    assert_null(strstr(fault.detail, "secret"));
    assert_null(postgresql_connect("host=/nowhere password=secret user=anna", &fault));
    assert_null(strstr(fault.detail, "secret"));
}

// "table.column" of each table that SQLite has, in its order.
static void expect_column(const char *table, const char *column, bool required)
{
    char sql[512];
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM information_schema.columns WHERE table_schema = "
             "current_schema() AND table_name = '%s' AND column_name = '%s' AND is_nullable = "
             "'%s'",
             table, column, required ? "NO" : "YES");
    if (bench_number(&place.bench, sql) != 1)
        fail_msg("%s.%s is not in postgresql.sql, or not as it is in SQLite", table, column);
}

static void both_kinds_have_the_same_columns(void **state)
{
    (void)state;
    char path[120];
    sqlite3 *db = NULL;
    sqlite3_stmt *columns = NULL;
    struct store store;
    struct fault fault;
    size_t seen = 0;
    snprintf(path, sizeof(path), "%s/sqlite", place.bench.directory);
    spoil("mkdir ../sqlite");
    assert_true(store_open(&store, path, &fault));
    store_close(&store);

    strcat(path, "/portal.db");
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT m.name, c.name, c.\"notnull\" OR c.pk > 0 FROM "
                                        "sqlite_schema m JOIN pragma_table_info(m.name) c "
                                        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
                                        -1, &columns, NULL),
                     SQLITE_OK);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        expect_column((const char *)sqlite3_column_text(columns, 0),
                      (const char *)sqlite3_column_text(columns, 1),
                      sqlite3_column_int(columns, 2) != 0);
        seen++;
    }
    assert_true(seen > 100);
    sqlite3_finalize(columns);
    sqlite3_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_translated),
        TEST(tables_of_the_version_before_are_brought_up_to_date),
        TEST(what_one_keeps_the_other_sees_at_once),
        TEST(a_change_at_one_is_heard_at_the_other),
        TEST(what_was_read_holds_until_it_is_written),
        TEST(server_that_goes_away_is_waited_for),
        TEST(transaction_cut_short_is_not_kept),
        TEST(clock_of_a_paused_machine_is_set_right),
        TEST(looking_makes_no_tables),
        TEST(check_finds_it_whole_and_what_is_not),
        TEST(instance_with_other_keys_is_refused),
        cmocka_unit_test(unread_connection_names_no_password),
        TEST(both_kinds_have_the_same_columns),
    };
    return cmocka_run_group_tests_name("portal postgresql", tests, NULL, NULL);
}
